"""What may be appealed, and the appeals that wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from certification.models import Appeal, Certificate, Submission
from marketplace.catalogue.models import AuditEvent, Membership, User

Against = Appeal.Against


@dataclass(frozen=True, slots=True)
class Decision:
    """One that a vendor may contest until `until`. `decided_by` is a person's key."""

    against: Appeal.Against
    decided_at: datetime
    decided_by: int
    reason: str

    @property
    def until(self) -> datetime:
        return self.decided_at + timedelta(days=settings.APPEAL_DAYS)

    @property
    def words(self) -> str:
        return str(self.against.label)


def decision_against(submission: Submission) -> Decision | None:
    """The person's decision that stands against the vendor now: a rejection, or a suspension of the
    certificate. A revocation is for good, and a rule rejects nothing."""
    if submission.state == Submission.State.REJECTED and submission.decided_at is not None:
        return _by_a_person(
            submission.decided_by, Against.REJECTION, submission.decided_at, submission.reason
        )
    held = Certificate.objects.filter(submission=submission, state=Certificate.State.SUSPENDED)
    row = held.only("state_changed_at", "state_reason").first()
    if row is None:
        return None
    events = AuditEvent.objects.filter(
        object_type="certificate", object_id=str(row.pk), verb="certificate.suspended"
    )
    actor = events.order_by("-pk").values_list("actor", flat=True).first() or ""
    return _by_a_person(actor, Against.SUSPENSION, row.state_changed_at, row.state_reason)


def appeals_on(submission: Submission) -> list[Appeal]:
    """Newest first."""
    rows = Appeal.objects.filter(submission=submission)
    return list(
        rows.select_related("decided_by", "raised_by", "hearer", "heard_by").order_by("-pk")
    )


def decision_to_appeal(
    submission: Submission, appeals: list[Appeal], now: datetime
) -> Decision | None:
    """None where there is nothing to contest, its time is over, or it was contested before."""
    found = decision_against(submission)
    if found is None or now > found.until:
        return None
    return None if any(_is_about(one, found) for one in appeals) else found


def appeals_to_hear(person: User) -> QuerySet[Appeal]:
    """Open ones that this person may settle, longest waiting first."""
    rows = Appeal.objects.filter(state=Appeal.State.OPEN).select_related(
        "submission__release__product__vendor", "submission__guideline", "hearer"
    )
    theirs = Membership.objects.filter(user=person).values("vendor")
    return (
        rows.defer("submission__guideline__document")
        .exclude(submission__release__product__vendor__in=theirs)
        .exclude(decided_by=person)
        .order_by("raised_at", "pk")
    )


def _is_about(appeal: Appeal, decision: Decision) -> bool:
    """A rejection is contested once a submission, also when it is rejected again."""
    if appeal.against != decision.against:
        return False
    return decision.against == Against.REJECTION or appeal.decided_at == decision.decided_at


def _by_a_person(
    actor: str, against: Appeal.Against, decided_at: datetime, reason: str
) -> Decision | None:
    kind, _, key = actor.partition(":")
    return Decision(against, decided_at, int(key), reason) if kind == "user" else None
