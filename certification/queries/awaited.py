"""What waits for the people of a vendor: nobody else can go on with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from certification.models import Certificate, Dispute, Submission
from certification.models.submissions import OPEN_STATES
from certification.queries.certificates import (
    EXPIRING_DAYS,
    StandingCertificate,
    every_certificate,
    stand,
)
from certification.queries.submissions import submissions_for
from marketplace.catalogue.audit import actor_of
from marketplace.catalogue.models import AuditEvent, Membership, ProductEdition, User, Vendor
from marketplace.catalogue.policy import Permission, vendors_where

#: Of each kind, the most pressing.
MOST = 10


@dataclass(frozen=True, slots=True)
class Awaited:
    """`submissions` were begun or sent back, the oldest first; of those that are `asked` a reviewer
    wrote last, and nobody of the vendor answered; `certificates` end within 60 days
    with nothing on the way that would follow them, or are suspended or disputed, the first to end
    first; `editions` are drafts of public pages; `unproven` are vendors without a proven domain."""

    submissions: list[Submission]
    asked: list[Submission]
    certificates: list[StandingCertificate]
    editions: list[ProductEdition]
    unproven: list[Vendor]

    def __bool__(self) -> bool:
        return any((self.submissions, self.asked, self.certificates, self.editions, self.unproven))


def awaited_of(person: User) -> Awaited:
    """Only what the person may do something about."""
    submitting = vendors_where(person, Permission.SUBMIT)
    begun = submissions_for(person).filter(
        state__in=[Submission.State.DRAFT, Submission.State.CHANGES_ASKED],
        release__product__vendor__in=submitting,
    )
    drafts = ProductEdition.objects.filter(
        status=ProductEdition.Status.DRAFT,
        product__vendor__in=vendors_where(person, Permission.EDIT_PRODUCT),
    )
    unproven = vendors_where(person, Permission.PROVE_DOMAIN).filter(domain_proven_at=None)
    return Awaited(
        submissions=list(begun.order_by("pk")[:MOST]),
        asked=_asked(person, submitting),
        certificates=_certificates(submitting),
        editions=list(drafts.select_related("product").order_by("edited_at", "pk")[:MOST]),
        unproven=list(unproven.order_by("name")[:MOST]),
    )


def _asked(person: User, vendors: QuerySet[Vendor]) -> list[Submission]:
    """Where the last word is not of a member of the vendor, it is of the staff."""
    waiting = submissions_for(person).filter(
        state__in=[Submission.State.SUBMITTED, Submission.State.IN_REVIEW],
        release__product__vendor__in=vendors,
    )
    rows = {str(row.pk): row for row in waiting.order_by("pk")}
    events = AuditEvent.objects.filter(
        object_type="submission", object_id__in=rows, verb="submission.question"
    )
    last = dict(events.order_by("pk").values_list("object_id", "actor"))
    members = Membership.objects.filter(
        vendor__in=[rows[key].release.product.vendor_id for key in last]
    )
    ours = {(row.vendor_id, actor_of(row.user)) for row in members.select_related("user")}
    asked = [rows[key] for key in rows if key in last]
    return [row for row in asked if (row.release.product.vendor_id, last[str(row.pk)]) not in ours][
        :MOST
    ]


def _certificates(vendors: QuerySet[Vendor]) -> list[StandingCertificate]:
    follows = Submission.objects.filter(
        release__product=OuterRef("release__product"),
        target=OuterRef("target"),
        state__in=OPEN_STATES,
    )
    contested = Dispute.objects.filter(certificate=OuterRef("pk"), settled_at=None)
    ends_soon = Q(valid_until__lte=Now() + timedelta(days=EXPIRING_DAYS)) & ~Exists(follows)
    suspended = Q(state=Certificate.State.SUSPENDED)
    rows = every_certificate().filter(
        ends_soon | suspended | Exists(contested),
        release__product__vendor__in=vendors,
        state__in=[Certificate.State.ACTIVE, Certificate.State.SUSPENDED],
        valid_until__gt=Now(),
    )
    return stand(rows.order_by("valid_until", "pk")[:MOST])
