"""What comes after the verdict: a draft, a submission, a decision, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from django.db import transaction

from certification.models import Appeal, Certificate, Guideline, Run, Submission, Waiver
from certification.operations.appeals import raise_appeal, settle_appeal
from certification.operations.certificates import raise_dispute, reinstate, revoke, suspend
from certification.operations.conversation import write
from certification.operations.review import (
    approve,
    ask_for_changes,
    decide_by_policy,
    reject,
    take,
)
from certification.operations.sharing import share_run
from certification.operations.submissions import (
    SubmissionRefused,
    draft_submission,
    submit,
    withdraw,
)
from certification.operations.waivers import grant_waiver
from marketplace.catalogue.models import AuditEvent, User
from marketplace.catalogue.past import in_the_past
from marketplace.site.demo.entering import Entered
from marketplace.site.demo.market import Outcome, Turn

SUBMITTED_AFTER = timedelta(hours=1)
RULE_AFTER = timedelta(hours=1, minutes=2)
#: A person turns to it after so many hours at least, and so many more at most.
PERSON_AFTER_H, PERSON_WITHIN_H = 5, 110
REINSTATED_AFTER = timedelta(days=2)
LATELY = timedelta(hours=1)
WORDS_OF_A_REVIEWER = "The evidence is complete and consistent; nothing speaks against it."
PRIVATE = (Outcome.DRAFTED, Outcome.WAITING, Outcome.IN_REVIEW, Outcome.WITHDRAWN)


class StoryBroken(RuntimeError):
    """The rules did not let an attempt end as the market tells it."""

    code = "demo-story-broken"


@dataclass(frozen=True, slots=True)
class Cast:
    """Who acts beside the vendors."""

    reviewer: User
    admins: tuple[User, User]
    critic: User


def attended_at(run: Run, now: datetime) -> datetime:
    """When a person turns to what was made of the run: some are quick, some are not."""
    hours = PERSON_AFTER_H + crc32(run.file_name.encode()) % PERSON_WITHIN_H
    return min(run.received_at + SUBMITTED_AFTER + timedelta(hours=hours), now - LATELY)


def conclude(entered: Entered, *, cast: Cast, guideline: Guideline, now: datetime) -> None:
    """Everything that follows on a judged run. Raises StoryBroken."""
    attempt, run, owner = entered.attempt, entered.run, entered.owner
    with in_the_past(run.received_at):
        for one in entered.runs:
            if attempt.outcome not in PRIVATE and not one.shared:
                share_run(run=one, by=owner)
        if attempt.outcome is Outcome.UPLOADED:
            return
        submission = Submission.objects.filter(run=run, release=entered.release).first()
        if submission is None:
            submission = draft_submission(
                release=entered.release,
                run=run,
                guideline=guideline,
                target=attempt.target,
                openstack_release=attempt.openstack,
                by=owner,
                joined=entered.joined,
            )
    if submission.state == Submission.State.DRAFT and attempt.outcome is not Outcome.DRAFTED:
        _hand_in(entered, submission)
    _decide(entered, submission, cast, now)
    _talk(entered, submission, now)
    _turn(entered, submission, cast, now)
    _appeal(entered, submission, now)


def _hand_in(entered: Entered, submission: Submission) -> None:
    """Where the rules leave no doubt, the decision is of the same moment, before any worker's."""
    attempt, received_at = entered.attempt, entered.run.received_at
    try:
        with transaction.atomic():
            with in_the_past(received_at + SUBMITTED_AFTER):
                submit(submission=submission, by=entered.owner, asks_waiver=bool(attempt.waived))
            if attempt.outcome is Outcome.APPROVED:
                with in_the_past(received_at + RULE_AFTER):
                    decide_by_policy(submission=submission)
    except SubmissionRefused as refused:
        if attempt.outcome is not Outcome.NOT_CERTIFIABLE:
            raise StoryBroken(f"{submission}: {refused}") from None
        return
    submission.refresh_from_db()
    if attempt.outcome is not Outcome.APPROVED and not submission.flags:
        raise StoryBroken(f"{submission}: no person has to look at it, but the story says so.")


def _decide(entered: Entered, submission: Submission, cast: Cast, now: datetime) -> None:
    if submission.state == Submission.State.SUBMITTED:
        with in_the_past(attended_at(entered.run, now)):
            _do(entered, submission, cast, now)


