"""What a run's evidence says, once parsed: the one form that every format becomes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

import msgspec

_BRACKETS = re.compile(r"\[[^\]]*\]")
#: Brackets at the end of a word are attributes. Those that stand by themselves are words of a
#: sentence, as Ginkgo writes its tests: `[sig-network] DNS should resolve [Conformance]`.
_ATTRIBUTES = re.compile(r"(?<=[^\s\]])(?:\[[^\]]*\])+|\[id-[^\]]*\]")


class TestState(StrEnum):
    """How a test ended. `MISSING` is never parsed: so is a guideline's test without entry."""

    PASSED = "passed"
    SKIPPED = "skipped"
    FAILED = "failed"
    MISSING = "missing"


#: Of two entries for one test, the one with the higher number counts: the worst state wins.
SEVERITY = {TestState.MISSING: 0, TestState.PASSED: 1, TestState.SKIPPED: 2, TestState.FAILED: 3}


class EvidenceFormat(StrEnum):
    SUBUNIT_V1 = "subunit-v1"
    SUBUNIT_V2 = "subunit-v2"
    REFSTACK_JSON = "refstack-json"
    JUNIT_XML = "junit-xml"
    TAP = "tap"
    OSI_BUNDLE = "osi-bundle"


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One test as the evidence names it, after its own repeats were folded to the worst state.

    `name` has its bracketed attributes cut off and keeps scenario suffixes in round brackets.
    `idempotent_id` is bare and lower case, or empty. Times are seconds since the epoch, UTC.
    `reason` is a skip's own words, at most 300 characters, scrubbed of secrets; else empty.

    No dataclass: a run has thousands of them, and a frozen one takes twenty times as long to make.
    """

    name: str
    idempotent_id: str
    state: TestState
    reason: str = ""
    started_at: float | None = None
    ended_at: float | None = None


@dataclass(frozen=True, slots=True)
class Fixture:
    """`setUpClass (a.b.C)` or `tearDownClass (a.b.C)`: `scope` is `a.b.C`."""

    scope: str
    kind: str
    state: TestState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Damage:
    """Where a stream stopped being readable: offset into the inflated bytes, and why."""

    offset: int
    reason: str


@dataclass(frozen=True, slots=True)
class ReportWarning:
    """What a reader should know and what changes no state. `code` is stable, `text` for people."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """The parsed run.

    `entries` are sorted by (name, idempotent_id), one per pair. `passes_only` is true where the
    format cannot tell failures (RefStack JSON). `looks_incomplete` is true where a worker died:
    tests that began and never ended, though the stream itself is whole. `damage` is set where the
    bytes end too early or are wrong; what stands before it is still in `entries`.
    `events` counts what the format calls events (subunit packets, JSON results).
    """

    format: EvidenceFormat
    entries: tuple[Entry, ...]
    fixtures: tuple[Fixture, ...] = ()
    passes_only: bool = False
    looks_incomplete: bool = False
    damage: Damage | None = None
    warnings: tuple[ReportWarning, ...] = ()
    started_at: float | None = None
    ended_at: float | None = None
    declared_duration_s: int | None = None
    cpid: str = ""
    events: int = 0
    workers: int = 0
    inflated_bytes: int = 0

    def count(self, state: TestState) -> int:
        return sum(1 for entry in self.entries if entry.state is state)


class EvidenceUnreadable(ValueError):
    """The bytes are no evidence in any format we read, or break a limit before anything was proven.

    `code` is stable (`evidence-empty`, `evidence-format-unknown`, ...). `place` says where: a byte
    offset (`byte 17`), a JSON path (`results[3].name`), a line and column of XML, or a file of a
    bundle. The message is fit for the uploader.
    """

    def __init__(self, code: str, message: str, place: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.place = place


def bare_name(test_id: str) -> str:
    """Cut the bracketed attributes off: `a.b.test_x[id-1,smoke](v4)` becomes `a.b.test_x(v4)`.

    Brackets that stand by themselves stay, unless they hold an id."""
    return _ATTRIBUTES.sub("", test_id).strip() if "[" in test_id else test_id.strip()


def bare_id(idempotent_id: str) -> str:
    """`id-ABC,smoke` becomes `abc`: without `id-`, without what follows a comma, lower case."""
    return idempotent_id.split(",", 1)[0].strip().lower().removeprefix("id-")


def id_in_attributes(test_id: str) -> str:
    """The idempotent id among the bracketed attributes of a test id, bare, or an empty string."""
    for attributes in _BRACKETS.findall(test_id):
        for attribute in attributes[1:-1].split(","):
            word = attribute.strip()
            if word.lower().startswith("id-"):
                return bare_id(word)
    return ""
