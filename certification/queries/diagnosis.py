"""What looks wrong in how a run was made, and a run beside an earlier one."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from certification.engine.comparison import Comparison, TimedTest, compare, longest_in_both
from certification.engine.doctor import Finding, Patient, examine, examine_refusal
from certification.engine.guideline.targets import title_of
from certification.engine.verdict import Evaluation as Explanation
from certification.evidence import EvidenceGone
from certification.judging import report_of
from certification.levels import BUNDLE
from certification.models import Run, RunChallenge, Submission
from certification.queries.runs import Reader, visible_runs

TIMES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class HeldAgainst:
    """`before` is the run that was received earlier. `times` are of the tests that took longest."""

    before: Run
    after: Run
    comparison: Comparison
    times: tuple[TimedTest, ...]


def diagnosis_of(run: Run, explained: Explanation | None = None) -> tuple[Finding, ...]:
    """Of a run that is judged, or could not be read; empty for a bundle of the kit, and where the
    evidence is gone. `explained` says which tests were asked for."""
    if run.state == Run.State.UNREADABLE:
        found = examine_refusal(run.fault_code)
        return (found,) if found is not None else ()
    if run.state != Run.State.VERIFIED or run.format == BUNDLE:
        return ()
    try:
        report = report_of(run)
    except EvidenceGone:
        return ()
    return examine(
        Patient(
            report=report,
            asked=explained.required.total if explained else 0,
            missing=explained.missing if explained else (),
            earlier_cpids=_earlier_cpids(run),
            received_at=run.received_at.timestamp(),
            target=f"{title_of(explained.target)} {explained.guideline_id}" if explained else "",
        )
    )


def _earlier_cpids(run: Run) -> frozenset[str]:
    """The clouds named by earlier runs that were handed in for the releases of this one."""
    if not run.cpid:
        return frozenset()
    tied = Submission.objects.filter(run=run).values("release")
    challenged = RunChallenge.objects.filter(run=run).values("release")
    earlier = (
        Submission.objects.filter(Q(release__in=tied) | Q(release__in=challenged))
        .exclude(submitted_at=None)
        .filter(run__received_at__lt=run.received_at)
        .exclude(run__cpid="")
    )
    return frozenset(earlier.values_list("run__cpid", flat=True))


def hold_against(run: Run, other: Run) -> HeldAgainst | None:
    """The two in the order they came; None where one is not judged, or is a bundle of the kit.
    Raises EvidenceGone."""
    if any(one.state != Run.State.VERIFIED or one.format == BUNDLE for one in (run, other)):
        return None
    before, after = sorted((run, other), key=lambda one: (one.received_at, one.pk))
    reports = report_of(before), report_of(after)
    return HeldAgainst(before, after, compare(*reports), longest_in_both(*reports, TIMES_SHOWN))


def earlier_runs(run: Run, reader: Reader, most: int) -> list[Run]:
    """Judged runs of the same owner that came before this one and that the reader may see, newest
    first; none for an anonymous run, whose owner nobody knows."""
    if run.is_anonymous or run.format == BUNDLE:
        return []
    same = Q(vendor=run.vendor) if run.vendor_id else Q(vendor=None, uploaded_by=run.uploaded_by)
    rows = visible_runs(reader).filter(
        same, state=Run.State.VERIFIED, received_at__lt=run.received_at
    )
    rows = rows.exclude(format=BUNDLE).defer("passed", "failed", "skipped")
    return list(rows.order_by("-received_at", "-id")[:most])
