"""The same surroundings as the public pages, a vendor with a release, and three of the staff."""

from __future__ import annotations

import pytest

from marketplace.catalogue.models import User
from tests.factories import person
from tests.site.conftest import evidence_folder, nothing_remembered
from tests.workspace.labs import at, made_lab
from tests.workspace.stories import Story, story

__all__ = ["at", "evidence_folder", "made_lab", "nothing_remembered"]


@pytest.fixture
def told(db: None) -> Story:
    return story()


@pytest.fixture
def reviewer(db: None) -> User:
    return person("Rev", staff_role="reviewer")


@pytest.fixture
def second(db: None) -> User:
    return person("Tomas", staff_role="reviewer")


@pytest.fixture
def admin(db: None) -> User:
    return person("Maren", staff_role="admin")
