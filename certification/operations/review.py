"""Deciding on a submission."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from certification.eligibility import case_of
from certification.engine import lifecycle
from certification.engine.eligibility import Case, Obstacle, obstacles, reasons_for_a_person
from certification.evidence import EvidenceGone
from certification.joined_claims import runs_of_submission
from certification.models import Appeal, Certificate, QueueEntry, Submission, Waiver
from certification.operations.assigning import assign
from certification.operations.certificates import issue_certificate
from certification.operations.moment import moment
from certification.queue import finish
from marketplace.catalogue import audit
from marketplace.catalogue.models import User
from marketplace.catalogue.policy import may_review

CLEAN_CASE = "policy:clean-case"


class ReviewRefused(ValueError):
    """`code` is stable. `obstacles` names what the rules forbid."""

    def __init__(self, code: str, message: str, obstacles: Sequence[Obstacle] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.obstacles = tuple(obstacles)


def take(*, submission: Submission, by: User) -> Submission:
    """The reviewer looks at it now. Raises ReviewRefused."""
    _require_reviewer(submission, by)
    with transaction.atomic():
        row = _locked(submission, "take")
        Submission.objects.filter(pk=row.pk).update(state=_after(row, "take"), reviewer=by)
        audit.record("submission.taken", row, actor=audit.actor_of(by))
    submission.refresh_from_db()
    return submission


def take_over(*, submission: Submission, by: User) -> Submission:
    """From another reviewer, who is ill or has too much. Raises ReviewRefused."""
    _require_reviewer(submission, by)
    with transaction.atomic():
        row = _locked(submission, "take-over")
        if row.reviewer_id == by.pk:
            raise ReviewRefused("yours-already", "You look at it already.")
        Submission.objects.filter(pk=row.pk).update(reviewer=by)
        audit.record("submission.taken-over", row, actor=audit.actor_of(by), former=row.reviewer_id)
    submission.refresh_from_db()
    return submission


def approve(
    *,
    submission: Submission,
    by: User,
    reason: str,
    waivers: Sequence[Waiver] = (),
    at: datetime | None = None,
) -> Certificate:
    """Issue the certificate. The rules hold for people too: what is no pass stays none, unless
    waivers mend it. Raises ReviewRefused."""
    _require_reviewer(submission, by)
    _require_reason(reason)
    now = moment(at)
    with transaction.atomic():
        row = _locked(submission, "approve")
        _add_waivers(row, waivers, now)
        case = _certifiable_case(row, now)
        flags = [flag.as_flag() for flag in reasons_for_a_person(case)]
        Submission.objects.filter(pk=row.pk).update(flags=flags)
        certificate = _decide(row, "approve", audit.actor_of(by), reason, now)
    submission.refresh_from_db()
    return certificate


def decide_by_policy(*, submission: Submission, at: datetime | None = None) -> Certificate | None:
    """Approve a clean case without a person; None where a person has to look, or it is decided."""
    now = moment(at)
    with transaction.atomic():
        row = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
        if row.state != Submission.State.SUBMITTED:
            return None
        if found := _against_a_rule(row, now):
            # It was clean when it was handed in; staff sees why it no longer is.
            row.flags = [one.as_flag() for one in found]
            row.save(update_fields=["flags"])
            assign(submission=row, prefer=row.reviewer)
            return None
        reason = "Complete evidence, passed, challenged, proven domain, no anomaly."
        certificate = _decide(row, "approve", CLEAN_CASE, reason, now)
    submission.refresh_from_db()
    return certificate


def _against_a_rule(row: Submission, now: datetime) -> tuple[Obstacle, ...]:
    """Why no rule may approve it."""
    try:
        case = case_of(row, now=now)
    except EvidenceGone as gone:
        return (Obstacle(gone.code, str(gone)),)
    return (*obstacles(case), *reasons_for_a_person(case))


def decide_queued(*, entry: QueueEntry) -> None:
    """The worker's way to `decide_by_policy`."""
    submission = Submission.objects.filter(pk=int(entry.subject)).first()
    with transaction.atomic():
        if submission is not None:
            decide_by_policy(submission=submission)
        finish(entry)


