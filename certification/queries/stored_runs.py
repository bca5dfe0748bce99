"""Stored runs read many at once: no row of Python's for each, and what equal runs share only once.

A verdict depends on a run's bitmaps and a few facts beside them. PostgreSQL strings these together
and sends one value for thousands of runs; runs that are equal in them are one kind, whose bitmaps
are inflated and judged once.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from numpy.typing import NDArray

from certification.engine.report import EvidenceFormat
from certification.models import Run
from certification.models.columns import inflated
from certification.queries.guideline_batch import Bits, Stack, matrix_of

#: Runs in memory at a time: up to three bitmaps of about 300 bytes each, and what judging makes.
CHUNK = 20_000
ID_BYTES = 16
Ids = NDArray[np.bytes_]
Places = NDArray[np.intp]

#: Whether the evidence is damaged (2) and whether the bitmap can tell (1); dictionary length;
#: lengths of the first two bitmaps as they are stored. Then the three of them follow. Two numbers,
#: because PostgreSQL takes longer for each part that it puts together than for what is in it.
_HEAD = struct.Struct(">iiii")
_TELLS, _DAMAGED = 1, 2
_READ = """
    SET LOCAL max_parallel_workers_per_gather = 0;
    SELECT string_agg(uuid_send(id), '' ORDER BY id),
        string_agg(kind, '' ORDER BY id),
        string_agg(int4send(octet_length(kind)), '' ORDER BY id)
    FROM (
        SELECT id, int8send(dictionary_length
                | CASE WHEN exact AND (tests_passed > 0 OR tests_failed > 0 OR tests_skipped > 0)
                    THEN 1::bigint << 32 ELSE 0 END
                | CASE WHEN damage_offset IS NULL THEN 0 ELSE 1::bigint << 33 END)
            || int8send((octet_length(passed)::bigint << 32) | octet_length(failed))
            || passed || failed || skipped AS kind
        FROM ({runs}) AS wanted (id, {names})
    ) AS read
"""
_COLUMNS = (
    "dictionary_length",
    "exact",
    "tests_passed",
    "tests_failed",
    "tests_skipped",
    "damage_offset",
    "passed",
    "failed",
    "skipped",
)


@dataclass(frozen=True, slots=True)
class StoredRuns:
    """`n` runs. `ids` are (n,) of 16 bytes, ascending; `kind` is (n,) and says which row of `kinds`
    holds what was read of each."""

    ids: Ids
    kinds: Stack
    kind: Places

    def __len__(self) -> int:
        return len(self.ids)

    def id_of(self, place: int) -> UUID:
        return UUID(bytes=self.ids[place : place + 1].tobytes())

    def places_of(self, wanted: Collection[UUID]) -> list[int]:
        """Where those of the wanted runs stand that are here, ascending."""
        keys = ids_of(wanted)
        return np.flatnonzero(np.isin(self.ids, keys)).tolist()


def ids_of(wanted: Collection[UUID]) -> Ids:
    return _ids(b"".join(one.bytes for one in wanted))


def _ids(joined: bytes) -> Ids:
    return np.frombuffer(joined, dtype=f"S{ID_BYTES}")


_BUNDLE = EvidenceFormat.OSI_BUNDLE.value


def judged_runs() -> QuerySet[Run]:
    """Every judged run of tests, whoever may see it: for counts, and for staff."""
    return Run.objects.filter(state=Run.State.VERIFIED).exclude(format=_BUNDLE)


def judged_bundles() -> QuerySet[Run]:
    """Every other judged run: what the test kit made."""
    return Run.objects.filter(state=Run.State.VERIFIED, format=_BUNDLE)


def stored_runs(runs: QuerySet[Run], size: int = CHUNK) -> Iterator[StoredRuns]:
    """In the order of their ids, at most `size` at a time."""
    found = read_runs(runs, size)
    while len(found):
        yield found
        if len(found) < size:
            return
        found = read_runs(runs.filter(pk__gt=found.id_of(len(found) - 1)), size)


def read_runs(runs: QuerySet[Run], most: int) -> StoredRuns:
    """The first `most` in the order of their ids. Raises zlib.error where a bitmap is damaged."""
    rows = runs.order_by("pk").values_list("pk", *_COLUMNS)[:most]
    try:
        wanted, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return _stored(b"", b"", b"")
    with connection.cursor() as cursor:
        cursor.execute(_READ.format(runs=wanted, names=", ".join(_COLUMNS)), values)
        columns = cursor.fetchone()
    return _stored(*(bytes(column or b"") for column in columns))


def _stored(ids: bytes, kinds: bytes, sizes: bytes) -> StoredRuns:
    ends = np.cumsum(np.frombuffer(sizes, dtype=">i4"), dtype=np.int64).tolist()
    seen: dict[bytes, int] = {}
    kind = [
        seen.setdefault(kinds[begin:end], len(seen))
        for begin, end in zip([0, *ends], ends, strict=False)  # one begin more than ends
    ]
    return StoredRuns(_ids(ids), _stack_of(list(seen)), np.array(kind, dtype=np.intp))


def _stack_of(kinds: list[bytes]) -> Stack:
    widths, legible, damaged = [], [], []
    maps: tuple[list[bytes], list[bytes], list[bytes]] = [], [], []
    for one in kinds:
        facts, width, passed, failed = _HEAD.unpack_from(one)
        widths.append(width)
        legible.append(facts & _TELLS)
        damaged.append(facts & _DAMAGED)
        second = _HEAD.size + passed
        third = second + failed
        maps[0].append(one[_HEAD.size : second])
        maps[1].append(one[second:third])
        maps[2].append(one[third:])
    # No map may look shorter than the dictionary that it tells of: what it lacks is zeros.
    least = max(widths, default=0) // 8 + 1
    different = [{stored: inflated(stored) for stored in set(of)} for of in maps]
    size = max([least, *(len(bits) for of in different for bits in of.values())])
    passed_maps, failed_maps, skipped_maps = (
        _matrix_of(of, found, size) for of, found in zip(maps, different, strict=True)
    )
    return Stack(
        passed_maps,
        failed_maps,
        skipped_maps,
        widths=np.array(widths, dtype=np.int64),
        legible=np.array(legible, dtype=bool),
        damaged=np.array(damaged, dtype=bool),
    )


def _matrix_of(maps: list[bytes], bits: Mapping[bytes, bytes], size: int) -> Bits:
    """Most runs fail and skip nothing, or the same: each map is made into words once."""
    row = {stored: place for place, stored in enumerate(bits)}
    return matrix_of(bits.values(), size)[[row[stored] for stored in maps]]
