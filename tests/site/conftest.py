"""An evidence store of its own for each test, and a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from marketplace.catalogue.models import User
from tests.certification.conftest import evidence_folder, nothing_remembered

__all__ = ["evidence_folder", "nothing_remembered"]


@pytest.fixture(autouse=True)
def _static_root(settings: Settings, tmp_path: Path) -> None:
    """The server for static files warns about a folder that is not there."""
    settings.STATIC_ROOT = tmp_path


@pytest.fixture
def stranger(db: None) -> Client:
    return Client()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