def reject(
    *, submission: Submission, by: User, reason: str, at: datetime | None = None
) -> Submission:
    """Raises ReviewRefused."""
    _require_reviewer(submission, by)
    _require_reason(reason)
    now = moment(at)
    with transaction.atomic():
        row = _locked(submission, "reject")
        Submission.objects.filter(pk=row.pk).update(
            state=_after(row, "reject"),
            decided_at=now,
            decided_by=audit.actor_of(by),
            reason=reason.strip()[:2000],
        )
        audit.record("submission.rejected", row, actor=audit.actor_of(by), reason=reason[:2000])
    submission.refresh_from_db()
    return submission


def ask_for_changes(*, submission: Submission, by: User, reason: str) -> Submission:
    """Raises ReviewRefused."""
    _require_reviewer(submission, by)
    _require_reason(reason)
    with transaction.atomic():
        row = _locked(submission, "ask")
        Submission.objects.filter(pk=row.pk).update(
            state=_after(row, "ask"), reason=reason.strip()[:2000]
        )
        audit.record(
            "submission.changes-asked", row, actor=audit.actor_of(by), reason=reason[:2000]
        )
    submission.refresh_from_db()
    return submission


def _decide(row: Submission, deed: str, actor: str, reason: str, now: datetime) -> Certificate:
    Submission.objects.filter(pk=row.pk).update(
        state=_after(row, deed), decided_at=now, decided_by=actor, reason=reason.strip()[:2000]
    )
    audit.record("submission.approved", row, actor=actor, reason=reason[:2000])
    return issue_certificate(submission=row, actor=actor, now=now)


def _certifiable_case(row: Submission, now: datetime) -> Case:
    try:
        case = case_of(row, now=now)
    except EvidenceGone as gone:
        raise ReviewRefused(gone.code, str(gone)) from None
    found = obstacles(case)
    if found:
        raise ReviewRefused("not-certifiable", found[0].text, found)
    return case


def _add_waivers(row: Submission, waivers: Sequence[Waiver], now: datetime) -> None:
    for waiver in waivers:
        meant = (row.release_id, row.guideline_id, row.target)
        if (waiver.release_id, waiver.guideline_id, waiver.target) != meant:
            raise ReviewRefused(
                "waiver-misplaced", "The waiver is for another release, guideline or target."
            )
        if waiver.ends_on <= now.date():
            raise ReviewRefused("waiver-ended", f"The waiver ended on {waiver.ends_on}.")
    row.waivers.add(*waivers)


def _locked(submission: Submission, deed: str) -> Submission:
    """The row, held until the transaction ends: of two reviewers at once, one decides."""
    row = (
        Submission.objects.select_for_update(of=("self",))
        .select_related("release__product__vendor", "guideline", "run")
        .get(pk=submission.pk)
    )
    _after(row, deed)
    return row


def _after(row: Submission, deed: str) -> str:
    try:
        return lifecycle.after(lifecycle.SUBMISSION, row.state, deed)
    except lifecycle.TransitionRefused as refused:
        raise ReviewRefused(refused.code, str(refused)) from None


def _require_reviewer(submission: Submission, by: User) -> None:
    if not may_review(by, submission.release.product.vendor):
        raise ReviewRefused("forbidden", "Only reviewers of other organizations decide here.")
    uploaders = {run.uploaded_by_id for run in runs_of_submission(submission)}
    if by.pk in uploaders | {submission.created_by_id}:
        raise ReviewRefused("own-upload", "Whoever uploaded or submitted it does not decide.")
    granted = Appeal.objects.filter(submission=submission, state=Appeal.State.GRANTED)
    if granted.filter(decided_by=by).exists():
        raise ReviewRefused(
            "decided-before", "Your decision on it was set aside on appeal: somebody else decides."
        )


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise ReviewRefused("reason-missing", "Give a reason; the vendor reads it.")
