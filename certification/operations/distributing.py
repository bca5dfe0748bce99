"""Who of the staff a submission goes to: the one with the fewest before them, then in turn."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from certification.models import Submission
from certification.operations.review import ReviewRefused
from marketplace.catalogue import audit
from marketplace.catalogue.models import Membership, User
from marketplace.catalogue.policy import STAFF_ROLES, Permission, can, may_review

DISTRIBUTION = "policy:distribution"
_WAITING = (Submission.State.SUBMITTED, Submission.State.IN_REVIEW)


def assign(*, submission: Submission, prefer: User | None = None) -> User | None:
    """Give it to a reviewer who may decide it, inside the caller's transaction; to `prefer`, who
    had it before, while that holds. None where nobody may: then it waits for all.

    Two submissions at the same moment may go to the same person; the next ones even it out.
    """
    chosen = _former(submission, prefer) or _candidates(submission).first()
    if chosen is None:
        return None
    Submission.objects.filter(pk=submission.pk).update(reviewer=chosen)
    audit.record("submission.assigned", submission, actor=DISTRIBUTION, reviewer=chosen.pk)
    return chosen


def distribute(*, by: User) -> int:
    """Give out what waits and has no reviewer, or one who may no longer decide it; longest waiting
    first. Gives how many found somebody. Raises ReviewRefused."""
    if not can(by, Permission.REVIEW):
        raise ReviewRefused("forbidden", "Only reviewers distribute the queue.")
    with transaction.atomic():
        rows = Submission.objects.select_for_update(of=("self",)).filter(
            Q(state=Submission.State.SUBMITTED), ~Q(flags=[])
        )
        waiting = rows.select_related(
            "reviewer", "run", "created_by", "release__product__vendor"
        ).order_by("submitted_at", "pk")
        without = [row for row in waiting if _former(row, row.reviewer) is None]
        return sum(assign(submission=row) is not None for row in without)


def _former(submission: Submission, person: User | None) -> User | None:
    if person is None or not may_review(person, submission.release.product.vendor):
        return None
    had_part = person.pk in (submission.run.uploaded_by_id, submission.created_by_id)
    return None if had_part else person


def _candidates(submission: Submission) -> QuerySet[User]:
    """Reviewers with no part in it: the least before them first, then the least given so far."""
    roles = [role for role, held in STAFF_ROLES.items() if role and Permission.REVIEW in held]
    members = Membership.objects.filter(vendor=submission.release.product.vendor).values("user")
    uploader = submission.run.uploaded_by_id
    had_part = {submission.created_by_id} | ({uploader} if uploader is not None else set())
    people = User.objects.filter(staff_role__in=roles, is_active=True)
    people = people.exclude(pk__in=members).exclude(pk__in=had_part)
    given = Count("reviewed", distinct=True)
    before_them = Count("reviewed", filter=Q(reviewed__state__in=_WAITING), distinct=True)
    return people.annotate(before_them=before_them, given=given).order_by(
        "before_them", "given", "pk"
    )
