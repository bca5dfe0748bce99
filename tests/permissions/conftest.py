"""One vendor with all its people and things, made once for the whole matrix."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from certification import judging
from tests.permissions.world import World, world


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Undone at the end, as each request of the matrix is undone after it."""
    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as patched,
        transaction.atomic(),
    ):
        # A test's database is rolled back, which no database of the service ever is.
        patched.setattr(judging, "_dictionary", judging._Dictionary())
        yield world()
        transaction.set_rollback(True)
