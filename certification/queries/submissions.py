"""Submissions and what they come from, as vendors and reviewers look at them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from certification.models import Certificate, Dispute, Run, RunChallenge, Submission
from marketplace.catalogue.models import AuditEvent, Membership, ProductRelease, User, Vendor

State = Submission.State
#: Documents and bitmaps stay in the database: no list shows them.
_HEAVY = ("guideline__document", "run__passed", "run__failed", "run__skipped")


@dataclass(frozen=True, slots=True)
class Deed:
    """Something done to a submission. `actor` is None for a policy rule, whose name is `policy`."""

    verb: str
    at: datetime
    actor: User | None
    policy: str
    reason: str


def _submissions() -> QuerySet[Submission]:
    rows = Submission.objects.select_related(
        "release__product__vendor", "guideline", "run__uploaded_by", "created_by", "reviewer"
    )
    return rows.defer(*_HEAVY)


def find_submission(submission_id: int, reader: User) -> Submission:
    """For the members of its vendor. Raises Submission.DoesNotExist for all others."""
    return _submissions().get(pk=submission_id, release__product__vendor__memberships__user=reader)


def submissions_for(person: User) -> QuerySet[Submission]:
    """Of every vendor that the person is a member of; newest first."""
    return _submissions().filter(release__product__vendor__in=_vendors(person)).order_by("-pk")


def submissions_of(vendor: Vendor) -> QuerySet[Submission]:
    """Newest first."""
    return _submissions().filter(release__product__vendor=vendor).order_by("-pk")


def submissions_of_each(
    releases: Iterable[ProductRelease],
) -> dict[int, list[Submission]]:
    """Newest first, by release; every given release is there."""
    found: dict[int, list[Submission]] = {release.pk: [] for release in releases}
    for submission in _submissions().filter(release__in=found).order_by("-pk"):
        found[submission.release_id].append(submission)
    return found


def runs_to_submit(vendor: Vendor) -> QuerySet[Run]:
    """The judged runs that may be tied to a release of the vendor, newest first."""
    judged = Run.objects.of_vendor(vendor).filter(state=Run.State.VERIFIED)
    return judged.defer("passed", "failed", "skipped").order_by("-received_at", "-id")


def open_challenges(release: ProductRelease) -> QuerySet[RunChallenge]:
    """Not answered and not over; those that last longest first."""
    waiting = RunChallenge.objects.filter(release=release, used_at=None, expires_at__gt=Now())
    return waiting.select_related("guideline").defer("guideline__document").order_by("-expires_at")


def open_challenge_nonces(vendor: Vendor) -> list[str]:
    """Whoever knows one could send in a run that answers it."""
    waiting = RunChallenge.objects.filter(release__product__vendor=vendor, used_at=None)
    return list(waiting.filter(expires_at__gt=Now()).values_list("nonce", flat=True))


def deeds_on(submission: Submission) -> list[Deed]:
    """What was done to it, oldest first, from the audit trail."""
    events = list(
        AuditEvent.objects.filter(object_type="submission", object_id=str(submission.pk)).order_by(
            "pk"
        )
    )
    people = User.objects.in_bulk(
        [int(event.actor.removeprefix("user:")) for event in events if event.actor[:5] == "user:"]
    )
    return [_deed(event, people) for event in events]


def _deed(event: AuditEvent, people: dict[int, User]) -> Deed:
    kind, _, name = event.actor.partition(":")
    return Deed(
        verb=event.verb,
        at=event.at,
        actor=people.get(int(name)) if kind == "user" else None,
        policy=name if kind == "policy" else "",
        reason=str(event.facts.get("reason", "")),
    )


def review_queue(reviewer: User) -> QuerySet[Submission]:
    """What waits for a person, longest first; never what belongs to a vendor of theirs."""
    waiting = _submissions().filter(state__in=[State.SUBMITTED, State.IN_REVIEW])
    return _of_others(waiting, reviewer).order_by("submitted_at", "pk")


def decided_lately(reviewer: User, most: int) -> list[Submission]:
    """Newest decision first, those of policy rules among them."""
    decided = _of_others(_submissions().exclude(decided_at=None), reviewer)
    return list(decided.select_related("certificate").order_by("-decided_at", "-pk")[:most])


def deciders_of(submissions: Iterable[Submission]) -> dict[int, str]:
    """The names of the persons who decided, by submission; without those that a rule decided."""
    keys = {
        one.pk: int(one.decided_by.removeprefix("user:"))
        for one in submissions
        if one.decided_by.startswith("user:")
    }
    people = User.objects.in_bulk(keys.values())
    return {pk: str(people[key]) for pk, key in keys.items() if key in people}


def find_to_review(submission_id: int, reviewer: User) -> Submission:
    """Any submission that was sent in once. Raises Submission.DoesNotExist."""
    return _of_others(_submissions().exclude(submitted_at=None), reviewer).get(pk=submission_id)


def _of_others(rows: QuerySet[Submission], reviewer: User) -> QuerySet[Submission]:
    return rows.exclude(release__product__vendor__in=_vendors(reviewer))


def _vendors(person: User) -> QuerySet[Membership, int]:
    return Membership.objects.filter(user=person).values_list("vendor", flat=True)


def certificates_to_oversee(person: User) -> QuerySet[Certificate]:
    """Newest first; never those of a vendor of theirs."""
    rows = Certificate.objects.select_related("release__product__vendor", "guideline", "run")
    return (
        rows.defer(*_HEAVY, "statement", "descriptor")
        .exclude(release__product__vendor__in=_vendors(person))
        .order_by("-issued_at", "-number")
    )


def certificates_named(rows: QuerySet[Certificate], words: str) -> QuerySet[Certificate]:
    """Those of which number, vendor, product or version hold every word."""
    for word in words.split():
        rows = rows.filter(
            Q(number__icontains=word)
            | Q(release__version__icontains=word)
            | Q(release__product__name__icontains=word)
            | Q(release__product__vendor__name__icontains=word)
        )
    return rows


def open_disputes(person: User) -> QuerySet[Dispute]:
    """Oldest first; never about a vendor of theirs."""
    rows = Dispute.objects.filter(settled_at=None).select_related(
        "certificate__release__product__vendor", "raised_by"
    )
    theirs = _vendors(person)
    return rows.exclude(certificate__release__product__vendor__in=theirs).order_by("raised_at")
