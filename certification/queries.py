"""Reading: what pages and API show."""

from __future__ import annotations

from django.db.models import Case, Value, When

from certification.engine.report import TestState
from certification.judging import report_of
from certification.models import Evaluation, Guideline, Run


def guideline_by_document_id(document_id: str) -> Guideline | None:
    """The document in force with this id, else the newest that was imported; retired ones last."""
    standing = Case(
        When(state=Guideline.State.APPROVED, then=Value(0)),
        When(state=Guideline.State.RETIRED, then=Value(2)),
        default=Value(1),
    )
    return (
        Guideline.objects.filter(document_id=document_id)
        .order_by(standing, "-imported_at", "-pk")
        .first()
    )


def evaluations_of(run: Run) -> list[Evaluation]:
    """Every stored verdict of a run: guidelines in force first, then newest, then by target."""
    rows = Evaluation.objects.filter(run=run).select_related("guideline").defer(
        "guideline__document"
    )
    return sorted(
        rows,
        key=lambda row: (row.guideline.state != Guideline.State.APPROVED, row.guideline_id, row.pk),
    )


def names_of_passed_tests(run: Run) -> list[str]:
    """Sorted; empty for a run that is not judged yet or could not be read."""
    if run.state != Run.State.VERIFIED:
        return []
    return [entry.name for entry in report_of(run).entries if entry.state is TestState.PASSED]
