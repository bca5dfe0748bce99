"""From a profile and a set of runs to a level: the heart of the Integrated programme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from certification.engine.integration.applicability import applicability_of
from certification.engine.integration.figures import axes_of, figure_of, shifted
from certification.engine.integration.model import (
    EvidenceClass,
    EvidenceRun,
    Figure,
    IntegrationRules,
    Level,
    LevelEvaluation,
    Profile,
    Sensitivity,
    Shortfall,
)
from certification.engine.integration.outcomes import sightings_of
from certification.engine.integration.shortfalls import shortfalls
from certification.engine.integration.standings import (
    ClassStanding,
    Evidence,
    class_standing,
)

#: Raised whenever a rule of this package changes that could alter an evaluation of the same inputs.
RULESET = 1

FACTORS = (Fraction(1, 2), Fraction(3, 2))
Standings = Mapping[EvidenceClass, ClassStanding]
Missing = Mapping[Level, tuple[Shortfall, ...]]


def judge_level(
    rules: IntegrationRules, profile: Profile, runs: Sequence[EvidenceRun], *, version: str = ""
) -> LevelEvaluation:
    """What follows, whatever the order of the runs. `version`: only runs of this product version
    count, others merely as the second run of an upgrade; empty: all count."""
    ordered = _in_order(runs)
    own = [run for run in ordered if not version or run.product_version == version]
    applicability = applicability_of(rules, profile, own)
    evidence = Evidence(rules, profile, applicability, sightings_of(rules, ordered, version), own)
    standings = {floor: class_standing(evidence, floor) for floor in EvidenceClass}
    missing = _missing(rules, profile, standings, EvidenceClass.SELF_REPORTED)
    level = _reached(missing)
    everything = standings[EvidenceClass.SELF_REPORTED]
    basis = standings[_asked(rules, level)]
    return LevelEvaluation(
        guideline_id=rules.guideline.id,
        guideline_digest=rules.guideline.digest,
        ruleset=RULESET,
        profile=profile,
        runs=tuple(run.evidence_sha256 for run in ordered),
        level=level,
        evidence_class=_best_class(rules, profile, standings, level),
        figure=basis.figure,
        security_figure=_part_figure(rules, basis, "security"),
        monitoring_figure=_part_figure(rules, basis, "monitoring"),
        capabilities=tuple(everything.outcomes.values()),
        concerns=basis.concerns,
        missing=missing,
        sensitivities=_sensitivities(rules, standings, missing, basis),
        open_subjects=applicability.undone,
        creates_nothing=applicability.creates_nothing,
        version=version,
        axes=axes_of(rules, everything.outcomes, everything.measured),
        amendments=rules.amendments,
    )


def _in_order(runs: Sequence[EvidenceRun]) -> list[EvidenceRun]:
    """By end, each evidence once (at its best class, should a caller name it twice)."""
    distinct: dict[str, EvidenceRun] = {}
    for run in sorted(runs, key=lambda one: one.evidence_class):
        distinct[run.evidence_sha256] = run
    return sorted(distinct.values(), key=lambda one: (one.ended, one.evidence_sha256))


def _missing(
    rules: IntegrationRules, profile: Profile, standings: Standings, floor: EvidenceClass
) -> Missing:
    """By evidence of the class that each level asks for, and of at least `floor`."""
    return {
        level: shortfalls(
            rules, profile, rule, standings[max(floor, rule.evidence_class)], standings[floor]
        )
        for level, rule in rules.levels.items()
    }


def _reached(missing: Missing) -> Level:
    reached = Level.LISTED
    for level in sorted(missing):
        if missing[level]:
            break
        reached = level
    return reached


def _asked(rules: IntegrationRules, level: Level) -> EvidenceClass:
    return rules.levels[level].evidence_class if level else EvidenceClass.SELF_REPORTED


def _best_class(
    rules: IntegrationRules, profile: Profile, standings: Standings, level: Level
) -> EvidenceClass:
    """The best class by which the level still holds; self-reported for Listed, which holds by
    nothing."""
    if level is Level.LISTED:
        return EvidenceClass.SELF_REPORTED
    return max(
        floor
        for floor in EvidenceClass
        if _reached(_missing(rules, profile, standings, floor)) >= level
    )


def _part_figure(rules: IntegrationRules, basis: ClassStanding, name: str) -> Figure:
    return figure_of(one for one in basis.concerns if one.concern in rules.figures[name])


def _sensitivities(
    rules: IntegrationRules, standings: Standings, missing: Missing, basis: ClassStanding
) -> tuple[Sensitivity, ...]:
    found = []
    for place, concern in enumerate(basis.concerns):
        for factor in FACTORS:
            figure = shifted(basis.figure, concern, factor)
            level = _level_by(rules, standings, missing, place, factor)
            shown = int(figure + Fraction(1, 2))
            found.append(Sensitivity(concern.concern, factor, shown, level))
    return tuple(found)


def _level_by(
    rules: IntegrationRules, standings: Standings, missing: Missing, place: int, factor: Fraction
) -> Level:
    """The level if the concern at this place weighed `factor` times as much, all else equal."""
    reached = Level.LISTED
    for level, rule in sorted(rules.levels.items()):
        standing = standings[rule.evidence_class]
        figure = shifted(standing.figure, standing.concerns[place], factor)
        others = [one for one in missing[level] if one.kind != "figure"]
        if others or figure < rule.figure:
            break
        reached = level
    return reached
