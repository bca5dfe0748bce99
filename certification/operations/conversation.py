"""What vendor and reviewer write to each other about a submission. The audit trail keeps it."""

from __future__ import annotations

from django.db import transaction

from certification.models import Submission
from marketplace.catalogue import audit
from marketplace.catalogue.models import User
from marketplace.catalogue.policy import Permission, can, may_review

TEXT_MOST = 2000
#: Before it is handed in nobody listens; after the decision there is the appeal.
OPEN = (
    Submission.State.SUBMITTED,
    Submission.State.IN_REVIEW,
    Submission.State.CHANGES_ASKED,
)


class MessageRefused(ValueError):
    """`code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def may_write(submission: Submission, user: User) -> bool:
    """Reviewers of other organizations, and who may submit for the vendor."""
    vendor = submission.release.product.vendor
    return may_review(user, vendor) or can(user, Permission.SUBMIT, vendor)


def write(*, submission: Submission, by: User, text: str) -> None:
    """Raises MessageRefused."""
    if not may_write(submission, by):
        raise MessageRefused("forbidden", "Your role does not go as far as writing here.")
    if not text.strip():
        raise MessageRefused("message-empty", "Write something first.")
    if len(text) > TEXT_MOST:
        raise MessageRefused("message-too-long", f"Write at most {TEXT_MOST} characters.")
    with transaction.atomic():
        row = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
        if row.state not in OPEN:
            raise MessageRefused(
                "conversation-closed", f"It is {row.get_state_display()}: nobody listens here."
            )
        audit.record(
            "submission.question", row, actor=audit.actor_of(by), reason=text.strip()[:TEXT_MOST]
        )
