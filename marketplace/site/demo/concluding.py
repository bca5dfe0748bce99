"""What comes after the verdict: a draft, a submission, a decision, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from certification.models import Certificate, Guideline, Submission, Waiver
from certification.operations.certificates import raise_dispute, reinstate, revoke, suspend
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
from marketplace.catalogue.models import User
from marketplace.site.demo.entering import Entered
from marketplace.site.demo.market import Outcome, Turn

SUBMITTED_AFTER = timedelta(hours=1)
RULE_AFTER = timedelta(hours=1, minutes=2)
PERSON_AFTER = timedelta(days=1)
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


def conclude(entered: Entered, *, cast: Cast, guideline: Guideline, now: datetime) -> None:
    """Everything that follows on a judged run. Raises StoryBroken."""
    attempt, run, owner = entered.attempt, entered.run, entered.owner
    if attempt.outcome not in PRIVATE and not run.shared:
        share_run(run=run, by=owner)
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
            at=run.received_at,
        )
    if submission.state == Submission.State.DRAFT and attempt.outcome is not Outcome.DRAFTED:
        _hand_in(entered, submission)
    _decide(entered, submission, cast, now)
    _turn(entered, submission, cast, now)


def _hand_in(entered: Entered, submission: Submission) -> None:
    """Where the rules leave no doubt, the decision is of the same moment, before any worker's."""
    attempt, received_at = entered.attempt, entered.run.received_at
    try:
        with transaction.atomic():
            submit(
                submission=submission,
                by=entered.owner,
                asks_waiver=bool(attempt.waived),
                at=received_at + SUBMITTED_AFTER,
            )
            if attempt.outcome is Outcome.APPROVED:
                decide_by_policy(submission=submission, at=received_at + RULE_AFTER)
    except SubmissionRefused as refused:
        if attempt.outcome is not Outcome.NOT_CERTIFIABLE:
            raise StoryBroken(f"{submission}: {refused}") from None
        return
    submission.refresh_from_db()
    if attempt.outcome is not Outcome.APPROVED and not submission.flags:
        raise StoryBroken(f"{submission}: no person has to look at it, but the story says so.")


def _decide(entered: Entered, submission: Submission, cast: Cast, now: datetime) -> None:
    attempt, at = entered.attempt, entered.run.received_at + PERSON_AFTER
    if submission.state != Submission.State.SUBMITTED:
        return
    match attempt.outcome:
        case Outcome.IN_REVIEW:
            take(submission=submission, by=cast.reviewer)
        case Outcome.CHANGES_ASKED:
            ask_for_changes(submission=submission, by=cast.reviewer, reason=attempt.reason)
        case Outcome.REJECTED:
            reject(submission=submission, by=cast.reviewer, reason=attempt.reason, at=at)
        case Outcome.WITHDRAWN:
            withdraw(submission=submission, by=entered.owner)
        case Outcome.APPROVED:
            approve(
                submission=submission,
                by=cast.reviewer,
                reason=attempt.reason or WORDS_OF_A_REVIEWER,
                waivers=_waivers(entered, submission, cast, now),
                at=at,
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
            at=entered.run.received_at + PERSON_AFTER,
        ),
    )


def _turn(entered: Entered, submission: Submission, cast: Cast, now: datetime) -> None:
    attempt = entered.attempt
    if attempt.turn is Turn.NONE:
        return
    certificate = Certificate.objects.get(submission=submission)
    at, reason = now - timedelta(days=attempt.turn_days_ago), attempt.turn_reason
    untouched = certificate.state == Certificate.State.ACTIVE and not certificate.state_reason
    match attempt.turn:
        case Turn.REVOKED if untouched:
            revoke(certificate=certificate, by=cast.reviewer, reason=reason, at=at)
        case Turn.SUSPENDED | Turn.REINSTATED if untouched:
            suspend(certificate=certificate, by=cast.reviewer, reason=reason, at=at)
        case Turn.DISPUTED if not certificate.disputes.exists():
            raise_dispute(certificate=certificate, by=cast.critic, claim=reason, at=at)
    if attempt.turn is Turn.REINSTATED:
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
