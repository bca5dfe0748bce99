"""Verdicts on runs: those kept, and those that somebody asks for on the spot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from certification.engine.guideline.targets import TITLES, title_of
from certification.engine.verdict import Evaluation as Explanation
from certification.engine.verdict import evaluate
from certification.judging import compiled_guideline, report_of
from certification.models import Evaluation, Guideline, Run
from certification.queries.carried import with_carried

_STATE_ORDER = {
    Guideline.State.APPROVED: 0,
    Guideline.State.SUPERSEDED: 1,
    Guideline.State.DRAFT: 2,
    Guideline.State.RETIRED: 3,
}
_TARGET_ORDER = {name: place for place, name in enumerate(TITLES)}


@dataclass(frozen=True, slots=True)
class TargetVerdict:
    """One line of a run's verdicts: counts of the tests that must pass, without the reasons."""

    guideline: Guideline
    target: str
    verdict: str
    total: int
    passed: int
    failed: int
    skipped: int
    missing: int

    @property
    def title(self) -> str:
        return title_of(self.target)

    @property
    def short(self) -> int:
        return self.total - self.passed

    @property
    def is_add_on(self) -> bool:
        aim = compiled_guideline(self.guideline).targets.get(self.target)
        return aim is not None and aim.target.is_add_on

    @property
    def is_readiness(self) -> bool:
        """By an announced draft: it shows how ready the run is."""
        return self.guideline.state == Guideline.State.DRAFT and self.guideline.announced

    @property
    def is_history(self) -> bool:
        """By a document that was imported as a fact and never in force here."""
        return self.guideline.state == Guideline.State.DRAFT and not self.guideline.announced


def verdicts_of(run: Run) -> list[TargetVerdict]:
    """The kept verdicts, newest ruleset only: guidelines in force first, then superseded ones, then
    drafts; within a guideline in the order Platform, Compute, Object Storage, add-ons."""
    return _by_run([run])[run.pk]


def evaluations_of(run: Run) -> list[Evaluation]:
    """Every evaluation, also those before amendments: guidelines in force first, then in the order
    of judging."""
    rows = Evaluation.objects.filter(run=run).select_related("guideline")
    return sorted(
        with_carried(rows.defer("guideline__document")),
        key=lambda row: _STATE_ORDER[Guideline.State(row.guideline.state)],
    )


def verdicts_of_each(runs: Sequence[Run]) -> list[tuple[Run, list[TargetVerdict]]]:
    """The same for several runs, in two queries."""
    found = _by_run(runs)
    return [(run, found[run.pk]) for run in runs]


def _by_run(runs: Iterable[Run]) -> dict[object, list[TargetVerdict]]:
    newest: dict[tuple[object, int, str], Evaluation] = {}
    rows = (
        Evaluation.objects.filter(run__in=[run.pk for run in runs])
        .select_related("guideline")
        .defer("guideline__document")
    )
    for row in with_carried(rows):
        newest[(row.run_id, row.guideline_id, row.target)] = row
    lines: dict[object, list[TargetVerdict]] = defaultdict(list)
    for row in newest.values():
        lines[row.run_id].append(_kept(row))
    for found in lines.values():
        _sort(found)
    return lines


def explain_each(run: Run, guideline: Guideline) -> list[Explanation]:
    """Every target of a guideline with its reasons, from one reading of the report.

    Raises EvidenceGone.
    """
    compiled, report = compiled_guideline(guideline), report_of(run)
    return [evaluate(compiled, report, target) for target in compiled.targets]


def verdicts_on_demand(
    guideline: Guideline, explanations: Iterable[Explanation]
) -> list[TargetVerdict]:
    """The same lines from evaluations that were made on the spot and are not kept."""
    lines = [
        TargetVerdict(
            guideline=guideline,
            target=explanation.target,
            verdict=explanation.verdict.value,
            total=explanation.required.total,
            passed=explanation.required.passed,
            failed=explanation.required.failed,
            skipped=explanation.required.skipped,
            missing=explanation.required.missing,
        )
        for explanation in explanations
    ]
    _sort(lines)
    return lines


def _kept(row: Evaluation) -> TargetVerdict:
    return TargetVerdict(
        guideline=row.guideline,
        target=row.target,
        verdict=row.verdict,
        total=row.tests_total,
        passed=row.tests_passed,
        failed=row.tests_failed,
        skipped=row.tests_skipped,
        missing=row.tests_missing,
    )


def _sort(lines: list[TargetVerdict]) -> None:
    lines.sort(key=lambda line: (_TARGET_ORDER.get(line.target, 99), line.target))
    lines.sort(key=lambda line: line.guideline.document_id)
    lines.sort(key=lambda line: line.guideline.version, reverse=True)
    lines.sort(key=lambda line: _STATE_ORDER[Guideline.State(line.guideline.state)])
