"""Anonymous runs go after 30 days with their evidence; everything else stays."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from certification import queue
from certification.evidence import delete_evidence, evidence_stands
from certification.models import Evaluation, QueueEntry, Run
from certification.operations import housekeeping
from certification.operations.housekeeping import delete_expired_runs
from marketplace.catalogue.models import AuditEvent, User
from tests.factories import (
    entry_of,
    evidence_files,
    in_force,
    judged,
    new_evidence,
    person,
    subunit,
    upload,
    work_off,
)

pytestmark = pytest.mark.django_db


def aged(days: float, raw: bytes | None = None, *, by: User | None = None) -> Run:
    """A judged run that was received so many days ago. No operation makes one: time does."""
    run = judged(raw, by=by)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing pending, so it may be altered
        cursor.execute("ALTER TABLE certification_run DISABLE TRIGGER run_evidence_is_immutable")
        Run.objects.filter(pk=run.pk).update(received_at=timezone.now() - timedelta(days=days))
        cursor.execute("ALTER TABLE certification_run ENABLE TRIGGER run_evidence_is_immutable")
    return run


def test_an_anonymous_run_of_31_days_goes_with_all_that_is_of_it(evidence_folder: Path) -> None:
    in_force("2031.06", "a")
    work_off()
    run = aged(31, subunit(a="success"))
    assert len(list(evidence_files(evidence_folder))) == 2
    assert delete_expired_runs() == 1
    assert not Run.objects.exists()
    assert not Evaluation.objects.exists()
    assert not list(evidence_files(evidence_folder))
    event = AuditEvent.objects.get(verb="run.deleted")
    assert (event.object_id, event.actor) == (str(run.pk), "policy:anonymous-expiry")
    assert event.facts == {"sha256": run.evidence_sha256}


def test_a_younger_run_stays() -> None:
    run = aged(29)
    assert delete_expired_runs() == 0
    assert evidence_stands(run.evidence_sha256)


def test_a_run_with_an_owner_stays() -> None:
    run = aged(400, by=person())
    assert delete_expired_runs() == 0
    assert Run.objects.get() == run


def test_evidence_that_another_run_stands_on_stays() -> None:
    raw = new_evidence()
    aged(31, raw)
    owned = judged(raw, by=person())
    assert delete_expired_runs() == 1
    assert Run.objects.get() == owned
    assert evidence_stands(owned.evidence_sha256)


def test_an_unreadable_run_and_one_that_waits_go_too() -> None:
    aged(31, b"garbage")
    waiting = aged(31)
    entry_of(waiting).delete()
    queue.enqueue(QueueEntry.Kind.VERIFY_RUN, str(waiting.pk))
    assert delete_expired_runs() == 2
    assert work_off() == 1


def test_a_second_pass_finds_nothing() -> None:
    aged(31)
    assert [delete_expired_runs(), delete_expired_runs()] == [1, 0]
    assert AuditEvent.objects.filter(verb="run.deleted").count() == 1


def test_the_same_bytes_may_come_again_afterwards() -> None:
    raw = new_evidence()
    aged(31, raw)
    delete_expired_runs()
    assert judged(raw).state == Run.State.VERIFIED


def test_what_remains_of_a_broken_off_pass_is_taken_by_the_next(
    monkeypatch: pytest.MonkeyPatch, evidence_folder: Path
) -> None:
    """The process dies after the evidence was deleted, before the commit."""
    aged(31)

    def die(sha256: str) -> None:
        delete_evidence(sha256)
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(housekeeping, "delete_evidence", die)
        with pytest.raises(SystemExit):
            delete_expired_runs()
    assert Run.objects.count() == 1
    assert delete_expired_runs() == 1
    assert not list(evidence_files(evidence_folder))


def test_a_full_batch_queues_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "BATCH", 2)
    for _ in range(5):
        aged(31)
    queue.enqueue(QueueEntry.Kind.DELETE_EXPIRED_RUNS, "recurring")
    assert work_off() == 3
    assert not Run.objects.exists()


def test_the_recurring_work_ends_its_entries() -> None:
    upload()
    for kind in (QueueEntry.Kind.DELETE_EXPIRED_RUNS, QueueEntry.Kind.FORGET_FINISHED):
        queue.enqueue(kind, "recurring")
    assert work_off() == 3
    assert not QueueEntry.objects.filter(finished_at=None).exists()
