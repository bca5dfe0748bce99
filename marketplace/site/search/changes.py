"""Whether the market has changed since something was remembered of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Generic, TypeVar

from django.db import connection

T = TypeVar("T")
_MARKS = """
SELECT statement_timestamp(), kind, array_agg(mark ORDER BY writer)
FROM (SELECT 1) AS one LEFT JOIN hallmark_changes ON true GROUP BY kind
"""


@dataclass(frozen=True, slots=True)
class Marks:
    """`products` changes with vendors, products and releases; `standing` with certificates and
    measurements. `at` is the clock of the database, by which certificates end."""

    database: str
    products: tuple[int, ...]
    standing: tuple[int, ...]
    at: datetime


def read_marks() -> Marks:
    with connection.cursor() as cursor:
        cursor.execute(_MARKS)
        rows = cursor.fetchall()
    marks = {kind: tuple(found) for _, kind, found in rows}
    name = str(connection.settings_dict["NAME"])
    return Marks(name, marks.get("products", ()), marks.get("standing", ()), rows[0][0])


class Remembered(Generic[T]):
    """One thing made of the market, kept until `key` of the marks differs or it has ended.

    The marks are read before the rows: what is kept may be newer than its marks, never older.
    """

    def __init__(
        self,
        make: Callable[[Marks], T],
        *,
        key: Callable[[Marks], object],
        ends: Callable[[T], datetime | None] = lambda _: None,
    ) -> None:
        self._make, self._key, self._ends = make, key, ends
        self._lock = Lock()
        self._kept: tuple[object, T] | None = None

    def get(self, marks: Marks | None = None) -> T:
        marks = marks or read_marks()
        kept = self._standing(marks)
        if kept is not None:
            return kept
        with self._lock:
            kept = self._standing(marks)
            if kept is None:
                kept = self._make(marks)
                self._kept = (self._key(marks), kept)
            return kept

    def _standing(self, marks: Marks) -> T | None:
        if self._kept is None or self._kept[0] != self._key(marks):
            return None
        ends = self._ends(self._kept[1])
        return self._kept[1] if ends is None or marks.at < ends else None
