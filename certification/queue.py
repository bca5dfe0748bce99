"""The queue of record: rows in PostgreSQL. Redis only carries nudges and may lose all of them.

An operation enqueues inside its transaction; the dispatcher leases due rows and publishes; a worker
claims a row, writes the start down, works, and finishes the row in the transaction of the work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models.functions import Now

from certification.lanes import SENT_OUT, Lane
from certification.models import QueueEntry

CHANNEL = "hallmark_queue"
#: First half of the two-number advisory lock that a working process holds on its entry.
LOCK_SPACE = 4_711_001
STARTS_MOST = 3


@dataclass(frozen=True, slots=True)
class Claim:
    """An entry that this process alone works on. `exhausted`: it was begun too often already."""

    entry: QueueEntry
    exhausted: bool


#: Sent in one message, because each upload pays for it.
_ENQUEUE = """
    INSERT INTO certification_queueentry (kind, subject, due_at, starts, last_error)
    VALUES (%s, %s, statement_timestamp() + %s * interval '1 second', 0, '')
    ON CONFLICT DO NOTHING;
"""
_FINISH = """
    UPDATE certification_queueentry SET finished_at = statement_timestamp(), leased_until = NULL
    WHERE id = %s AND finished_at IS NULL
"""
_COLUMNS = ("id", "kind", "subject", "due_at", "starts", "last_error")
_LEASES_OUT = """
    SELECT count(*) FROM certification_queueentry
    WHERE finished_at IS NULL AND leased_until > statement_timestamp()
      AND (kind = ANY(%s)) = %s
"""
_BEGIN = """
    UPDATE certification_queueentry SET starts = starts + 1
    WHERE id = %s AND finished_at IS NULL AND due_at <= statement_timestamp()
    RETURNING id, kind, subject, due_at, starts, last_error
"""


def enqueue(kind: QueueEntry.Kind, subject: str, *, delay_s: float = 0) -> None:
    """Add work; the same open work is added once. The dispatcher hears of it at the commit."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_ENQUEUE} NOTIFY {CHANNEL}", [str(kind), subject, delay_s])


def enqueue_each(kind: QueueEntry.Kind, subjects: Iterable[str]) -> None:
    """The same for many at once; the dispatcher hears of all with one word."""
    rows = [QueueEntry(kind=kind, subject=subject) for subject in subjects]
    if not rows:
        return
    QueueEntry.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")


def rest(entry: QueueEntry, *, seconds: float) -> None:
    """Work that never ends, such as watching: it stays open and is due again later, its starts
    forgotten, because this one came to its end."""
    QueueEntry.objects.filter(pk=entry.pk, finished_at=None).update(
        due_at=Now() + timedelta(seconds=seconds), leased_until=None, starts=0, last_error=""
    )


def lease_due(*, limit: int, seconds: float, lane: Lane = Lane.JUDGING) -> list[int]:
    """Lease up to `limit` due entries and give their ids, oldest first. Materialized: as a mere
    subquery some plans would read it once for each row, and lease more."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH due AS MATERIALIZED (
                SELECT id FROM certification_queueentry
                WHERE finished_at IS NULL AND due_at <= statement_timestamp()
                  AND (leased_until IS NULL OR leased_until <= statement_timestamp())
                  AND (kind = ANY(%s)) = %s
                ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED)
            UPDATE certification_queueentry AS entry
            SET leased_until = statement_timestamp() + %s * interval '1 second'
            FROM due WHERE entry.id = due.id
            RETURNING entry.id
            """,
            [list(SENT_OUT), lane == Lane.SENDING, limit, seconds],
        )
        return sorted(row[0] for row in cursor.fetchall())


def leases_out(lane: Lane = Lane.JUDGING) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_LEASES_OUT, [list(SENT_OUT), lane == Lane.SENDING])
        return int(cursor.fetchone()[0])


def give_back(ids: Sequence[int] | None = None) -> int:
    """End leases now, those named or all: the broker never got the entries, or lost them."""
    open_entries = QueueEntry.objects.filter(finished_at=None, leased_until__isnull=False)
    if ids is not None:
        open_entries = open_entries.filter(pk__in=ids)
    return open_entries.update(leased_until=None)


@contextmanager
def claim(entry_id: int) -> Iterator[Claim | None]:
    """Hold the entry for this process, its start written down (trust.md R5).

    Gives None for an entry that is unknown, finished, not due yet (a message that came twice does
    not shorten its wait), or in the hands of another process. The hold
    is a session lock of PostgreSQL: it ends with the process, however that dies.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_SPACE, entry_id % 2**31])
        held = cursor.fetchone()[0]
    if not held:
        yield None
        return
    try:
        entry = _begun(entry_id)
        yield None if entry is None else Claim(entry, exhausted=entry.starts > STARTS_MOST)
    finally:
        _let_go(entry_id)


def _begun(entry_id: int) -> QueueEntry | None:
    """The entry with one more start; None where there is nothing to begin."""
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, [entry_id])
        row = cursor.fetchone()
    return None if row is None else QueueEntry.from_db(connection.alias, _COLUMNS, row)


def _let_go(entry_id: int) -> None:
    """A dead connection has let go by itself; then there is nothing to do."""
    if connection.connection is None or connection.connection.closed:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_SPACE, entry_id % 2**31])


def finish(entry: QueueEntry) -> None:
    """Mark as done, in the transaction of the work."""
    with connection.cursor() as cursor:
        cursor.execute(_FINISH, [entry.pk])


def retry_later(entry: QueueEntry, error: str) -> None:
    """Work broke off: write down why and wait twice as long each time, from two seconds on."""
    QueueEntry.objects.filter(pk=entry.pk, finished_at=None).update(
        last_error=error[:300],
        leased_until=None,
        due_at=Now() + timedelta(seconds=2.0**entry.starts),
    )
