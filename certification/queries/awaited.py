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
from marketplace.catalogue.models import ProductEdition, User, Vendor
from marketplace.catalogue.policy import Permission, vendors_where

#: Of each kind, the most pressing.
MOST = 10


@dataclass(frozen=True, slots=True)
class Awaited:
    """`submissions` were begun or sent back, the oldest first; `certificates` end within 60 days
    with nothing on the way that would follow them, or are suspended or disputed, the first to end
    first; `editions` are drafts of public pages; `unproven` are vendors without a proven domain."""

    submissions: list[Submission]
    certificates: list[StandingCertificate]
    editions: list[ProductEdition]
    unproven: list[Vendor]

    def __bool__(self) -> bool:
        return any((self.submissions, self.certificates, self.editions, self.unproven))


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
        certificates=_certificates(submitting),
        editions=list(drafts.select_related("product").order_by("edited_at", "pk")[:MOST]),
        unproven=list(unproven.order_by("name")[:MOST]),
    )


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
