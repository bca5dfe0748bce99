"""Puts the recurring work into the queue. Two at once do no harm: open work is added once."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Mapping

from django.db import InterfaceError, OperationalError, connection, transaction

from certification.heartbeats import beat
from certification.models import QueueEntry
from certification.queue import enqueue

logger = logging.getLogger(__name__)

BEAT_S = 5
#: Seconds between two rounds of each kind.
PERIOD_S: Mapping[QueueEntry.Kind, int] = {
    QueueEntry.Kind.DELETE_EXPIRED_RUNS: 3600,
    QueueEntry.Kind.FORGET_FINISHED: 3600,
    QueueEntry.Kind.EXPIRE_CERTIFICATES: 60,
    QueueEntry.Kind.DISTRIBUTE: 60,
    QueueEntry.Kind.TELL_EVENTS: 5,  # one entry that stays open: see `queue.rest`
    QueueEntry.Kind.REMIND: 3600,
    QueueEntry.Kind.LOOK_AT_DOMAINS: 3600,
}


def run() -> None:
    """Beat every five seconds and enqueue what is due, until told to stop."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    elapsed = 0
    while not stopping.is_set():
        try:
            beat("scheduler")
            for kind, period in PERIOD_S.items():
                if elapsed % period == 0:
                    with transaction.atomic():
                        enqueue(kind, "recurring")
        except (OperationalError, InterfaceError) as error:
            logger.warning("database away, trying again in %d s: %s", BEAT_S, error)
            connection.close()
        stopping.wait(BEAT_S)
        elapsed += BEAT_S
