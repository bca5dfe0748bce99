"""A capability's footprint condition: true or false of a run, or of two runs of a set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from certification.engine.footprint.model import Condition
from certification.engine.integration.model import EvidenceRun
from certification.engine.integration.statements import Statement
from certification.engine.integration.view import view_of


@dataclass(frozen=True, slots=True)
class Part:
    """Statements about the footprints of one condition (None: about all of the run). Without such
    a footprint nothing holds, not even that something was not seen."""

    condition: Condition | None
    statements: tuple[Statement, ...]

    def holds(self, run: EvidenceRun) -> bool:
        view = view_of(run, self.condition)
        return bool(view.footprints) and all(one.holds(view) for one in self.statements)


@dataclass(frozen=True, slots=True)
class OfOneRun:
    parts: tuple[Part, ...]

    def holds(self, run: EvidenceRun) -> bool:
        return all(part.holds(run) for part in self.parts)


@dataclass(frozen=True, slots=True)
class OfTwoRuns:
    """Two runs with nonces of their own, one for each side. `differ` names what must be known of
    both and not equal (`product_version`, `openstack_release`, or nothing); `both_pass`: the test
    must have passed in both, else in one."""

    sides: tuple[OfOneRun, OfOneRun]
    differ: str
    both_pass: bool

    def partners(self, run: EvidenceRun, others: Sequence[EvidenceRun]) -> Iterator[EvidenceRun]:
        """The runs that together with this one fulfil the condition."""
        for other in others:
            if other.nonce != run.nonce and self._differ(run, other) and self._fit(run, other):
                yield other

    def _differ(self, run: EvidenceRun, other: EvidenceRun) -> bool:
        if not self.differ:
            return True
        mine, theirs = str(getattr(run, self.differ)), str(getattr(other, self.differ))
        return bool(mine) and bool(theirs) and mine != theirs

    def _fit(self, run: EvidenceRun, other: EvidenceRun) -> bool:
        first, second = self.sides
        return (first.holds(run) and second.holds(other)) or (
            second.holds(run) and first.holds(other)
        )
