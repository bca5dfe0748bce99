"""What staff see of one guideline before they decide on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from certification.engine import lifecycle
from certification.engine.guideline.finding import Finding, Severity
from certification.engine.guideline.lint import for_approval
from certification.models import Amendment, Guideline, GuidelineApproval
from certification.operations.amendments import AMENDABLE
from certification.queries import lint_findings
from certification.queries.guideline_amended import amendments_of
from certification.queries.guideline_outcomes import baseline_of
from marketplace.catalogue.models import User


@dataclass(frozen=True, slots=True)
class CareSheet:
    """`errors` stand in the way of approval. `baseline` is what it is compared with, if another."""

    errors: Sequence[Finding]
    warnings: Sequence[Finding]
    approvals: Sequence[GuidelineApproval]
    amendments: Sequence[Amendment]
    baseline: Guideline | None
    approved_by_me: bool
    deeds: frozenset[str]


def care_sheet(guideline: Guideline, person: User) -> CareSheet:
    findings = for_approval(lint_findings(guideline))
    errors = [one for one in findings if one.severity is Severity.ERROR]
    approvals = list(guideline.approvals.select_related("person").order_by("pk"))
    baseline = baseline_of(guideline)
    return CareSheet(
        errors=errors,
        warnings=[one for one in findings if one not in errors],
        approvals=approvals,
        amendments=list(amendments_of(guideline)),
        baseline=baseline if baseline != guideline else None,
        approved_by_me=any(one.person_id == person.pk for one in approvals),
        deeds=_deeds(guideline),
    )


def _deeds(guideline: Guideline) -> frozenset[str]:
    """What the state allows."""
    allowed = {
        deed
        for deed in ("approve", "supersede")
        if guideline.state in lifecycle.states_allowing(lifecycle.GUIDELINE, deed)
    }
    if guideline.state == Guideline.State.DRAFT and not guideline.announced:
        allowed.add("announce")
    if guideline.state in AMENDABLE:
        allowed.add("amend")
    return frozenset(allowed)
