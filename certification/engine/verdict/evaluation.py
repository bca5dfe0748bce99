"""An evaluation: the verdict on a run with every reason, as data and as a plain document."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from certification.engine.canonical import canonical_bytes, digest_of
from certification.engine.guideline.model import CapabilityStatus
from certification.engine.report import Damage, EvidenceFormat, Report, ReportWarning, TestState
from certification.engine.verdict.compiled import Reason
from certification.engine.verdict.shortest_path import ShortestPath
from certification.engine.verdict.sighting import Match

#: Raised whenever a rule changes that could alter an evaluation of the same inputs.
RULESET = 1


class Verdict(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"


class CapabilityState(StrEnum):
    """`NOT_TESTED`: all tests are flagged, or there is none. `WAIVED`: all that counted is."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_TESTED = "not-tested"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True)
class EvidenceFacts:
    """What of a report matters beside its entries. `is_empty`: nothing in it can be judged."""

    format: EvidenceFormat
    is_empty: bool
    passes_only: bool
    looks_incomplete: bool
    damage: Damage | None

    @classmethod
    def of(cls, report: Report) -> EvidenceFacts:
        return cls(
            format=report.format,
            is_empty=not report.entries and not report.fixtures,
            passes_only=report.passes_only,
            looks_incomplete=report.looks_incomplete,
            damage=report.damage,
        )

    def to_document(self) -> dict[str, Any]:
        damage = self.damage
        return {
            "format": self.format.value,
            "passes_only": self.passes_only,
            "looks_incomplete": self.looks_incomplete,
            "damage": damage and {"offset": damage.offset, "reason": damage.reason},
        }


@dataclass(frozen=True, slots=True)
class RequiredCounts:
    """Distinct tests of the required capabilities. `total` counts what must pass: neither flagged
    nor waived. `flagged_passed` of the `flagged` passed; they change no verdict."""

    total: int = 0
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    missing: int = 0
    flagged: int = 0
    flagged_passed: int = 0
    waived: int = 0

    def to_document(self) -> dict[str, int]:
        return {
            "total": self.total,
            "passed": self.passed,
            "failed": self.failed,
            "skipped": self.skipped,
            "missing": self.missing,
            "flagged": self.flagged,
            "flagged_passed": self.flagged_passed,
            "waived": self.waived,
            "total_with_flagged": self.total + self.waived + self.flagged,
        }


@dataclass(frozen=True, slots=True)
class TestResult:
    """One test within one capability. `reason` is the run's own word on a skip, `flag_reason` and
    `waiver_reason` say why it is set aside."""

    name: str
    idempotent_id: str
    state: TestState
    match: Match
    seen_as: str = ""
    reason: str = ""
    flagged: bool = False
    flag_reason: str = ""
    waived: bool = False
    waiver_reason: str = ""

    def to_document(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "id": self.idempotent_id,
            "state": self.state.value,
            "match": self.match.value,
            "seen_as": self.seen_as,
            "reason": self.reason,
            "flagged": self.flagged,
            "flag_reason": self.flag_reason,
            "waived": self.waived,
            "waiver_reason": self.waiver_reason,
        }


@dataclass(frozen=True, slots=True)
class CapabilityResult:
    """`total` and `passed` count the tests that are neither flagged nor waived here."""

    id: str
    project: str
    status: CapabilityStatus
    state: CapabilityState
    total: int
    passed: int
    tests: tuple[TestResult, ...]

    def to_document(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "project": self.project,
            "status": self.status.value,
            "state": self.state.value,
            "total": self.total,
            "passed": self.passed,
            "tests": [test.to_document() for test in self.tests],
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The verdict on (run, guideline with amendments, target, waivers) under one ruleset.

    `missing`, `failed`, `skipped` are counted required tests; with `flagged` and `waived` they are
    sorted test names. `not_tested` are ids of required capabilities that nothing could test.
    `capabilities` are sorted by (status, id) and leave removed ones out.
    """

    guideline_id: str
    guideline_digest: str
    amendments: tuple[str, ...]
    waivers: tuple[str, ...]
    target: str
    target_title: str
    evidence: EvidenceFacts
    verdict: Verdict
    reasons: tuple[Reason, ...]
    required: RequiredCounts
    capabilities: tuple[CapabilityResult, ...]
    missing: tuple[str, ...]
    failed: tuple[str, ...]
    skipped: tuple[str, ...]
    flagged: tuple[str, ...]
    waived: tuple[str, ...]
    not_tested: tuple[str, ...]
    warnings: tuple[ReportWarning, ...]
    shortest_path: ShortestPath
    ruleset: int = RULESET

    @property
    def advisory(self) -> tuple[CapabilityResult, ...]:
        """What may be required next: the base of readiness."""
        return tuple(c for c in self.capabilities if c.status is CapabilityStatus.ADVISORY)

    @property
    def digest(self) -> str:
        return digest_of(self.to_document())

    def canonical_bytes(self) -> bytes:
        return canonical_bytes(self.to_document())

    def to_document(self) -> dict[str, Any]:
        """Plain JSON data: the same for the same inputs, on any machine, any day."""
        return {
            "ruleset": self.ruleset,
            "guideline": self.guideline_id,
            "guideline_digest": self.guideline_digest,
            "amendments": list(self.amendments),
            "waivers": list(self.waivers),
            "target": self.target,
            "target_title": self.target_title,
            "report": self.evidence.to_document(),
            "verdict": self.verdict.value,
            "reasons": _coded(self.reasons),
            "required": self.required.to_document(),
            "capabilities": [capability.to_document() for capability in self.capabilities],
            "missing": list(self.missing),
            "failed": list(self.failed),
            "skipped": list(self.skipped),
            "flagged": list(self.flagged),
            "waived": list(self.waived),
            "not_tested": list(self.not_tested),
            "advisory": [{"id": c.id, "state": c.state.value} for c in self.advisory],
            "warnings": _coded(self.warnings),
            "shortest_path": self.shortest_path.to_document(),
        }


def _coded(items: tuple[Reason, ...] | tuple[ReportWarning, ...]) -> list[dict[str, str]]:
    return [{"code": item.code, "text": item.text} for item in items]
