"""One laboratory for all tests of a file: making it takes longer than most tests about it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from certification import judging
from certification.engine.integration import Level
from certification.models import Run, Submission
from certification.operations.submissions import draft_submission
from tests.certification.kit_runs import Lab, lab, required


@pytest.fixture(scope="module")
def made_lab(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Lab]:
    """Undone at the end, as each test is undone after it."""
    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as patched,
        transaction.atomic(),
    ):
        # A test's database is rolled back, which no database of the service ever is.
        patched.setattr(judging, "_dictionary", judging._Dictionary())
        yield lab()
        transaction.set_rollback(True)


@pytest.fixture
def at(made_lab: Lab, db: None) -> Lab:
    return made_lab


def connected_run(at: Lab, **about: object) -> Run:
    """A challenged run that shows all that Connected asks for."""
    return at.run(required(at.rules, Level.CONNECTED), nonce=at.nonce(), **about)


def level_draft(at: Lab, run: Run, level: str = "connected") -> Submission:
    """Tied to the run, on the release that it was made on; not handed in."""
    return draft_submission(
        release=at.release,
        run=run,
        guideline=at.guideline,
        target=level,
        openstack_release="gazpacho",
        by=at.owner,
    )


def integrated_set(at: Lab) -> list[Run]:
    """Two challenged runs of 5.2, by floating IP and without, and one of the version before."""
    wanted = required(at.rules, Level.INTEGRATED)
    return [
        at.run(wanted, nonce=at.nonce(at.former), version="5.1"),
        at.run(wanted, nonce=at.nonce()),
        at.run(wanted, nonce=at.nonce(), floating=False),
    ]