def _do(entered: Entered, submission: Submission, cast: Cast, now: datetime) -> None:
    attempt = entered.attempt
    match attempt.outcome:
        case Outcome.IN_REVIEW:
            take(submission=submission, by=cast.reviewer)
        case Outcome.CHANGES_ASKED:
            ask_for_changes(submission=submission, by=cast.reviewer, reason=attempt.reason)
        case Outcome.REJECTED:
            reject(submission=submission, by=cast.reviewer, reason=attempt.reason)
        case Outcome.WITHDRAWN:
            withdraw(submission=submission, by=entered.owner)
        case Outcome.APPROVED:
            approve(
                submission=submission,
                by=cast.reviewer,
                reason=attempt.reason or WORDS_OF_A_REVIEWER,
                waivers=_waivers(entered, submission, cast, now),
            )


def _waivers(
    entered: Entered, submission: Submission, cast: Cast, now: datetime
) -> tuple[Waiver, ...]:
    attempt = entered.attempt
    if not attempt.waived:
        return ()
    return (
        grant_waiver(
            release=entered.release,
            guideline=submission.guideline,
            target=attempt.target,
            tests=entered.short,
            reason=attempt.waived,
            ends_on=(now + timedelta(days=attempt.waived_days)).date(),
            by=cast.admins[0],
        ),
    )


def _talk(entered: Entered, submission: Submission, now: datetime) -> None:
    spoken = AuditEvent.objects.filter(
        object_type="submission", object_id=str(submission.pk), verb="submission.question"
    ).count()
    if spoken == len(entered.attempt.said):
        return
    submission.refresh_from_db()
    began = attended_at(entered.run, now)
    for said in entered.attempt.said[spoken:]:
        by = entered.owner if said.by_vendor else submission.reviewer
        if by is not None:
            with in_the_past(min(began + timedelta(hours=said.hours), now)):
                write(submission=submission, by=by, text=said.text)


def _turn(entered: Entered, submission: Submission, cast: Cast, now: datetime) -> None:
    attempt = entered.attempt
    if attempt.turn is Turn.NONE:
        return
    certificate = Certificate.objects.get(submission=submission)
    at, reason = now - timedelta(days=attempt.turn_days_ago), attempt.turn_reason
    untouched = certificate.state == Certificate.State.ACTIVE and not certificate.state_reason
    with in_the_past(at):
        match attempt.turn:
            case Turn.REVOKED if untouched:
                revoke(certificate=certificate, by=cast.reviewer, reason=reason)
            case Turn.SUSPENDED | Turn.REINSTATED if untouched:
                suspend(certificate=certificate, by=cast.reviewer, reason=reason)
            case Turn.DISPUTED if not certificate.disputes.exists():
                raise_dispute(certificate=certificate, by=cast.critic, claim=reason)
    if attempt.turn is Turn.REINSTATED:
        with in_the_past(at + REINSTATED_AFTER):
            _reinstate(certificate, cast)


def _reinstate(certificate: Certificate, cast: Cast) -> None:
    certificate.refresh_from_db()
    if certificate.state != Certificate.State.SUSPENDED:
        return
    spoken = set(certificate.reinstatements.values_list("person", flat=True))
    for admin in cast.admins:
        if admin.pk not in spoken:
            reinstate(
                certificate=certificate, by=admin, reason="The report was about another product."
            )


def _appeal(entered: Entered, submission: Submission, now: datetime) -> None:
    told = entered.attempt.appeal
    if told is None:
        return
    appeal = Appeal.objects.filter(submission=submission).first()
    if appeal is None:
        with in_the_past(now - timedelta(days=told.days_ago)):
            appeal = raise_appeal(submission=submission, by=entered.owner, reason=told.reason)
    hearer = appeal.hearer
    if told.granted is None or hearer is None:
        return
    with in_the_past(now - timedelta(days=told.settled_days_ago)):
        if appeal.state == Appeal.State.OPEN:
            settle_appeal(appeal=appeal, by=hearer, grant=told.granted, reason=told.finding)
        submission.refresh_from_db()
        if told.granted and submission.state == Submission.State.IN_REVIEW:
            approve(submission=submission, by=hearer, reason=told.finding)
