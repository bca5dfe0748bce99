"""Certificates as the public meets them: the row, and how it stands at this moment.

How one stands is computed, never stored alone: an active certificate past its end is expired,
whether or not anybody has noted it. The database's clock decides (trust.md R6).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, TypedDict
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Count, IntegerField, Prefetch, Q, QuerySet, Value, When
from django.db.models.functions import Now

from certification.engine.guideline.targets import TITLES, title_of
from certification.models import Certificate, Dispute, Run, SupportingRun, Waiver
from marketplace.catalogue.models import Product, User, Vendor

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

State = Certificate.State
EXPIRING_DAYS = 60
_BITMAPS = ("run__passed", "run__failed", "run__skipped")
_HEAVY = ("statement", "descriptor", "guideline__document", *_BITMAPS)
_RANK = {name: place for place, name in enumerate(TITLES)}


class Standing(StrEnum):
    """`EXPIRING` is in force too, with at most 60 days left."""

    IN_FORCE = "in-force"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


_ENDED = {
    State.SUPERSEDED: Standing.SUPERSEDED,
    State.REVOKED: Standing.REVOKED,
    State.EXPIRED: Standing.EXPIRED,
}


@dataclass(frozen=True, slots=True)
class StandingCertificate:
    """A certificate as it stands at `read_at`. `open_disputes` counts those not settled."""

    certificate: Certificate
    standing: Standing
    read_at: datetime
    open_disputes: int

    @property
    def in_force(self) -> bool:
        return self.standing in (Standing.IN_FORCE, Standing.EXPIRING)

    @property
    def days_left(self) -> int:
        """Whole days until its end; 0 on the last day and after it."""
        return max((self.certificate.valid_until - self.read_at).days, 0)

    @property
    def title(self) -> str:
        return title_of(self.certificate.target)

    @property
    def runs(self) -> list[Run]:
        """All that it rests on, oldest first; mostly one."""
        further = [one.run for one in self.certificate.submission.supporting_runs.all()]
        return sorted([self.certificate.run, *further], key=lambda run: (run.received_at, run.pk))

    @property
    def received_at(self) -> datetime:
        """A set of runs is as old as its oldest."""
        return self.runs[0].received_at

    @property
    def passes_only(self) -> bool:
        return any(run.passes_only for run in self.runs)


def standing_of(certificate: Certificate, at: datetime) -> Standing:
    """Anything but an active row within its time is not in force."""
    if certificate.state in _ENDED:
        return _ENDED[State(certificate.state)]
    if at >= certificate.valid_until:
        return Standing.EXPIRED
    if certificate.state != State.ACTIVE:
        return Standing.SUSPENDED
    soon = certificate.valid_until - at <= timedelta(days=EXPIRING_DAYS)
    return Standing.EXPIRING if soon else Standing.IN_FORCE


class Read(TypedDict):
    read_at: datetime
    open_disputes: int


def with_standing(rows: QuerySet[Certificate]) -> QuerySet[WithAnnotations[Certificate, Read]]:
    """What `stand` needs beside the rows themselves."""
    return rows.annotate(
        read_at=Now(), open_disputes=Count("disputes", filter=Q(disputes__settled_at=None))
    )


def stand(rows: Iterable[WithAnnotations[Certificate, Read]]) -> list[StandingCertificate]:
    """Rows of `with_standing`, in their order."""
    return [
        StandingCertificate(row, standing_of(row, row.read_at), row.read_at, row.open_disputes)
        for row in rows
    ]


def every_certificate() -> QuerySet[WithAnnotations[Certificate, Read]]:
    """Newest first, with the further runs of their claims; documents and bitmaps stay in the
    database."""
    further = SupportingRun.objects.select_related("run").defer(*_BITMAPS)
    rows = Certificate.objects.select_related(
        "release__product__vendor", "guideline", "run", "submission"
    ).prefetch_related(Prefetch("submission__supporting_runs", further))
    return with_standing(rows.defer(*_HEAVY)).order_by("-issued_at", "-number")


def standing_in(rows: QuerySet[Certificate], standing: Standing) -> QuerySet[Certificate]:
    """Those that stand so, as `standing_of` says of each."""
    soon = Now() + timedelta(days=EXPIRING_DAYS)
    lasting = rows.filter(valid_until__gt=Now())
    if standing is Standing.EXPIRED:
        over = Q(state__in=[State.ACTIVE, State.SUSPENDED], valid_until__lte=Now())
        return rows.filter(over | Q(state=State.EXPIRED))
    if standing is Standing.IN_FORCE:
        return lasting.filter(state=State.ACTIVE, valid_until__gt=soon)
    if standing is Standing.EXPIRING:
        return lasting.filter(state=State.ACTIVE, valid_until__lte=soon)
    if standing is Standing.SUSPENDED:
        return lasting.filter(state=State.SUSPENDED)
    return rows.filter(state=standing.value)


def find_certificate(number: str) -> StandingCertificate:
    """By its number, in any case. Raises Certificate.DoesNotExist."""
    return stand([every_certificate().get(number=number.strip().upper()[:20])])[0]


def find_certificate_by_digest(sha256: str) -> StandingCertificate:
    """By the SHA-256 of its statement. Raises Certificate.DoesNotExist."""
    return stand([every_certificate().get(statement_sha256=sha256)])[0]


def open_runs(one: StandingCertificate, reader: User | AnonymousUser) -> frozenset[UUID]:
    """Of its evidence, what this reader may see."""
    keys = [run.pk for run in one.runs]
    return frozenset(
        Run.objects.visible_to(reader).filter(pk__in=keys).values_list("pk", flat=True)
    )


def certificates_of_product(product: Product) -> list[StandingCertificate]:
    """Newest first."""
    return stand(every_certificate().filter(release__product=product))


def certificates_of_vendor(vendor: Vendor) -> list[StandingCertificate]:
    return stand(every_certificate().filter(release__product__vendor=vendor))


def certificates_of_run(run: Run) -> list[StandingCertificate]:
    """Those that rest on it, alone or among further runs, with their waivers; newest first."""
    among = SupportingRun.objects.filter(run=run).values("submission")
    rows = every_certificate().filter(Q(run=run) | Q(submission__in=among))
    return stand(rows.prefetch_related("submission__waivers"))


def certificates_of_each(products: Sequence[Product]) -> dict[int, list[StandingCertificate]]:
    """Newest first, by product; every given product is there."""
    found: dict[int, list[StandingCertificate]] = {product.pk: [] for product in products}
    for one in stand(every_certificate().filter(release__product__in=found)):
        found[one.certificate.release.product_id].append(one)
    return found


def short_certificates_of_each(
    products: Sequence[Product],
) -> dict[int, list[StandingCertificate]]:
    """The same for long lists, at a third of the cost: of a certificate only what it says of its
    release, without the runs behind it."""
    found: dict[int, list[StandingCertificate]] = {product.pk: [] for product in products}
    rows = Certificate.objects.select_related("release", "guideline").only(
        *("number", "state", "target", "assurance", "issued_at", "valid_until"),
        *("release__product_id", "release__version"),
        *("guideline__document_id", "guideline__version"),
    )
    short = with_standing(rows.filter(release__product__in=found))
    for one in stand(short.order_by("-issued_at", "-number")):
        found[one.certificate.release.product_id].append(one)
    return found


def short_certificates(keys: Collection[UUID]) -> list[StandingCertificate]:
    """Newest first: what a list says of each, without further runs."""
    rows = Certificate.objects.select_related("release__product__vendor", "guideline", "run")
    named = rows.filter(pk__in=keys).only(
        *("number", "state", "state_reason", "target", "assurance", "openstack_release"),
        *("issued_at", "valid_until", "statement_sha256", "run__evidence_sha256"),
        *("release__version", "release__product__slug", "release__product__vendor__slug"),
        *("guideline__document_id", "guideline__digest"),
    )
    return stand(with_standing(named).order_by("-issued_at", "-number"))


def changed_since(days: int, most: int) -> list[StandingCertificate]:
    """Issued, ended or otherwise changed within so many days, newest change first."""
    since, now = Now() - timedelta(days=days), Now()
    ended = Q(valid_until__gte=since, valid_until__lte=now)
    rows = every_certificate().filter(
        Q(issued_at__gte=since) | Q(state_changed_at__gte=since) | ended
    )
    # What ended long ago and was noted only now did not change within these days.
    recent = [one for one in stand(rows) if one.read_at - changed_at(one) <= timedelta(days=days)]
    return sorted(recent, key=changed_at, reverse=True)[:most]


def changed_at(one: StandingCertificate) -> datetime:
    """When it came to stand as it does."""
    certificate = one.certificate
    if one.standing is Standing.EXPIRED:
        return min(certificate.valid_until, one.read_at)
    if certificate.state == State.ACTIVE:
        # Of a reinstated one this is the day of the reinstatement.
        return max(certificate.issued_at, certificate.state_changed_at)
    return certificate.state_changed_at


def leading(certificates: Sequence[StandingCertificate]) -> StandingCertificate | None:
    """The one to show first: the highest target in force, then the newest guideline and release.
    With none in force, the newest: an ended certificate never hides behind an older one."""
    in_force = [one for one in certificates if one.in_force]
    if in_force:
        return min(in_force, key=_highest)
    return certificates[0] if certificates else None


def _highest(one: StandingCertificate) -> tuple[int, tuple[int, ...], float]:
    version = tuple(-ord(letter) for letter in one.certificate.guideline.version)
    rank = _RANK.get(one.certificate.target, len(_RANK))
    return rank, version, -one.certificate.issued_at.timestamp()


def waivers_of(certificate: Certificate) -> list[Waiver]:
    """Those that the certificate leans on."""
    return list(certificate.submission.waivers.order_by("ends_on", "digest"))


def disputes_of(certificates: Iterable[StandingCertificate]) -> QuerySet[Dispute]:
    """Open ones first, then newest first."""
    open_first = Case(
        When(settled_at=None, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    return (
        Dispute.objects.filter(certificate__in=[one.certificate.pk for one in certificates])
        .select_related("certificate")
        .order_by(open_first, "-raised_at", "-pk")
    )
