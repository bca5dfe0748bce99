"""A vendor asks for certification."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from certification.eligibility import case_of
from certification.engine import lifecycle
from certification.engine.eligibility import Obstacle, obstacles, reasons_for_a_person
from certification.engine.guideline.targets import TargetUnknown, find_target
from certification.engine.joining import RunsNotJoined
from certification.evidence import EvidenceGone
from certification.joined_claims import joined as joined_runs
from certification.judging import compiled_guideline, parsed_guideline
from certification.levels import runs_of_release, the_set
from certification.models import (
    Guideline,
    QueueEntry,
    Run,
    RunChallenge,
    Submission,
    SupportingRun,
    Waiver,
)
from certification.operations.assigning import assign
from certification.operations.moment import moment
from certification.queue import enqueue
from marketplace.catalogue import audit
from marketplace.catalogue.models import ClaimedCloud, ProductRelease, Programme, User
from marketplace.catalogue.policy import Permission, can

CHALLENGE_HOURS = 24


class SubmissionRefused(ValueError):
    """`code` is stable. `obstacles` names each thing in the way, where the rules are."""

    def __init__(self, code: str, message: str, obstacles: Iterable[Obstacle] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.obstacles = tuple(obstacles)


def issue_challenge(
    *, release: ProductRelease, guideline: Guideline, by: User, at: datetime | None = None
) -> RunChallenge:
    """A nonce for one run of this release by this guideline. Raises SubmissionRefused."""
    _require(by, release)
    _require_programme(release, guideline)
    now = moment(at)
    return RunChallenge.objects.create(
        nonce=secrets.token_hex(16),
        release=release,
        guideline=guideline,
        issued_to=by,
        issued_at=now,
        expires_at=now + timedelta(hours=CHALLENGE_HOURS),
    )


def draft_submission(  # noqa: PLR0913 - one keyword for each thing that is tied together
    *,
    release: ProductRelease,
    run: Run,
    guideline: Guideline,
    target: str,
    openstack_release: str,
    by: User,
    joined: Sequence[Run] = (),
    at: datetime | None = None,
) -> Submission:
    """Tie a run of the vendor's own to a release; with `joined`, further runs that make one claim
    with it (`engine/joining.py`). Raises SubmissionRefused."""
    _require(by, release)
    chosen = {run, *joined}
    if Run.objects.of_vendor(release.product.vendor).filter(
        pk__in=[one.pk for one in chosen]
    ).count() != len(chosen):
        raise SubmissionRefused(
            "run-not-the-vendors", "Only runs of your own organization can be tied to a release."
        )
    if len(chosen) > 1:
        _require_joinable(chosen, release, guideline)
    try:
        wanted = find_target(parsed_guideline(guideline), target)
    except TargetUnknown as fault:
        raise SubmissionRefused(fault.code, str(fault)) from None
    submission = Submission(
        release=release,
        run=run,
        guideline=guideline,
        target=wanted.name,
        openstack_release=openstack_release,
        created_by=by,
        created_at=moment(at),
    )
    try:
        with transaction.atomic():
            submission.save()
            _add_supporting_runs(submission, chosen)
            audit.record(
                "submission.drafted",
                submission,
                actor=audit.actor_of(by),
                run=str(run.pk),
                guideline=guideline.digest,
                target=wanted.name,
                joined=sorted(str(one.pk) for one in chosen - {run}),
            )
    except IntegrityError:
        raise SubmissionRefused(
            "submission-open",
            f"{wanted.title} {guideline} is asked for already for {release}. "
            "Withdraw that submission first, or wait for its decision.",
        ) from None
    return submission


def _add_supporting_runs(submission: Submission, chosen: Iterable[Run]) -> None:
    """The evidence of an integration level is a set: the other bundles of the release, too."""
    release, runs = submission.release, chosen
    if submission.guideline.is_integration:
        runs = the_set(release, runs_of_release(release))
    SupportingRun.objects.bulk_create(
        SupportingRun(submission=submission, run=run) for run in runs if run.pk != submission.run_id
    )


def _require_joinable(runs: Iterable[Run], release: ProductRelease, guideline: Guideline) -> None:
    """Raises SubmissionRefused with the code of RunsNotJoined, or `join-bundle`,
    `join-not-judged`, `join-other-release`."""
    chosen = sorted(runs, key=lambda run: (run.received_at, run.pk))
    if guideline.is_integration:
        raise SubmissionRefused(
            "join-bundle", "Bundles of a release count together by themselves: choose none."
        )
    if any(run.state != Run.State.VERIFIED for run in chosen):
        raise SubmissionRefused("join-not-judged", "Only judged runs are joined.")
    elsewhere = (
        Submission.objects.filter(Q(run__in=chosen) | Q(supporting_runs__run__in=chosen)),
        RunChallenge.objects.filter(run__in=chosen),
    )
    if any(rows.exclude(release=release).exists() for rows in elsewhere):
        raise SubmissionRefused(
            "join-other-release", "One of the runs belongs to another release. Leave it out."
        )
    try:
        joined_runs(chosen, compiled_guideline(guideline))
    except RunsNotJoined as refused:
        raise SubmissionRefused(refused.code, str(refused)) from None
    except EvidenceGone as gone:
        raise SubmissionRefused(gone.code, str(gone)) from None


def submit(
    *,
    submission: Submission,
    by: User,
    note: str = "",
    asks_waiver: bool = False,
    at: datetime | None = None,
) -> Submission:
    """Hand it in. What cannot be certified is refused at once, with every obstacle; what a person
    has to look at is noted as flags. Waivers that staff granted for it are applied.

    `asks_waiver` hands in a run that does not pass, for staff to waive what is short; nothing is
    certified unless the run passes with the waivers. Raises SubmissionRefused.
    """
    _require(by, submission.release)
    now = moment(at)
    with transaction.atomic():
        submission.waivers.add(*_granted_waivers(submission, now))
        flags = _flags(submission, now, asks_waiver=asks_waiver)
        _move(
            submission,
            "submit",
            submitted_at=now,
            note=note.strip()[:2000],
            flags=flags,
            reviewer=None,
        )
        _claim_cloud(submission)
        audit.record(
            "submission.submitted",
            submission,
            actor=audit.actor_of(by),
            flags=[flag["code"] for flag in flags],
        )
        if flags:
            assign(submission=submission, prefer=submission.reviewer)
        else:
            enqueue(QueueEntry.Kind.DECIDE_SUBMISSION, str(submission.pk))
    submission.refresh_from_db()
    return submission


def withdraw(*, submission: Submission, by: User) -> Submission:
    """Raises SubmissionRefused."""
    _require(by, submission.release)
    with transaction.atomic():
        _move(submission, "withdraw")
        audit.record("submission.withdrawn", submission, actor=audit.actor_of(by))
    submission.refresh_from_db()
    return submission


def _granted_waivers(submission: Submission, now: datetime) -> list[Waiver]:
    return list(
        Waiver.objects.filter(
            release=submission.release,
            guideline=submission.guideline,
            target=submission.target,
            ends_on__gt=now.date(),
        )
    )


def _flags(submission: Submission, now: datetime, *, asks_waiver: bool) -> list[dict[str, str]]:
    """Why a person has to decide. Raises SubmissionRefused for what nobody may certify."""
    try:
        case = case_of(submission, now=now)
    except EvidenceGone as gone:
        raise SubmissionRefused(gone.code, str(gone)) from None
    found = obstacles(case)
    asked = tuple(one for one in found if asks_waiver and one.code == "verdict-not-passed")
    if len(found) > len(asked):
        raise SubmissionRefused("not-certifiable", found[0].text, found)
    if asked:
        asked = (Obstacle("waiver-asked", f"The vendor asks for a waiver. {asked[0].text}"),)
    return [flag.as_flag() for flag in (*asked, *reasons_for_a_person(case))]


def _claim_cloud(submission: Submission) -> None:
    """The first product that submits a run of a cloud claims its cpid; a later one is flagged."""
    if submission.run.cpid:
        ClaimedCloud.objects.get_or_create(
            cpid=submission.run.cpid, defaults={"product": submission.release.product}
        )


def _move(submission: Submission, deed: str, **facts: object) -> None:
    """The change of state as a conditional UPDATE. Raises SubmissionRefused."""
    row = Submission.objects.select_for_update().get(pk=submission.pk)
    try:
        state = lifecycle.after(lifecycle.SUBMISSION, row.state, deed)
    except lifecycle.TransitionRefused as refused:
        raise SubmissionRefused(refused.code, str(refused)) from None
    Submission.objects.filter(pk=row.pk).update(state=state, **facts)


def _require_programme(release: ProductRelease, guideline: Guideline) -> None:
    programme = release.product.programme
    if programme == Programme.LISTED:
        raise SubmissionRefused(
            "category-not-certifiable", "Products of this category are listed, not certified."
        )
    if (programme == Programme.INTEGRATED) != guideline.is_integration:
        raise SubmissionRefused(
            "guideline-of-other-programme",
            f"{guideline} does not judge products of this category.",
        )


def _require(by: User, release: ProductRelease) -> None:
    if not can(by, Permission.SUBMIT, release.product.vendor):
        raise SubmissionRefused(
            "forbidden", f"Only owners and editors of {release.product.vendor} may do this."
        )
