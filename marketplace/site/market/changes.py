"""Which products have changed since the market was read last, as the database noted it.

`hallmark_changed_products` (migration 0012 of certification) names them with the transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

#: More changed products than that are not counted: the market is read anew.
CHANGED_MOST = 2_000
_CHANGES = """
SELECT statement_timestamp(),
    (SELECT oid::text FROM pg_database WHERE datname = current_database()),
    pg_current_snapshot()::text,
    (SELECT max(id) FROM hallmark_changed_products
        WHERE xid = pg_current_xact_id_if_assigned()),
    ARRAY(SELECT DISTINCT product FROM hallmark_changed_products
        WHERE xid >= pg_snapshot_xmin(%(seen)s::pg_snapshot)
            AND NOT pg_visible_in_snapshot(xid, %(seen)s::pg_snapshot)
        LIMIT %(most)s),
    (SELECT md5(string_agg(kind || ' ' || writer || ' ' || mark, ',' ORDER BY kind, writer))
        FROM hallmark_changes)
"""


@dataclass(frozen=True, slots=True)
class Changes:
    """`at` is the clock of the database, by which certificates end. `own` is the last mark of the
    running transaction, None where it changed nothing: nobody else sees what it did.
    `version` differs after each change. `products` is None where so many changed that all are to be
    read."""

    at: datetime
    database: str
    snapshot: str
    own: int | None
    products: frozenset[int] | None
    version: str


def changes_since(snapshot: str | None) -> Changes:
    """`snapshot` is that of the reading before, None before the first."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES, {"seen": snapshot, "most": CHANGED_MOST + 1})
        at, database, seen, own, products, version = cursor.fetchone()
    everything = snapshot is None or len(products) > CHANGED_MOST or None in products
    changed = None if everything else frozenset(products)
    return Changes(at, database, seen, own, changed, version or "")
