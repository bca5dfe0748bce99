"""The same surroundings as the public pages."""

from __future__ import annotations

import pytest

from marketplace.catalogue.models import User
from tests.factories import person
from tests.site.conftest import evidence_folder, nothing_remembered, stranger
from tests.workspace.labs import at, made_lab

__all__ = ["at", "evidence_folder", "made_lab", "nothing_remembered", "stranger"]


@pytest.fixture
def ann(db: None) -> User:
    return person("Ann")
