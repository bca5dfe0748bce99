"""The verdict from the counts: the one place where `passed` is said, for both paths."""

from __future__ import annotations

from typing import Protocol

from certification.engine.verdict.compiled import Reason
from certification.engine.verdict.evaluation import EvidenceFacts, Verdict


class Counts(Protocol):
    """Counted required tests by state; `total` is their sum."""

    @property
    def total(self) -> int: ...
    @property
    def passed(self) -> int: ...
    @property
    def failed(self) -> int: ...
    @property
    def skipped(self) -> int: ...
    @property
    def missing(self) -> int: ...


def rule(
    problem: Reason | None, facts: EvidenceFacts, counts: Counts
) -> tuple[Verdict, tuple[Reason, ...]]:
    """`error` if nothing can be judged, `passed` if all that counts passed in whole evidence,
    else `failed`. Every reason that applies is given (design.md, "Verdict")."""
    unjudgeable = _unjudgeable(problem, facts, counts)
    if unjudgeable:
        return Verdict.ERROR, (unjudgeable,)
    reasons = tuple(_shortfalls(facts, counts))
    if not reasons and counts.passed == counts.total:
        return Verdict.PASSED, ()
    return Verdict.FAILED, reasons


def _unjudgeable(problem: Reason | None, facts: EvidenceFacts, counts: Counts) -> Reason | None:
    if problem:
        return problem
    if facts.is_empty:
        where = f" It breaks off at byte {facts.damage.offset}." if facts.damage else ""
        return Reason("nothing-judged", f"The evidence holds no test result to judge.{where}")
    if not counts.total:
        return Reason("nothing-to-certify", "Waivers leave no test that counts.")
    return None


def _shortfalls(facts: EvidenceFacts, counts: Counts) -> list[Reason]:
    reasons = []
    if facts.damage:
        reasons.append(
            Reason(
                "incomplete-evidence",
                f"The evidence is incomplete: it cannot be read past byte {facts.damage.offset} "
                f"({facts.damage.reason}).",
            )
        )
    for code, count, ending in (
        ("tests-failed", counts.failed, "failed"),
        ("tests-skipped", counts.skipped, "skipped by the run"),
        ("tests-missing", counts.missing, "not in the run"),
    ):
        if count:
            reasons.append(Reason(code, f"Required tests {ending}: {count} of {counts.total}."))
    return reasons
