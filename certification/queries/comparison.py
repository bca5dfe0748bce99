"""Products side by side: certificates, and what the shown release was measured to do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from certification.models import IntegrationStanding, ServiceClaim
from certification.queries.certificates import (
    StandingCertificate,
    certificates_of_each,
    leading,
)
from certification.queries.measurements import shown_standings
from marketplace.catalogue.models import Product, ProductRelease
from marketplace.catalogue.openstack import newest_first
from marketplace.catalogue.queries import releases_of


@dataclass(frozen=True, slots=True)
class Compared:
    """`address` is `vendor/product`, or `vendor/product@version` where one release is meant: then
    all the rest is of that `release` alone. `certificates` newest first, `lead` the one to show
    first; `standing` is None without public evidence. `declared` are OpenStack releases, newest
    first; `claimed` the services that the vendor names for the release that is shown."""

    address: str
    product: Product
    releases: list[ProductRelease]
    release: ProductRelease | None
    certificates: list[StandingCertificate]
    lead: StandingCertificate | None
    standing: IntegrationStanding | None
    declared: list[str]
    claimed: frozenset[str] = frozenset()

    @property
    def title(self) -> str:
        return f"{self.product.name} {self.release.version}" if self.release else self.product.name

    @property
    def version(self) -> str:
        """Of the release that is meant, else of the one whose evidence is shown, else empty."""
        if self.release is not None:
            return self.release.version
        return self.standing.release.version if self.standing else ""

    @property
    def in_force(self) -> list[StandingCertificate]:
        return [one for one in self.certificates if one.in_force]

    @property
    def disputes(self) -> int:
        """Open ones, of certificates in force."""
        return sum(one.open_disputes for one in self.in_force)


def find_compared(addresses: Sequence[str]) -> list[Compared]:
    """Those that exist, in the order of `addresses`."""
    meant = _meant(addresses)
    products = {product.pk: product for product, _, _ in meant.values()}
    certificates = certificates_of_each(list(products.values()))
    shown, of_release = _standings(meant.values())
    found = []
    for address, (product, releases, release) in meant.items():
        of_it = certificates[product.pk]
        if release is not None:
            of_it = [one for one in of_it if one.certificate.release_id == release.pk]
        declaring = [release] if release is not None else releases
        found.append(
            Compared(
                address=address,
                product=product,
                releases=releases,
                release=release,
                certificates=of_it,
                lead=leading(of_it),
                standing=of_release.get(release.pk) if release else shown.get(product.pk),
                declared=newest_first({n for one in declaring for n in one.openstack_releases}),
            )
        )
    return _with_claims(found)


_Meant = tuple[Product, list[ProductRelease], ProductRelease | None]


def _meant(addresses: Sequence[str]) -> dict[str, _Meant]:
    """Each product with its releases, newest first, and the one release that is named."""
    parts = {one: one.partition("@") for one in addresses}
    pairs = [base.partition("/") for base, _, _ in parts.values()]
    if not pairs:
        return {}
    named = reduce(or_, (Q(vendor__slug=vendor, slug=slug) for vendor, _, slug in pairs))
    rows = Product.objects.filter(named).select_related("vendor").prefetch_related("releases")
    products = {f"{one.vendor.slug}/{one.slug}": one for one in rows}
    found: dict[str, _Meant] = {}
    for address, (base, _, version) in parts.items():
        product = products.get(base)
        if product is None:
            continue
        releases = releases_of(product)
        release = next((one for one in releases if version and one.version == version), None)
        if release is not None or not version:
            found[address] = (product, releases, release)
    return found


def _standings(
    meant: Collection[_Meant],
) -> tuple[dict[int, IntegrationStanding], dict[int, IntegrationStanding]]:
    """Those that speak for a product, by product; those of the releases that are named."""
    products = [product.pk for product, _, release in meant if release is None]
    releases = [release.pk for _, _, release in meant if release is not None]
    shown = _whole(shown_standings().filter(release__product__in=products)) if products else []
    named = _whole(IntegrationStanding.objects.filter(release__in=releases)) if releases else []
    return {one.release.product_id: one for one in shown}, {one.release_id: one for one in named}


def _whole(rows: QuerySet[IntegrationStanding]) -> list[IntegrationStanding]:
    whole = rows.defer(None).select_related("release", "guideline")
    return list(whole.defer("guideline__document"))


def _with_claims(found: list[Compared]) -> list[Compared]:
    """Of the release that is named, else of the one that was measured, else of the newest."""
    shown = [_release_shown(one) for one in found]
    rows = ServiceClaim.objects.filter(release__in=[one.pk for one in shown if one])
    claims: dict[int, set[str]] = {}
    for key, service in rows.values_list("release", "service"):
        claims.setdefault(key, set()).add(service)
    return [
        replace(one, claimed=frozenset(claims.get(release.pk, ()))) if release else one
        for one, release in zip(found, shown, strict=True)
    ]


def _release_shown(one: Compared) -> ProductRelease | None:
    if one.release is not None:
        return one.release
    return one.standing.release if one.standing else next(iter(one.releases), None)
