"""The stack figure: how much of what a product needs is OpenStack's own, in exact fractions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from certification.engine.footprint.model import Mode
from certification.engine.integration.model import (
    AxisOutcome,
    AxisRule,
    CapabilityOutcome,
    ConcernMode,
    ConcernOutcome,
    ConcernRule,
    Figure,
    IntegrationRules,
    Outcome,
)

Outcomes = Mapping[str, CapabilityOutcome]
HALF = Fraction(1, 2)


def counts(outcome: CapabilityOutcome) -> bool:
    """Whether a capability is in the figure at all: it applies and its test is not flagged."""
    return outcome.outcome is not Outcome.NOT_APPLICABLE and not outcome.flagged


def concerns_of(
    rules: IntegrationRules, outcomes: Outcomes, measured: frozenset[str]
) -> tuple[ConcernOutcome, ...]:
    """In the guideline's order. `measured` are the capabilities whose test passed or failed."""
    return tuple(_concern(rules, concern, outcomes, measured) for concern in rules.concerns)


def _concern(
    rules: IntegrationRules, concern: ConcernRule, outcomes: Outcomes, measured: frozenset[str]
) -> ConcernOutcome:
    counted = _count(rules, concern.capabilities, outcomes, measured)
    return ConcernOutcome(
        concern=concern.id,
        title=concern.title,
        weight=concern.weight,
        share=counted.share,
        points=concern.weight * counted.share,
        mode=counted.mode,
        passed=counted.passed,
        applicable=counted.applicable,
        served_by=concern.served_by,
    )


@dataclass(frozen=True, slots=True)
class _Counted:
    applicable: int
    passed: int
    share: Fraction
    mode: ConcernMode


def _count(
    rules: IntegrationRules,
    capabilities: Iterable[str],
    outcomes: Outcomes,
    measured: frozenset[str],
) -> _Counted:
    members = [one for name in capabilities if counts(one := outcomes[name])]
    passed = [one for one in members if one.outcome is Outcome.PASSED]
    share = _share(rules, passed, len(members))
    by_default = [one for one in passed if one.mode is Mode.DEFAULT]
    mode = _mode(
        applicable=len(members),
        share=share,
        default_share=_share(rules, by_default, len(members)),
        measured=any(one.capability in measured for one in members),
    )
    return _Counted(len(members), len(passed), share, mode)


def _share(
    rules: IntegrationRules, passed: Sequence[CapabilityOutcome], applicable: int
) -> Fraction:
    if not applicable:
        return Fraction(0)
    worth = sum((rules.modes[one.mode] for one in passed if one.mode), Fraction(0))
    return worth / applicable


def _mode(
    *, applicable: int, share: Fraction, default_share: Fraction, measured: bool
) -> ConcernMode:
    if not applicable:
        return ConcernMode.NOT_APPLICABLE
    if not measured:
        return ConcernMode.NOT_PROVED
    if share < HALF:
        return ConcernMode.PARALLEL
    return ConcernMode.SERVED if default_share >= HALF else ConcernMode.OPTIONAL


def figure_of(concerns: Iterable[ConcernOutcome]) -> Figure:
    applicable = [one for one in concerns if one.applicable]
    return Figure(
        points=sum((one.points for one in applicable), Fraction(0)),
        weight=sum(one.weight for one in applicable),
    )


def shifted(figure: Figure, concern: ConcernOutcome, factor: Fraction) -> Fraction:
    """The exact figure if this concern weighed `factor` times as much."""
    if not concern.applicable:
        return figure.exact
    points = figure.points + (factor - 1) * concern.points
    weight = figure.weight + (factor - 1) * concern.weight
    return 100 * points / weight


def gain_of(
    rules: IntegrationRules, concerns: Sequence[ConcernOutcome], outcome: CapabilityOutcome
) -> Fraction:
    """What the figure gains when this capability passes in the default set-up."""
    weight = sum(one.weight for one in concerns if one.applicable)
    worth = Fraction(0)
    if outcome.outcome is Outcome.PASSED and outcome.mode:
        worth = rules.modes[outcome.mode]
    for rule, concern in zip(rules.concerns, concerns, strict=True):
        if outcome.capability in rule.capabilities and counts(outcome):
            return 100 * rule.weight * (1 - worth) / Fraction(concern.applicable * weight)
    return Fraction(0)


def axes_of(
    rules: IntegrationRules, outcomes: Outcomes, measured: frozenset[str]
) -> tuple[AxisOutcome, ...]:
    return tuple(_axis(rules, axis, outcomes, measured) for axis in rules.axes.values())


def _axis(
    rules: IntegrationRules, axis: AxisRule, outcomes: Outcomes, measured: frozenset[str]
) -> AxisOutcome:
    counted = _count(rules, rules.capabilities_of(axis.id), outcomes, measured)
    mode = counted.mode
    if mode is ConcernMode.PARALLEL and not axis.service:
        mode = ConcernMode.NOT_PROVED
    return AxisOutcome(axis.id, axis.title, axis.service, mode, counted.passed, counted.applicable)
