"""Celery's side: thin. A task takes an id, claims the entry, calls one operation."""

from __future__ import annotations

import logging

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded

from certification.heartbeats import beat

logger = logging.getLogger(__name__)


@shared_task(name="hallmark.worker_beat")
def worker_beat(*, part: str = "worker") -> None:
    """The lane that the message came by says which part is alive."""
    beat(part)


@shared_task(name="hallmark.work")
def work(*, entry_id: int) -> None:
    """Work on one queue entry; quiet where it is unknown, finished, or in other hands."""
    from certification import queue
    from certification.operations.work import do, give_up

    with queue.claim(entry_id) as claim:
        if claim is None:
            return
        if claim.exhausted:
            give_up(claim.entry)
            return
        try:
            do(claim.entry)
        except SoftTimeLimitExceeded:
            queue.retry_later(claim.entry, "the time limit was reached")
            logger.warning("entry %d reached the time limit", entry_id)
        except Exception as error:
            # Never a verdict out of a fault (S13): the entry waits, and after three starts a person
            # looks at it.
            logger.exception("entry %d broke off", entry_id)
            queue.retry_later(claim.entry, f"{type(error).__name__}")
