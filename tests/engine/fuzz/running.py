"""Mutated bodies read by the engine, each held against the oracle."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from zlib import crc32

from certification.engine.formats import (
    decode_report,
    encode_report,
    parse_report,
    parse_report_stream,
)
from certification.engine.report import EvidenceFormat, EvidenceUnreadable, Report, TestState
from tests.engine.formats.building import pieces
from tests.engine.fuzz.crowds import LARGE
from tests.engine.fuzz.mutators import mutated
from tests.engine.fuzz.oracle import most_passes

FOUND = Path(__file__).parents[1] / "formats" / "found"
#: One in so many bodies is a bomb, a crowd or a depth.
RARE = 30_000
_MOST_IN_PIECES = 20_000


@dataclass
class Tally:
    """What happened to the bodies. `faults` are (number, body's place, what went wrong)."""

    bodies: int = 0
    passes: int = 0
    damaged: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    forms: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[int, str, str]] = field(default_factory=list)


def body(seed: int, number: int) -> bytes:
    """The same bytes for the same numbers, on any machine."""
    luck = Random(seed << 40 | number)
    if number % RARE == RARE // 2:
        return LARGE[number // RARE % len(LARGE)]()
    return mutated(luck)


def fuzz(seed: int, numbers: range, tally: Tally | None = None) -> Tally:
    tally = tally or Tally()
    for number in numbers:
        raw = body(seed, number)
        if fault := examine(raw, tally):
            tally.faults.append((number, kept(raw), fault))
    return tally


def examine(raw: bytes, tally: Tally) -> str:
    """What is wrong with how the engine reads it; empty if nothing."""
    tally.bodies += 1
    try:
        report = parse_report(raw)
    except EvidenceUnreadable as refused:
        tally.refused[refused.code] += 1
        if not (refused.code and str(refused)):
            return "a refusal without a code or a text"
        return _wrong_in_pieces(raw, (refused.code, str(refused), refused.place))
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    tally.forms[report.format.value] += 1
    tally.damaged += report.damage is not None
    if decode_report(encode_report(report)) != report:
        return "the stored report differs"
    return _wrong_passes(raw, report, tally) or _wrong_in_pieces(raw, report)


def _wrong_in_pieces(raw: bytes, whole: Report | tuple[str, str, str]) -> str:
    """How evidence is cut into pieces changes nothing; looked at for one small body in eight."""
    if len(raw) > _MOST_IN_PIECES or (luck := crc32(raw)) % 8:
        return ""
    try:
        found: object = parse_report_stream(pieces(raw, 1 + luck % 61 + len(raw) // 50))
    except EvidenceUnreadable as refused:
        found = (refused.code, str(refused), refused.place)
    except Exception as error:
        return f"in pieces, {type(error).__name__}: {error}"
    return "" if found == whole else f"in pieces it reads differently: {found}"[:300]


def _wrong_passes(raw: bytes, report: Report, tally: Tally) -> str:
    passed = {entry.name for entry in report.entries if entry.state is TestState.PASSED}
    tally.passes += len(passed)
    if report.format is EvidenceFormat.OSI_BUNDLE or len(passed) > 1_000 or not passed:
        return ""
    wrong = passed - most_passes(raw, report.format)
    return f"passed, and no other reader says so: {sorted(wrong)[:3]}" if wrong else ""


def kept(raw: bytes) -> str:
    """Write the body down, to become a regression test."""
    FOUND.mkdir(exist_ok=True)
    place = FOUND / hashlib.sha256(raw).hexdigest()[:16]
    place.write_bytes(raw)
    return place.name
