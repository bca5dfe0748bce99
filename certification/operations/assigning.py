"""Who of the staff a case goes to: the one with the fewest before them, then in turn. Never anybody
of the vendor, nor who had a part in it."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from certification.joined_claims import runs_of_submission
from certification.models import Appeal, Submission
from marketplace.catalogue import audit
from marketplace.catalogue.models import Membership, User
from marketplace.catalogue.policy import STAFF_ROLES, Permission, may_review

DISTRIBUTION = "policy:distribution"
_WAITING = (Submission.State.SUBMITTED, Submission.State.IN_REVIEW)


def assign(*, submission: Submission, prefer: User | None = None) -> User | None:
    """Give it to a reviewer who may decide it, inside the caller's transaction; to `prefer`, who
    had it before, while that holds. None where nobody may: then it waits for all.

    Two submissions at the same moment may go to the same person; the next ones even it out.
    """
    chosen = former(submission, prefer) or candidates(submission).first()
    if chosen is None:
        return None
    Submission.objects.filter(pk=submission.pk).update(reviewer=chosen)
    audit.record("submission.assigned", submission, actor=DISTRIBUTION, reviewer=chosen.pk)
    return chosen


def assign_appeal(*, appeal: Appeal) -> User | None:
    """The same for an appeal: never to who decided or raised it."""
    others = candidates(appeal.submission).exclude(pk__in=[appeal.decided_by_id])
    chosen = others.exclude(pk=appeal.raised_by_id).first()
    if chosen is None:
        return None
    Appeal.objects.filter(pk=appeal.pk).update(hearer=chosen)
    audit.record("submission.appeal-given", appeal.submission, actor=DISTRIBUTION, hearer=chosen.pk)
    return chosen


def former(submission: Submission, person: User | None) -> User | None:
    """The person, while they may decide it."""
    if person is None or not may_review(person, submission.release.product.vendor):
        return None
    return None if person.pk in had_part(submission) else person


def had_part(submission: Submission) -> set[int]:
    """Who brought it in, and whose decision on it was set aside on appeal."""
    parts = {run.uploaded_by_id for run in runs_of_submission(submission)}
    parts.add(submission.created_by_id)
    granted = Appeal.objects.filter(submission=submission, state=Appeal.State.GRANTED)
    parts |= set(granted.values_list("decided_by", flat=True))
    return {one for one in parts if one is not None}


def candidates(submission: Submission) -> QuerySet[User]:
    """Reviewers with no part in it: the least before them first, then the least given so far."""
    roles = [role for role, held in STAFF_ROLES.items() if role and Permission.REVIEW in held]
    members = Membership.objects.filter(vendor=submission.release.product.vendor).values("user")
    people = User.objects.filter(staff_role__in=roles, is_active=True)
    people = people.exclude(pk__in=members).exclude(pk__in=had_part(submission))
    to_decide = Count("reviewed", filter=Q(reviewed__state__in=_WAITING), distinct=True)
    to_hear = Count("to_hear", filter=Q(to_hear__state=Appeal.State.OPEN), distinct=True)
    given = Count("reviewed", distinct=True) + Count("to_hear", distinct=True)
    return people.annotate(before_them=to_decide + to_hear, given=given).order_by(
        "before_them", "given", "pk"
    )
