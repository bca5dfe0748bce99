"""What the public evidence of one release shows, as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass

from certification.engine.integration import IntegrationRules, Level, LevelEvaluation, Shortfall
from certification.levels import rules_of
from certification.models import IntegrationStanding
from marketplace.site.integration_figure import Scale, WeightTrial, scale_of, weight_trial
from marketplace.site.integration_matrix import IntegrationMatrix, integration_matrix
from marketplace.site.integration_reading import evaluation_of
from marketplace.site.integration_services import ServiceOperations, operations_by_service
from marketplace.site.integration_stress import StressLine, stress_lines


@dataclass(frozen=True, slots=True)
class MeasuredRelease:
    """`path` is what is missing for `next_level`; None and empty at the top."""

    standing: IntegrationStanding
    evaluation: LevelEvaluation
    rules: IntegrationRules
    scale: Scale
    matrix: IntegrationMatrix
    weights: WeightTrial
    operations: list[ServiceOperations]
    stress: list[StressLine]
    next_level: Level | None
    path: tuple[Shortfall, ...]

    @property
    def profile_title(self) -> str:
        rule = self.rules.profiles.get(self.evaluation.profile.profile)
        return rule.title if rule else self.evaluation.profile.profile

    @property
    def operations_total(self) -> int:
        return sum(len(one.rows) for one in self.operations)


def measured_release(standing: IntegrationStanding) -> MeasuredRelease:
    evaluation = evaluation_of(standing.document["evaluation"])
    rules = rules_of(standing.guideline)
    tried = {name for run in standing.document["tried"] for name in run["conditions"]}
    above = [level for level in Level if level > evaluation.level]
    passes_when = {rule.id: rule.passes_when for rule in rules.capabilities.values()}
    return MeasuredRelease(
        standing=standing,
        evaluation=evaluation,
        rules=rules,
        scale=scale_of(rules, evaluation),
        matrix=integration_matrix(rules, evaluation),
        weights=weight_trial(evaluation),
        operations=operations_by_service(standing.document["operations"]),
        stress=stress_lines(evaluation, passes_when, tried),
        next_level=above[0] if above else None,
        path=evaluation.missing.get(above[0], ()) if above else (),
    )
