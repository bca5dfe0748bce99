"""The stored dictionary: one bit for each (name, id) that guidelines and inventories name."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction

from certification.models import KnownTest

#: Only one transaction at a time gives out bits, so that none is skipped or given twice.
GROWTH_LOCK = 4_711_002

Key = tuple[str, str]


def dictionary_length() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(bit) + 1, 0) FROM certification_knowntest")
        return int(cursor.fetchone()[0])


def stored_keys(start: int = 0) -> list[Key]:
    """Keys in the order of their bits, from bit `start` on."""
    return list(
        KnownTest.objects.filter(bit__gte=start)
        .order_by("bit")
        .values_list("name", "idempotent_id")
    )


def grow_dictionary(keys: Iterable[Key]) -> int:
    """Give bits to the keys that have none; gives how many were new."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [GROWTH_LOCK])
        known = set(stored_keys())
        start = len(known)
        fresh = [key for key in dict.fromkeys(keys) if key not in known]
        KnownTest.objects.bulk_create(
            [
                KnownTest(bit=start + offset, name=name, idempotent_id=idempotent_id)
                for offset, (name, idempotent_id) in enumerate(fresh)
            ],
            batch_size=2000,
        )
    return len(fresh)
