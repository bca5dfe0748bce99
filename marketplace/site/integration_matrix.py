"""The integration matrix: by concern with weights and points, by axis with its capabilities."""

from __future__ import annotations

from dataclasses import dataclass

from certification.engine.integration import (
    AxisOutcome,
    CapabilityOutcome,
    ConcernOutcome,
    IntegrationRules,
    LevelEvaluation,
    Outcome,
)
from certification.engine.integration.model import CapabilityRule
from marketplace.site.integration_wording import exact, letters_of


@dataclass(frozen=True, slots=True)
class CapabilityLine:
    outcome: CapabilityOutcome
    rule: CapabilityRule

    @property
    def letters(self) -> str:
        return letters_of(self.rule)

    @property
    def by_option(self) -> bool:
        """Passed, but only in a run with options set."""
        passed = self.outcome.outcome is Outcome.PASSED
        return passed and self.outcome.mode is not None and self.outcome.mode.value == "option"


@dataclass(frozen=True, slots=True)
class AxisLine:
    axis: AxisOutcome
    capabilities: tuple[CapabilityLine, ...]


@dataclass(frozen=True, slots=True)
class ConcernLine:
    """`reasons` say why capabilities of the concern do not apply."""

    concern: ConcernOutcome
    reasons: tuple[str, ...]

    @property
    def points(self) -> str:
        return exact(self.concern.points)

    @property
    def share(self) -> str:
        return exact(100 * self.concern.share)


@dataclass(frozen=True, slots=True)
class IntegrationMatrix:
    concerns: tuple[ConcernLine, ...]
    axes: tuple[AxisLine, ...]


def integration_matrix(rules: IntegrationRules, evaluation: LevelEvaluation) -> IntegrationMatrix:
    return IntegrationMatrix(
        tuple(_concern(rules, evaluation, one) for one in evaluation.concerns),
        tuple(AxisLine(axis, _capabilities(rules, evaluation, axis)) for axis in evaluation.axes),
    )


def _capabilities(
    rules: IntegrationRules, evaluation: LevelEvaluation, axis: AxisOutcome
) -> tuple[CapabilityLine, ...]:
    return tuple(
        CapabilityLine(one, rules.capabilities[one.capability])
        for one in evaluation.capabilities
        if one.axis == axis.axis
    )


def _concern(
    rules: IntegrationRules, evaluation: LevelEvaluation, concern: ConcernOutcome
) -> ConcernLine:
    [members] = [one.capabilities for one in rules.concerns if one.id == concern.concern]
    outcomes = [evaluation.outcome_of(name) for name in members]
    reasons = [one.explanation for one in outcomes if one.outcome is Outcome.NOT_APPLICABLE]
    return ConcernLine(concern, tuple(dict.fromkeys(reasons)))
