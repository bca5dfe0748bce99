"""A vendor appeals against a decision, once and in time; somebody who did not decide it settles."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from certification.engine import lifecycle
from certification.engine.eligibility import Obstacle
from certification.models import Appeal, Certificate, Reinstatement, Submission
from certification.operations.assigning import assign_appeal, had_part
from certification.operations.certificates import CertificateRefused, reinstate
from certification.operations.moment import moment
from certification.queries.appeals import appeals_on, decision_against, decision_to_appeal
from marketplace.catalogue import audit
from marketplace.catalogue.models import User
from marketplace.catalogue.policy import Permission, can, may_hear_appeal

TEXT_MOST = 2000
State = Appeal.State


class AppealRefused(ValueError):
    """`code` is stable. There are no obstacles beside it, as other refusals have them."""

    obstacles: tuple[Obstacle, ...] = ()

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def raise_appeal(
    *, submission: Submission, by: User, reason: str, at: datetime | None = None
) -> Appeal:
    """Against the rejection, or the suspension of the certificate. Raises AppealRefused."""
    vendor = submission.release.product.vendor
    if not can(by, Permission.SUBMIT, vendor):
        raise AppealRefused("forbidden", f"Only owners and editors of {vendor} may do this.")
    said = _text(reason, "Say why the decision is wrong, and what shows it.")
    now = moment(at)
    with transaction.atomic():
        row = _locked(submission)
        appeals = appeals_on(row)
        decision = decision_to_appeal(row, appeals, now)
        if decision is None:
            raise _not_appealable(row, appeals)
        appeal = Appeal.objects.create(
            submission=row,
            against=decision.against,
            decided_at=decision.decided_at,
            decided_by_id=decision.decided_by,
            decision_reason=decision.reason,
            raised_by=by,
            raised_at=now,
            reason=said,
        )
        audit.record(
            "submission.appealed",
            row,
            actor=audit.actor_of(by),
            against=appeal.against,
            reason=said,
        )
        assign_appeal(appeal=appeal)
    appeal.refresh_from_db()
    return appeal


def settle_appeal(
    *, appeal: Appeal, by: User, grant: bool, reason: str, at: datetime | None = None
) -> Appeal:
    """Granted, a rejection is set aside and `by` reviews the submission anew; of a suspension it is
    the first of the two words that a reinstatement needs (trust.md S25), unless two others gave
    theirs meanwhile. Raises AppealRefused."""
    _require_hearer(appeal, by)
    said = _text(reason, "Give a reason; vendor and reviewers read it.")
    now = moment(at)
    with transaction.atomic():
        submission = _locked(appeal.submission)
        row = Appeal.objects.select_for_update().get(pk=appeal.pk)
        state = _after(lifecycle.APPEAL, row.state, "grant" if grant else "uphold")
        if grant:
            _undo(row, submission, by, said)
        Appeal.objects.filter(pk=row.pk).update(
            state=state, heard_by=by, heard_at=now, finding=said
        )
        audit.record(
            f"submission.appeal-{state}",
            submission,
            actor=audit.actor_of(by),
            against=row.against,
            reason=said,
            decided_by=row.decided_by_id,
        )
    appeal.refresh_from_db()
    return appeal


def _undo(appeal: Appeal, submission: Submission, by: User, reason: str) -> None:
    if appeal.against == Appeal.Against.SUSPENSION:
        _agree_to_reinstate(appeal, by, reason)
        return
    state = _after(lifecycle.SUBMISSION, submission.state, "reopen")
    try:
        with transaction.atomic():
            Submission.objects.filter(pk=submission.pk).update(
                state=state, reviewer=by, decided_at=None, decided_by="", reason=""
            )
    except IntegrityError:
        raise AppealRefused(
            "submission-open",
            "The vendor asks for the same by another submission, which is open. "
            "Decide that one first, or uphold this decision.",
        ) from None


def _agree_to_reinstate(appeal: Appeal, by: User, reason: str) -> None:
    certificate = Certificate.objects.get(submission=appeal.submission_id)
    if certificate.state == Certificate.State.ACTIVE:
        return  # others reinstated it meanwhile
    if certificate.state_changed_at != appeal.decided_at:
        raise AppealRefused(
            "not-suspended", f"The certificate is {certificate.get_state_display()} meanwhile."
        )
    said = Reinstatement.objects.filter(
        certificate=certificate, suspended_at=certificate.state_changed_at, person=by
    )
    if said.exists():
        return
    try:
        reinstate(certificate=certificate, by=by, reason=reason)
    except CertificateRefused as refused:
        raise AppealRefused(refused.code, str(refused)) from None


def _not_appealable(submission: Submission, appeals: list[Appeal]) -> AppealRefused:
    found = decision_against(submission)
    if found is None:
        return AppealRefused(
            "nothing-to-appeal",
            "Only a rejection, or the suspension of a certificate, is appealed against.",
        )
    if appeals and any(one.against == found.against for one in appeals):
        return AppealRefused("appealed-already", "Each decision is appealed against once.")
    return AppealRefused(
        "appeal-late", f"An appeal is possible for {settings.APPEAL_DAYS} days after the decision."
    )


def _require_hearer(appeal: Appeal, by: User) -> None:
    submission = appeal.submission
    parts = {appeal.decided_by_id, appeal.raised_by_id} | had_part(submission)
    if not may_hear_appeal(by, submission.release.product.vendor, parts):
        raise AppealRefused(
            "forbidden", "Only reviewers of other organizations who had no part in it settle it."
        )


def _text(given: str, missing: str) -> str:
    said = given.strip()
    if not said:
        raise AppealRefused("reason-missing", missing)
    if len(said) > TEXT_MOST:
        raise AppealRefused("reason-too-long", f"Write at most {TEXT_MOST} characters.")
    return said


def _locked(submission: Submission) -> Submission:
    """The row, held until the transaction ends: of two at once, one is first."""
    rows = Submission.objects.select_for_update(of=("self",))
    return rows.select_related("release__product__vendor", "run").get(pk=submission.pk)


def _after(table: lifecycle.Table, state: str, deed: str) -> str:
    try:
        return lifecycle.after(table, state, deed)
    except lifecycle.TransitionRefused as refused:
        raise AppealRefused(refused.code, str(refused)) from None
