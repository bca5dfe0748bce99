"""What happened within a part of the market, newest first, as light rows of the database.

Certificates come from their rows, as on the pages: one that is past its end has expired, whether or
not anybody noted it. What can happen several times, suspensions and reinstatements, comes from the
trail, where each keeps its moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast

from certification.models import Certificate, Guideline, Run
from certification.queries import Standing, Turn
from certification.queries.certificates import standing_in
from marketplace.catalogue.models import AuditEvent, Product, Vendor


class Kind(StrEnum):
    """What an entry is about, beside the turns of a certificate."""

    APPROVED = "guideline-approved"
    SUPERSEDED = "guideline-superseded"
    RUN = "run-judged"


@dataclass(frozen=True, slots=True)
class Part:
    """The part of the market that a feed is about; all of it when nothing is given."""

    vendor: Vendor | None = None
    product: Product | None = None
    category: str = ""
    guideline: str = ""

    def certificates(self) -> QuerySet[Certificate]:
        found: QuerySet[Certificate] = Certificate.objects.all()
        if self.product:
            found = found.filter(release__product=self.product)
        if self.vendor:
            found = found.filter(release__product__vendor=self.vendor)
        if self.category:
            found = found.filter(release__product__category=self.category)
        if self.guideline:
            found = found.filter(guideline__document_id=self.guideline)
        return found

    def guidelines(self) -> QuerySet[Guideline]:
        if self.vendor or self.product or self.category:
            return Guideline.objects.none()
        found: QuerySet[Guideline] = Guideline.objects.all()
        return found.filter(document_id=self.guideline) if self.guideline else found

    def runs(self) -> QuerySet[Run]:
        """Public and judged. A run alone is tied to no product and to no guideline."""
        if self.product or self.category or self.guideline:
            return Run.objects.none()
        public = Q(uploaded_by=None) | Q(shared=True)
        found: QuerySet[Run] = Run.objects.filter(public, state=Run.State.VERIFIED)
        return found.filter(vendor=self.vendor) if self.vendor else found


@dataclass(frozen=True, slots=True)
class Happening:
    """`key` is the primary key of a certificate, guideline or run, as `kind` says."""

    at: datetime
    kind: Turn | Kind
    key: str


_ENDED_AT = {
    Standing.EXPIRED: (Turn.EXPIRED, "valid_until"),
    Standing.SUPERSEDED: (Turn.SUPERSEDED, "state_changed_at"),
    Standing.REVOKED: (Turn.REVOKED, "state_changed_at"),
}
#: By the verb in the trail.
_OFTEN = {"certificate.suspended": Turn.SUSPENDED, "certificate.active": Turn.REINSTATED}


def happenings(part: Part, start: int, most: int) -> list[Happening]:
    """At most so many, after the first `start`."""
    first, *others = _sources(part)
    together = first.union(*others, all=True).order_by("-at", "kind", "key")
    return [
        Happening(row["at"], _kind(row["kind"]), row["key"])
        for row in together[start : start + most]
    ]


def _kind(word: str) -> Turn | Kind:
    return Turn(word) if word in set(Turn) else Kind(word)


def _sources(part: Part) -> list[QuerySet[Any, Any]]:
    certificates, guidelines = part.certificates(), part.guidelines()
    ended = [
        _light(standing_in(certificates, standing), turn, at)
        for standing, (turn, at) in _ENDED_AT.items()
    ]
    return [
        _light(certificates, Turn.ISSUED, "issued_at"),
        *ended,
        *_often(certificates),
        _light(guidelines.filter(approved_at__isnull=False), Kind.APPROVED, "approved_at"),
        _light(guidelines.filter(superseded_at__isnull=False), Kind.SUPERSEDED, "superseded_at"),
        _light(part.runs(), Kind.RUN, "verified_at"),
    ]


def _light(rows: QuerySet[Any], kind: StrEnum, at: str) -> QuerySet[Any, Any]:
    """Rows of `(at, kind, key)`; the model's own order would forbid the union."""
    told = rows.order_by().annotate(
        at_=F(at), kind_=Value(kind.value, CharField()), key_=Cast("pk", CharField())
    )
    light: QuerySet[Any, Any] = told.values(at=F("at_"), kind=F("kind_"), key=F("key_"))
    return light


def _often(certificates: QuerySet[Certificate]) -> list[QuerySet[Any, Any]]:
    keys = certificates.annotate(key=Cast("pk", CharField())).values("key")
    trail = AuditEvent.objects.filter(object_type="certificate", object_id__in=keys)
    return [
        trail.filter(verb=verb)
        .annotate(kind_=Value(turn.value, CharField()))
        .values("at", kind=F("kind_"), key=F("object_id"))
        for verb, turn in _OFTEN.items()
    ]
