"""What the evidence of one class and better says of a product."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from certification.engine.integration.applicability import Applicability, access_of
from certification.engine.integration.figures import Outcomes, concerns_of, figure_of
from certification.engine.integration.model import (
    ConcernOutcome,
    EvidenceClass,
    EvidenceRun,
    Figure,
    IntegrationRules,
    Profile,
)
from certification.engine.integration.outcomes import Sightings, at_least, outcomes_of


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a product is said to be and all that was seen of it; `runs` are its own version's."""

    rules: IntegrationRules
    profile: Profile
    applicability: Applicability
    sightings: Sightings
    runs: Sequence[EvidenceRun]


@dataclass(frozen=True, slots=True)
class ClassStanding:
    """`primary_reached`: the primary service was written to (or read from, by a product that
    creates nothing). `measured` are the capabilities whose test passed or failed."""

    floor: EvidenceClass
    outcomes: Outcomes
    concerns: tuple[ConcernOutcome, ...]
    figure: Figure
    measured: frozenset[str]
    primary_reached: bool


def class_standing(evidence: Evidence, floor: EvidenceClass) -> ClassStanding:
    rules, applicability = evidence.rules, evidence.applicability
    seen = at_least(evidence.sightings, floor)
    outcomes = outcomes_of(rules, applicability, seen)
    measured = frozenset(name for name, all_of in seen.items() if any(s.measured for s in all_of))
    concerns = concerns_of(rules, outcomes, measured)
    access = access_of(rules, [run for run in evidence.runs if run.evidence_class >= floor])
    reached = access.read | access.written if applicability.creates_nothing else access.written
    return ClassStanding(
        floor=floor,
        outcomes=outcomes,
        concerns=concerns,
        figure=figure_of(concerns),
        measured=measured,
        primary_reached=evidence.profile.primary in reached,
    )
