"""Products by what is certified of them: for lists, facets and sums."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from certification.models import Certificate
from marketplace.catalogue.models import Product

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


@dataclass(frozen=True, slots=True)
class CertifiedAs:
    """One certificate in force, as the facets count it."""

    product_id: int
    target: str
    assurance: str


@dataclass(frozen=True, slots=True)
class MarketSums:
    certified_releases: int
    certified_products: int
    certified_vendors: int
    products: int


class Certified(TypedDict):
    is_certified: bool
    last_certified_at: datetime | None


def listed_products() -> QuerySet[WithAnnotations[Product, Certified]]:
    """Every product with `is_certified` and `last_certified_at` (null without one in force)."""
    issued = _certificates_in_force().order_by("-issued_at").values("issued_at")
    return Product.objects.select_related("vendor").annotate(
        is_certified=Exists(_certificates_in_force()), last_certified_at=Subquery(issued[:1])
    )


def certified_as(
    products: QuerySet[Product], targets: Collection[str], assurances: Collection[str]
) -> QuerySet[Product]:
    """Those with one certificate in force that has one of the targets and one of the assurances;
    an empty collection means any."""
    wanted = _certificates_in_force()
    if targets:
        wanted = wanted.filter(target__in=targets)
    if assurances:
        wanted = wanted.filter(assurance__in=assurances)
    return products.filter(Exists(wanted))


def not_certified(products: QuerySet[Product]) -> QuerySet[Product]:
    return products.filter(~Exists(_certificates_in_force()))


def every_certification() -> list[CertifiedAs]:
    rows = Certificate.objects.in_force().values_list("release__product", "target", "assurance")
    return [CertifiedAs(*row) for row in rows]


def market_sums() -> MarketSums:
    found = Certificate.objects.in_force().aggregate(
        certified_releases=Count("release", distinct=True),
        certified_products=Count("release__product", distinct=True),
        certified_vendors=Count("release__product__vendor", distinct=True),
    )
    return MarketSums(products=Product.objects.count(), **found)


def _certificates_in_force() -> QuerySet[Certificate]:
    return Certificate.objects.in_force().filter(release__product=OuterRef("pk"))
