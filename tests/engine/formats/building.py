"""Streams for the tests of the evidence formats, and what python-subunit reads in them."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import subunit

from certification.engine.formats.naming import identity
from certification.engine.report import SEVERITY, TestState

RUNS = Path(__file__).parents[2] / "data" / "runs"
BEGAN = datetime(2026, 11, 1, 12, tzinfo=UTC)

# Under its own name pytest would take the enumeration for a class of tests.
State = TestState
PASSED, FAILED, SKIPPED = State.PASSED, State.FAILED, State.SKIPPED
STATES = {
    "success": PASSED,
    "skip": SKIPPED,
    "fail": FAILED,
    "xfail": FAILED,
    "uxsuccess": FAILED,
}


def at(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def v2(*events: dict[str, Any]) -> bytes:
    """The packets that python-subunit writes for these calls of `status`."""
    target = io.BytesIO()
    writer = subunit.StreamResultToBytes(target)
    for event in events:
        writer.status(**event)
    return target.getvalue()


def ran(test_id: str, status: str = "success", begin: float = 0, end: float = 1) -> bytes:
    """A test that began and ended, in version 2."""
    return v2(
        {"test_id": test_id, "test_status": "inprogress", "timestamp": at(begin)},
        {"test_id": test_id, "test_status": status, "timestamp": at(end)},
    )


def packet(flags: int, body: bytes, *, checksum: int | None = None) -> bytes:
    """A packet made by hand, of the right length and, unless given, with the right checksum."""
    size = 3 + len(body) + 4
    width = 1 if size + 1 < 64 else 2 if size + 2 < 16384 else 3
    total = size + width
    length = (total | {1: 0, 2: 0x4000, 3: 0x800000}[width]).to_bytes(width, "big")
    content = b"\xb3" + struct.pack(">H", flags) + length + body
    return content + struct.pack(">I", zlib.crc32(content) if checksum is None else checksum)


def pieces(stream: bytes, size: int) -> Iterator[bytes]:
    return (stream[begin : begin + size] for begin in range(0, len(stream), size))


@dataclass(frozen=True)
class Read:
    """One event as python-subunit reports it."""

    test_id: str
    status: str
    route: str | None
    when: datetime | None


class Recorder:
    """Takes the events of a test that python-subunit reads."""

    def __init__(self) -> None:
        self.events: list[Read] = []

    def status(self, test_id: Any = None, test_status: Any = None, **more: Any) -> None:
        if test_id is not None and test_status is not None:
            self.events.append(
                Read(test_id, test_status, more.get("route_code"), more.get("timestamp"))
            )


def read_by_subunit(stream: bytes) -> list[Read]:
    recorder = Recorder()
    subunit.ByteStreamToStreamResult(io.BytesIO(stream)).run(recorder)
    return recorder.events


def states_of(events: Iterable[Read]) -> dict[tuple[str, str], TestState]:
    """The states by our rules, told plainly: the reference that the scanner must equal."""
    running: dict[tuple[str, str | None], None] = {}
    outcomes: list[tuple[str, TestState]] = []
    for event in events:
        key = (event.test_id, event.route)
        if event.status == "inprogress":
            running[key] = None
        elif event.status in STATES:
            running.pop(key, None)
            outcomes.append((event.test_id, STATES[event.status]))
    outcomes += [(test_id, FAILED) for test_id, _ in running]
    return worst(outcomes)


def worst(outcomes: Iterable[tuple[str, TestState]]) -> dict[tuple[str, str], TestState]:
    """The worst state of each test, by bare name and id."""
    states: dict[tuple[str, str], TestState] = {}
    for test_id, state in outcomes:
        test = identity(test_id)
        if test not in states or SEVERITY[state] > SEVERITY[states[test]]:
            states[test] = state
    return states
