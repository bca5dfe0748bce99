"""An evidence store of its own for each test, and a browser."""

from __future__ import annotations

import pytest
from django.test import Client

from marketplace.catalogue.models import User
from tests.certification.conftest import evidence_folder, nothing_remembered

__all__ = ["evidence_folder", "nothing_remembered"]


@pytest.fixture
def stranger(db: None) -> Client:
    return Client()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
