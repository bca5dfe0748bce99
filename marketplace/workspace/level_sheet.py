"""What evidence says of a release in the Integrated programme, laid out for vendors and staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
from marketplace.site.wording import Status
from marketplace.workspace import level_wording


@dataclass(frozen=True, slots=True)
class LevelLine:
    """One level: what is between the release and it, nothing where it is reached."""

    level: Level
    reached: bool
    missing: tuple[Shortfall, ...]

    @property
    def title(self) -> str:
        return self.level.word.capitalize()


@dataclass(frozen=True, slots=True)
class MatrixLine:
    """One axis: how it is met, and which of its capabilities are passed or open."""

    axis: AxisOutcome
    status: Status
    open: tuple[CapabilityOutcome, ...]


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One run of the set. `adds` are the capabilities that rest on it."""

    run: Run
    evidence: EvidenceRun
    status: Status
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
    def level_title(self) -> str:
        return self.level.word.capitalize()

    @property
    def class_status(self) -> Status | None:
        if self.evaluation is None or self.level is Level.LISTED:
            return None
        return level_wording.class_status(self.evaluation.evidence_class)

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
        levels=_levels(evaluation) if evaluation else (),
        matrix=_matrix(evaluation) if evaluation else (),
        evidence=tuple(_evidence_line(run, one, evaluation) for run, one in evidence),
    )


def _levels(evaluation: LevelEvaluation) -> tuple[LevelLine, ...]:
    return tuple(
        LevelLine(level, evaluation.level >= level, evaluation.missing[level]) for level in LEVELS
    )


def _matrix(evaluation: LevelEvaluation) -> tuple[MatrixLine, ...]:
    closed = (Outcome.PASSED, Outcome.NOT_APPLICABLE)
    return tuple(
        MatrixLine(
            axis,
            level_wording.mode_status(axis.mode),
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
        status=level_wording.class_status(evidence.evidence_class),
        adds=tuple(
            one.capability
            for one in outcomes
            if one.run == run.evidence_sha256 and one.outcome is Outcome.PASSED
        ),
        corroboration=Corroboration.objects.filter(run=run).first(),
    )
