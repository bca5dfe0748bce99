"""What evidence says of a release in the Integrated programme, laid out for vendors and staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from certification.engine.bundle import BundleRefused
from certification.engine.integration import (
    AxisOutcome,
    CapabilityOutcome,
    EvidenceRun,
    IntegrationRules,
    Level,
    LevelEvaluation,
    Outcome,
    Shortfall,
)
from certification.evidence import EvidenceGone
from certification.levels import LEVELS, evidence_run, judge_set, rules_of
from certification.models import Corroboration, Guideline, Run
from marketplace.catalogue.models import ProductRelease
from marketplace.site.integration_wording import (
    level_title,
    level_with_class,
)


@dataclass(frozen=True, slots=True)
class MissingLine:
    """One thing between a release and a level. `asked` and `hint` are the guideline's words about a
    capability, empty for anything else; `why` says what the evidence lacks."""

    capability: str
    asked: str
    why: str
    hint: str
    gains: Fraction


@dataclass(frozen=True, slots=True)
class LevelLine:
    """One level: what is between the release and it, nothing where it is reached."""

    level: Level
    reached: bool
    missing: tuple[MissingLine, ...]

    @property
    def title(self) -> str:
        return level_title(self.level)


@dataclass(frozen=True, slots=True)
class MatrixLine:
    """One axis, and which of its capabilities are open."""

    axis: AxisOutcome
    open: tuple[CapabilityOutcome, ...]


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One run of the set. `adds` are the capabilities that rest on it."""

    run: Run
    evidence: EvidenceRun
    adds: tuple[str, ...]
    corroboration: Corroboration | None


@dataclass(frozen=True, slots=True)
class LevelSheet:
    """`evaluation` is None where nothing can be judged: no profile and no run, or, where `fault`
    says so, evidence that cannot be read, which proves nothing."""

    guideline: Guideline
    rules: IntegrationRules
    evaluation: LevelEvaluation | None
    levels: tuple[LevelLine, ...]
    matrix: tuple[MatrixLine, ...]
    evidence: tuple[EvidenceLine, ...]
    fault: str = ""

    @property
    def level(self) -> Level:
        return self.evaluation.level if self.evaluation else Level.LISTED

    @property
    def title(self) -> str:
        """`Integrated, challenged`: the class is part of the level's words."""
        if self.evaluation is None:
            return level_title(Level.LISTED)
        return level_with_class(self.level, self.evaluation.evidence_class)

    @property
    def reached(self) -> tuple[Level, ...]:
        return tuple(line.level for line in self.levels if line.reached)

    @property
    def next_level(self) -> LevelLine | None:
        """The lowest that is not reached."""
        return next((line for line in self.levels if not line.reached), None)

    @property
    def further_levels(self) -> tuple[LevelLine, ...]:
        return tuple(line for line in self.levels if not line.reached)[1:]

    @property
    def tried_releases(self) -> tuple[str, ...]:
        """Names of the OpenStack releases that the set was made on, sorted."""
        return tuple(sorted({one.evidence.openstack_release for one in self.evidence} - {""}))


def level_sheet(release: ProductRelease, guideline: Guideline, runs: Sequence[Run]) -> LevelSheet:
    """By exactly these runs."""
    rules = rules_of(guideline)
    try:
        evaluation = judge_set(release, guideline, runs)
        evidence = [(run, evidence_run(run, release)) for run in runs]
    except (BundleRefused, EvidenceGone) as fault:
        return LevelSheet(guideline, rules, None, (), (), (), str(fault))
    return LevelSheet(
        guideline=guideline,
        rules=rules,
        evaluation=evaluation,
        levels=_levels(rules, evaluation) if evaluation else (),
        matrix=_matrix(evaluation) if evaluation else (),
        evidence=tuple(_evidence_line(run, one, evaluation) for run, one in evidence),
    )


def _levels(rules: IntegrationRules, evaluation: LevelEvaluation) -> tuple[LevelLine, ...]:
    return tuple(
        LevelLine(
            level,
            evaluation.level >= level,
            tuple(_missing_line(rules, one) for one in evaluation.missing[level]),
        )
        for level in LEVELS
    )


def _missing_line(rules: IntegrationRules, one: Shortfall) -> MissingLine:
    """The text of a missing capability holds the guideline's words around the reason."""
    rule = rules.capabilities.get(one.capability)
    if rule is None:
        return MissingLine("", "", one.text, "", one.gains)
    why = one.text.removeprefix(rule.passes_when).removesuffix(rule.hint).strip()
    return MissingLine(rule.id, rule.passes_when, why, rule.hint, one.gains)


def _matrix(evaluation: LevelEvaluation) -> tuple[MatrixLine, ...]:
    closed = (Outcome.PASSED, Outcome.NOT_APPLICABLE)
    return tuple(
        MatrixLine(
            axis,
            tuple(
                one
                for one in evaluation.capabilities
                if one.axis == axis.axis and one.outcome not in closed
            ),
        )
        for axis in evaluation.axes
    )


def _evidence_line(
    run: Run, evidence: EvidenceRun, evaluation: LevelEvaluation | None
) -> EvidenceLine:
    outcomes = evaluation.capabilities if evaluation else ()
    return EvidenceLine(
        run=run,
        evidence=evidence,
        adds=tuple(
            one.capability
            for one in outcomes
            if one.run == run.evidence_sha256 and one.outcome is Outcome.PASSED
        ),
        corroboration=Corroboration.objects.filter(run=run).first(),
    )
