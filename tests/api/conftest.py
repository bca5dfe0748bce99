"""Who calls the API in these tests, and which guidelines are there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client
from pytest_django import Settings

from certification.guidelines import shipped_bytes
from certification.models import Guideline, QueueEntry, Run
from certification.operations.guidelines import Document, import_guidelines
from certification.tasks import work
from marketplace.catalogue.models import User
from tests.api.people import Signer, rsa_signer
from tests.certification.conftest import nothing_remembered
from tests.factories import person
from tests.workspace.labs import at, made_lab

__all__ = ["at", "made_lab", "nothing_remembered"]


@pytest.fixture
def incoming(settings: Settings, tmp_path: Path) -> Path:
    """The folder of uploads on their way, for this test alone."""
    settings.EVIDENCE_DIR = tmp_path
    return tmp_path / "incoming"


@pytest.fixture
def ida(db: None) -> User:
    return person("Ida")


@pytest.fixture
def stranger(db: None) -> User:
    return person("Sten")


@pytest.fixture
def reviewer(db: None) -> User:
    return person("Rosa", staff_role="reviewer")


@pytest.fixture(scope="session")
def signer() -> Signer:
    return rsa_signer()


@pytest.fixture(scope="session")
def other_signer() -> Signer:
    return rsa_signer()


@pytest.fixture
def in_force(db: None) -> Guideline:
    """Our guideline 2026.11, in force."""
    document = Document("powered-2026.11.json", shipped_bytes("2026.11"))
    imported, _ = import_guidelines(documents=[document], actor="system")
    row = imported[0].guideline
    Guideline.objects.filter(pk=row.pk).update(state="approved", approved_at=Now())
    row.refresh_from_db()
    return row


def signed_in(user: User, *, csrf: bool = False) -> Client:
    """A browser of this person; with `csrf` one that the server checks for its token."""
    client = Client(enforce_csrf_checks=csrf)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def judge(run_id: Any) -> Run:
    """Let the worker's task judge the run, as the dispatcher would. What refstack-client sends is
    judged when it comes in: then there is nothing left to do."""
    run = Run.objects.get(pk=run_id)
    if run.is_settled:
        return run
    entry = QueueEntry.objects.get(kind="verify_run", subject=str(run_id), finished_at=None)
    work(entry_id=entry.pk)
    return Run.objects.get(pk=run_id)


def names_in(component: str, status: str, guideline_id: str = "2026.11") -> set[str]:
    """Names of the unflagged tests of a component, read straight from the document."""
    document = json.loads(shipped_bytes(guideline_id))
    return {
        name
        for capability in document["components"][component]["capabilities"].get(status, [])
        for name, test in document["capabilities"][capability]["tests"].items()
        if "flagged" not in test
    }
