"""Which operation a queue entry stands for."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from certification.evidence import forget_broken_uploads
from certification.models import QueueEntry
from certification.operations.certificates import expire_certificates
from certification.operations.distributing import distribute_waiting
from certification.operations.housekeeping import delete_expired_runs, forget_finished_entries
from certification.operations.rejudging import judge_stored_runs
from certification.operations.review import decide_queued
from certification.operations.verification import quarantine_run, verify_run
from certification.queue import finish
from marketplace.catalogue import audit
from marketplace.catalogue.forgotten_pictures import delete_forgotten_pictures


def _verify(entry: QueueEntry) -> None:
    verify_run(entry=entry)


def _judge_guideline(entry: QueueEntry) -> None:
    judge_stored_runs(entry=entry)


def _delete_expired(entry: QueueEntry) -> None:
    delete_expired_runs()
    finish(entry)


def _forget_finished(entry: QueueEntry) -> None:
    forget_finished_entries()
    forget_broken_uploads()
    delete_forgotten_pictures()
    finish(entry)


def _expire_certificates(entry: QueueEntry) -> None:
    expire_certificates()
    finish(entry)


def _decide_submission(entry: QueueEntry) -> None:
    decide_queued(entry=entry)


def _distribute(entry: QueueEntry) -> None:
    distribute_waiting()
    finish(entry)


Work = Callable[[QueueEntry], None]

OPERATIONS: dict[str, Work] = {
    QueueEntry.Kind.VERIFY_RUN: _verify,
    QueueEntry.Kind.JUDGE_GUIDELINE: _judge_guideline,
    QueueEntry.Kind.DELETE_EXPIRED_RUNS: _delete_expired,
    QueueEntry.Kind.FORGET_FINISHED: _forget_finished,
    QueueEntry.Kind.EXPIRE_CERTIFICATES: _expire_certificates,
    QueueEntry.Kind.DECIDE_SUBMISSION: _decide_submission,
    QueueEntry.Kind.DISTRIBUTE: _distribute,
}

#: What else happens when work is given up.
_GIVEN_UP: dict[str, Work] = {}


def take_on(kind: QueueEntry.Kind, operation: Work, *, given_up: Work | None = None) -> None:
    """Work of a layer above this one, told at the start of the process. `given_up` runs in the
    transaction that ends an entry which was begun too often."""
    OPERATIONS[kind] = operation
    if given_up is not None:
        _GIVEN_UP[kind] = given_up


def do(entry: QueueEntry) -> None:
    OPERATIONS[entry.kind](entry)


def give_up(entry: QueueEntry) -> None:
    """Begun three times and never finished (trust.md R5): the run is set aside for staff."""
    with transaction.atomic():
        if entry.kind == QueueEntry.Kind.VERIFY_RUN:
            quarantine_run(run_id=entry.subject, why=entry.last_error)
        audit.record(
            "queue.given-up",
            entry,
            actor=audit.SYSTEM,
            kind=entry.kind,
            subject=entry.subject,
            last_error=entry.last_error,
        )
        finish(entry)
        if entry.kind in _GIVEN_UP:
            _GIVEN_UP[entry.kind](entry)
