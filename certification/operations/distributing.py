"""What waits and has nobody is given out: by itself each minute, and when a reviewer asks."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from certification.models import Appeal, Submission
from certification.operations.assigning import assign, assign_appeal, former
from certification.operations.review import ReviewRefused
from marketplace.catalogue.models import User
from marketplace.catalogue.policy import Permission, can, may_review


def distribute(*, by: User) -> int:
    """Gives how many found somebody. Raises ReviewRefused."""
    if not can(by, Permission.REVIEW):
        raise ReviewRefused("forbidden", "Only reviewers distribute the queue.")
    return distribute_waiting()


def distribute_waiting() -> int:
    """Give out submissions and appeals that have no reviewer, or one who may no longer decide;
    longest waiting first. What somebody decides on at this moment is left out. Gives how many found
    somebody: where nobody may, nothing changes."""
    with transaction.atomic():
        return _submissions() + _appeals()


def _submissions() -> int:
    """Clean cases are a rule's; what a person looks at already is given away only when that person
    left the staff, or joined the vendor."""
    waits = Q(state=Submission.State.SUBMITTED) & ~Q(flags=[]) | Q(state=Submission.State.IN_REVIEW)
    rows = Submission.objects.select_for_update(of=("self",), skip_locked=True).filter(waits)
    waiting = rows.select_related(
        "reviewer", "run", "created_by", "release__product__vendor"
    ).order_by("submitted_at", "pk")
    without = [row for row in waiting if former(row, row.reviewer) is None]
    return sum(assign(submission=row) is not None for row in without)


def _appeals() -> int:
    rows = Appeal.objects.select_for_update(of=("self",), skip_locked=True).filter(
        state=Appeal.State.OPEN
    )
    waiting = rows.select_related(
        "hearer", "submission__run", "submission__release__product__vendor"
    ).order_by("raised_at", "pk")
    without = [row for row in waiting if not _is_heard_by(row, row.hearer)]
    return sum(assign_appeal(appeal=row) is not None for row in without)


def _is_heard_by(appeal: Appeal, person: User | None) -> bool:
    return person is not None and may_review(person, appeal.submission.release.product.vendor)
