"""What the doctor looks at, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from certification.engine.report import Report

TESTS_NAMED = 3


@dataclass(frozen=True, slots=True)
class Patient:
    """A report and what is known around it. `asked` tests must pass for the target looked at, and
    `missing` of them, sorted names, have no result. `earlier_cpids` are those of the release's
    earlier runs. `received_at` is in seconds since the epoch, UTC. `target` is what one calls it:
    `Compute 2026.11`; empty where nobody said."""

    report: Report
    asked: int = 0
    missing: tuple[str, ...] = ()
    earlier_cpids: frozenset[str] = frozenset()
    received_at: float | None = None
    target: str = ""

    def skips(self) -> list[tuple[str, str]]:
        """(test or class, the run's own words) of everything skipped with a reason, sorted."""
        entries = [(e.name, e.reason) for e in self.report.entries if e.reason]
        fixtures = [(f.scope, f.reason) for f in self.report.fixtures if f.reason]
        return sorted(entries + fixtures)


@dataclass(frozen=True, slots=True)
class Sign:
    """What a rule found: a sentence with counts, and the tests or classes that show it. `title`
    where there is a better one than the rule's own."""

    evidence: str
    tests: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is stable. `tests` are at most three. `setting` stands in tempest.conf, or is a
    command; empty where none helps."""

    code: str
    title: str
    evidence: str
    tests: tuple[str, ...]
    mend: str
    setting: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    code: str
    title: str
    look: Callable[[Patient], Sign | None]
    mend: str
    setting: str = ""

    def on(self, patient: Patient) -> Finding | None:
        sign = self.look(patient)
        return self.finding(sign) if sign is not None else None

    def finding(self, sign: Sign) -> Finding:
        named = sign.tests[:TESTS_NAMED]
        title = sign.title or self.title
        return Finding(self.code, title, sign.evidence, named, self.mend, self.setting)
