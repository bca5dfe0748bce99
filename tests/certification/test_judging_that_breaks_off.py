"""A fault in the middle of judging: nothing half is written, it is tried again, then set aside."""

from __future__ import annotations

import gzip
import os
import signal
from collections.abc import Iterator

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection

from certification import judging, queue, tasks
from certification.evidence import read_evidence
from certification.models import Evaluation, QueueEntry, Run
from certification.operations import verification, work
from certification.operations.work import OPERATIONS
from tests.factories import (
    entry_of,
    hurry,
    in_force,
    new_evidence,
    real_run,
    subunit,
    upload,
    verbs,
    work_off,
)

pytestmark = pytest.mark.django_db


def the_database_refuses_verdicts() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE certification_evaluation ADD CONSTRAINT refuse CHECK (false)")


def the_database_takes_verdicts_again() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE certification_evaluation DROP CONSTRAINT refuse")


def test_a_fault_in_the_last_write_leaves_nothing_and_the_next_try_ends_it() -> None:
    in_force("2031.06", "a")
    work_off()
    run = upload(subunit(a="success"))
    the_database_refuses_verdicts()
    assert work_off() == 1

    run.refresh_from_db()
    assert (run.state, run.verified_at, run.tests_passed) == (Run.State.VERIFYING, None, 0)
    assert not Evaluation.objects.exists()
    assert verbs(run) == ["run.received", "run.verifying"]
    entry = entry_of(run)
    assert (entry.starts, entry.leased_until, entry.finished_at) == (1, None, None)
    assert entry.last_error == "IntegrityError"
    assert 1 < (entry.due_at - entry.created_at).total_seconds() < 5

    the_database_takes_verdicts_again()
    hurry(entry)
    assert work_off() == 1
    run.refresh_from_db()
    assert run.state == Run.State.VERIFIED
    assert verbs(run) == ["run.received", "run.verifying", "run.verified"]
    assert Evaluation.objects.get().verdict == "passed"


def test_while_it_waits_nobody_begins_it() -> None:
    """Also not by a message that came twice."""
    in_force("2031.06", "a")
    work_off()
    run = upload(subunit(a="success"))
    the_database_refuses_verdicts()
    work_off()
    tasks.work(entry_id=entry_of(run).pk)
    assert work_off() == 0
    assert entry_of(run).starts == 1


def test_each_wait_is_twice_as_long() -> None:
    in_force("2031.06", "a")
    work_off()
    run = upload(subunit(a="success"))
    the_database_refuses_verdicts()
    waits = []
    for _ in range(3):
        work_off()
        entry = entry_of(run)
        waits.append(round((entry.due_at - entry.created_at).total_seconds()))
        hurry(entry)
    assert waits == [2, 4, 8]


def test_after_three_starts_it_is_set_aside_for_staff() -> None:
    in_force("2031.06", "a")
    work_off()
    run = upload(subunit(a="success"))
    the_database_refuses_verdicts()
    for starts in (1, 2, 3):
        work_off()
        run.refresh_from_db()
        assert (run.state, entry_of(run).starts) == (Run.State.VERIFYING, starts)
        hurry(entry_of(run))
    the_database_takes_verdicts_again()
    work_off()

    run.refresh_from_db()
    assert (run.state, run.fault_code) == (Run.State.QUARANTINED, "judging-broke-off")
    assert "IntegrityError" in run.fault_text
    assert not Evaluation.objects.filter(run=run).exists()
    assert verbs(run) == ["run.received", "run.verifying", "run.quarantined"]
    entry = entry_of(run)
    assert verbs(entry) == ["queue.given-up"]
    assert entry.finished_at is not None

    tasks.work(entry_id=entry.pk)
    assert verbs(run)[-1] == "run.quarantined"


def test_work_that_is_no_run_is_given_up_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(_entry: QueueEntry) -> None:
        raise RuntimeError

    kind = QueueEntry.Kind.FORGET_FINISHED
    monkeypatch.setattr(work, "OPERATIONS", {**OPERATIONS, kind: fall})
    queue.enqueue(kind, "recurring")
    for _ in range(4):
        work_off()
        hurry(QueueEntry.objects.get())
    entry = QueueEntry.objects.get()
    assert entry.finished_at is not None
    assert verbs(entry) == ["queue.given-up"]


@pytest.mark.parametrize("fault", [MemoryError(), RecursionError(), SoftTimeLimitExceeded()])
def test_a_fault_while_parsing_is_no_verdict(
    fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(_run: Run) -> None:
        raise fault

    in_force("2031.06", "a")
    work_off()
    run = upload(subunit(a="success"))
    with monkeypatch.context() as broken:
        broken.setattr(verification, "parse_evidence", fall)
        work_off()
    run.refresh_from_db()
    assert run.state == Run.State.VERIFYING
    assert not Evaluation.objects.exists()
    entry = entry_of(run)
    assert entry.finished_at is None
    expected = "time limit" if isinstance(fault, SoftTimeLimitExceeded) else type(fault).__name__
    assert expected in entry.last_error
    hurry(entry)
    work_off()
    run.refresh_from_db()
    assert run.state == Run.State.VERIFIED


def test_the_limit_strikes_as_a_signal_while_evidence_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As Celery does it: the handler of a signal raises, wherever the work is."""

    def too_long(_number: int, _frame: object) -> None:
        raise SoftTimeLimitExceeded

    def slowly(sha256: str) -> Iterator[bytes]:
        for piece in read_evidence(sha256):
            yield piece[:1000]
            signal.raise_signal(signal.SIGUSR1)
            yield piece[1000:]

    monkeypatch.setattr(judging, "read_evidence", slowly)
    run = upload(gzip.decompress(real_run("identity-serial.v1")))
    former = signal.signal(signal.SIGUSR1, too_long)
    try:
        tasks.work(entry_id=entry_of(run).pk)
    finally:
        signal.signal(signal.SIGUSR1, former)
    run.refresh_from_db()
    assert run.state == Run.State.VERIFYING
    assert entry_of(run).last_error == "the time limit was reached"
    assert entry_of(run).finished_at is None


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_holds_nothing() -> None:
    run = upload(new_evidence())
    entry = entry_of(run)
    child = os.fork()
    if child == 0:
        connection.connection = None  # a connection of its own, not the parent's
        with queue.claim(entry.pk):
            os.kill(os.getpid(), signal.SIGKILL)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert entry_of(run).starts == 1, "the start was written down before the work"
    with connection.cursor() as cursor:  # PostgreSQL sees the end of that process a moment later
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [queue.LOCK_SPACE, entry.pk])
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [queue.LOCK_SPACE, entry.pk])
    assert work_off() == 1
    run.refresh_from_db()
    assert run.state == Run.State.VERIFIED
    assert entry_of(run).starts == 2
