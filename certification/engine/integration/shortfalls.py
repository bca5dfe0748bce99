"""What is between a product and a level: the shortest path, in the order in which to walk it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from certification.engine.integration.applicability import profile_obstacles
from certification.engine.integration.figures import counts, gain_of
from certification.engine.integration.model import (
    CapabilityOutcome,
    EvidenceClass,
    IntegrationRules,
    Level,
    LevelRule,
    Need,
    Outcome,
    Profile,
    Shortfall,
)
from certification.engine.integration.standings import ClassStanding

_UNUSABLE = frozenset({"profile-unknown", "profile-primary"})


def shortfalls(
    rules: IntegrationRules,
    profile: Profile,
    rule: LevelRule,
    standing: ClassStanding,
    weakest: ClassStanding,
) -> tuple[Shortfall, ...]:
    """Empty where the level's own demands are met. `standing` is by evidence of the class that the
    level asks for, `weakest` by all evidence."""
    required = _required(rules, rule.level, standing)
    open_ones = [one for one in required if one.outcome is not Outcome.PASSED]
    weaker = [one for one in open_ones if _passed(weakest, one.capability)]
    unproved = [one for one in open_ones if not _passed(weakest, one.capability)]
    return (
        *_profile(rules, profile),
        *_unproved(rules, standing, unproved),
        *_nothing(required, open_ones),
        *_weaker(rules, rule, standing, weaker),
        *_primary(profile, rule, standing, weakest),
        *_figure(rules, rule, standing, open_ones),
        *_concerns(rule, standing),
    )


def _profile(rules: IntegrationRules, profile: Profile) -> Iterator[Shortfall]:
    """Faults with which no level can be found; the others only make a claim void."""
    for fault in profile_obstacles(rules, profile):
        if fault.code in _UNUSABLE:
            yield Shortfall("profile", fault.text)


def _passed(standing: ClassStanding, capability: str) -> bool:
    return standing.outcomes[capability].outcome is Outcome.PASSED


def _required(
    rules: IntegrationRules, level: Level, standing: ClassStanding
) -> list[CapabilityOutcome]:
    return [
        outcome
        for capability, outcome in standing.outcomes.items()
        if rules.capabilities[capability].needs[level] is Need.REQUIRED and counts(outcome)
    ]


def _unproved(
    rules: IntegrationRules, standing: ClassStanding, unproved: Sequence[CapabilityOutcome]
) -> list[Shortfall]:
    """Those that lower levels require first, then those that gain most."""
    found = []
    for one in unproved:
        rule = rules.capabilities[one.capability]
        first = min(level for level, need in rule.needs.items() if need is Need.REQUIRED)
        gains = gain_of(rules, standing.concerns, one)
        text = f"{rule.passes_when} {one.explanation} {rule.hint}"
        found.append((first, -gains, Shortfall("capability", text, one.capability, gains)))
    found.sort(key=lambda one: one[:2])
    return [shortfall for _, _, shortfall in found]


def _nothing(
    required: Sequence[CapabilityOutcome], open_ones: Sequence[CapabilityOutcome]
) -> Iterator[Shortfall]:
    """A level that requires nothing of a product is not reached by doing nothing."""
    if not required and not open_ones:
        yield Shortfall("capability", "Nothing that this level requires applies to the product.")


def _weaker(
    rules: IntegrationRules,
    rule: LevelRule,
    standing: ClassStanding,
    weaker: Sequence[CapabilityOutcome],
) -> Iterator[Shortfall]:
    if weaker:
        gains = sum((gain_of(rules, standing.concerns, one) for one in weaker), Fraction(0))
        names = ", ".join(one.capability for one in weaker)
        yield Shortfall(
            "class",
            f"{len(weaker)} capabilities are proved, but not by evidence that is "
            f"{_asked(rule.evidence_class)}: {names}.",
            gains=gains,
        )


def _asked(evidence_class: EvidenceClass) -> str:
    best = evidence_class is EvidenceClass.LIVE
    return evidence_class.word if best else f"{evidence_class.word} or better"


def _primary(
    profile: Profile, rule: LevelRule, standing: ClassStanding, weakest: ClassStanding
) -> Iterator[Shortfall]:
    if not rule.primary_write or standing.primary_reached:
        return
    if weakest.primary_reached:
        yield Shortfall(
            "class",
            f"The product used its primary service {profile.primary}, but not in evidence that is "
            f"{_asked(rule.evidence_class)}.",
        )
    else:
        yield Shortfall(
            "write", f"No successful write to the primary service {profile.primary} was seen."
        )


def _figure(
    rules: IntegrationRules,
    rule: LevelRule,
    standing: ClassStanding,
    open_ones: Sequence[CapabilityOutcome],
) -> Iterator[Shortfall]:
    now = standing.figure.exact
    if now >= rule.figure:
        return
    then = now + sum((gain_of(rules, standing.concerns, one) for one in open_ones), Fraction(0))
    text = f"The stack figure is {_shown(now)}; {rule.figure} is needed."
    if open_ones:
        text += f" What is named above brings it to {_shown(then)}."
    further = _further(rules, standing, {one.capability for one in open_ones}, rule.figure - then)
    if further:
        text += f" Pass in the default set-up too: {', '.join(further)}."
    yield Shortfall("figure", text, gains=rule.figure - now)


def _further(
    rules: IntegrationRules, standing: ClassStanding, named: set[str], lacking: Fraction
) -> list[str]:
    """The fewest further capabilities that make up for what is lacking; all if none suffice."""
    gains = [
        (gain_of(rules, standing.concerns, one), one.capability)
        for one in standing.outcomes.values()
        if one.capability not in named
    ]
    chosen = []
    for gain, capability in sorted(gains, key=lambda one: (-one[0], one[1])):
        if lacking <= 0 or not gain:
            break
        chosen.append(f"{capability} (+{_shown(gain)})")
        lacking -= gain
    return chosen


def _shown(figure: Fraction) -> str:
    """One decimal, rounded down, so that 34.99 does not read 35."""
    tenths = int(figure * 10)
    return f"{tenths // 10}.{tenths % 10}"


def _concerns(rule: LevelRule, standing: ClassStanding) -> Iterator[Shortfall]:
    applicable = sum(1 for one in standing.concerns if one.applicable)
    if applicable < rule.concerns:
        yield Shortfall(
            "concerns",
            f"Only {applicable} concerns apply to the product; {rule.concerns} are needed.",
        )
