"""The read side: what pages and API show, each within what its reader may see."""

from certification.queries.guidelines import (
    GuidelineShelves,
    every_guideline,
    find_guideline,
    guideline_shelves,
    lint_findings,
    other_texts,
)
from certification.queries.runs import (
    find_run,
    latest_public_runs,
    names_of_passed_tests,
    runs_ahead,
    runs_by_ids,
    runs_of,
)
from certification.queries.verdicts import (
    TargetVerdict,
    evaluations_of,
    explain_each,
    verdicts_of,
    verdicts_of_each,
    verdicts_on_demand,
)

__all__ = [
    "GuidelineShelves",
    "TargetVerdict",
    "evaluations_of",
    "every_guideline",
    "explain_each",
    "find_guideline",
    "find_run",
    "guideline_shelves",
    "latest_public_runs",
    "lint_findings",
    "names_of_passed_tests",
    "other_texts",
    "runs_ahead",
    "runs_by_ids",
    "runs_of",
    "verdicts_of",
    "verdicts_of_each",
    "verdicts_on_demand",
]
