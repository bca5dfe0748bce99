"""The parsed report as bytes, kept beside the evidence so that judging again need not parse again.

A derived form: whoever cannot read it parses the evidence again. One byte of version, then deflated
MessagePack in which the entries stand column by column.
"""

from __future__ import annotations

from typing import Any, cast

import msgspec
from isal import isal_zlib

from certification.engine.report import (
    Damage,
    Entry,
    EvidenceFormat,
    Fixture,
    Report,
    ReportWarning,
    TestState,
)

VERSION = 1
#: The stubs of isal say that its exception class is an instance.
_DamagedDeflateError = cast(type[Exception], isal_zlib.error)
_STATES = (TestState.PASSED, TestState.SKIPPED, TestState.FAILED)
_CODES = {state: code for code, state in enumerate(_STATES)}


class StoredReportUnreadable(ValueError):
    """The bytes are not a report of this version: parse the evidence again."""


class _Columns(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """A report without repetition. Times are kept as they are; `reasons` is by entry number."""

    format: EvidenceFormat
    names: list[str]
    ids: list[str]
    states: bytes
    reasons: dict[int, str]
    starts: list[float | None]
    ends: list[float | None]
    fixtures: tuple[Fixture, ...]
    passes_only: bool
    looks_incomplete: bool
    damage: Damage | None
    warnings: tuple[ReportWarning, ...]
    started_at: float | None
    ended_at: float | None
    declared_duration_s: int | None
    cpid: str
    events: int
    workers: int
    inflated_bytes: int


_SCALARS = (
    "format", "fixtures", "passes_only", "looks_incomplete", "damage", "warnings", "started_at",
    "ended_at", "declared_duration_s", "cpid", "events", "workers", "inflated_bytes",
)  # fmt: skip
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Columns).decode


def encode_report(report: Report) -> bytes:
    """The report as bytes for `decode_report`; compact, not meant for other readers."""
    entries = report.entries
    columns = _Columns(
        names=[entry.name for entry in entries],
        ids=[entry.idempotent_id for entry in entries],
        states=bytes(_CODES[entry.state] for entry in entries),
        reasons={at: entry.reason for at, entry in enumerate(entries) if entry.reason},
        starts=[entry.started_at for entry in entries],
        ends=[entry.ended_at for entry in entries],
        **_scalars(report),
    )
    return bytes((VERSION,)) + isal_zlib.compress(_encode(columns), 1)


def decode_report(stored: bytes) -> Report:
    """The report that was encoded. Raise `StoredReportUnreadable` for anything else."""
    if stored[:1] != bytes((VERSION,)):
        raise StoredReportUnreadable(f"Not a stored report of version {VERSION}.")
    try:
        columns = _decode(isal_zlib.decompress(stored[1:]))
        return Report(entries=_entries(columns), **_scalars(columns))
    except (_DamagedDeflateError, msgspec.MsgspecError, ValueError, IndexError) as error:
        raise StoredReportUnreadable(f"The stored report is damaged: {error}") from error


def _entries(columns: _Columns) -> tuple[Entry, ...]:
    states = [_STATES[code] for code in columns.states]
    reasons = [""] * len(states)
    for at, reason in columns.reasons.items():
        reasons[at] = reason
    fields = (columns.names, columns.ids, states, reasons, columns.starts, columns.ends)
    return tuple(map(Entry, *_of_one_length(fields)))


def _of_one_length(fields: tuple[list[Any], ...]) -> tuple[list[Any], ...]:
    if len({len(field) for field in fields}) > 1:
        raise ValueError("columns of different lengths")
    return fields


def _scalars(source: Report | _Columns) -> dict[str, Any]:
    return {name: getattr(source, name) for name in _SCALARS}
