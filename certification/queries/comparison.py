"""Products side by side: certificates, and what the shown release was measured to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q

from certification.models import IntegrationStanding
from certification.queries.certificates import (
    StandingCertificate,
    certificates_of_each,
    leading,
)
from certification.queries.measurements import shown_standings
from marketplace.catalogue.models import Product
from marketplace.catalogue.openstack import newest_first
from marketplace.catalogue.queries import declared_releases


@dataclass(frozen=True, slots=True)
class Compared:
    """`address` is `vendor/product`. `certificates` newest first, `lead` the one to show first;
    `standing` is None without public evidence. `declared` are OpenStack releases, newest first."""

    address: str
    product: Product
    certificates: list[StandingCertificate]
    lead: StandingCertificate | None
    standing: IntegrationStanding | None
    declared: list[str]

    @property
    def in_force(self) -> list[StandingCertificate]:
        return [one for one in self.certificates if one.in_force]

    @property
    def disputes(self) -> int:
        """Open ones, of certificates in force."""
        return sum(one.open_disputes for one in self.in_force)


def find_compared(addresses: Sequence[str]) -> list[Compared]:
    """Those that exist, in the order of `addresses` (`vendor/product`)."""
    products = _products(addresses)
    certificates = certificates_of_each(list(products.values()))
    declared = declared_releases(Product.objects.filter(pk__in=certificates))
    standings = _standings(list(certificates))
    return [
        Compared(
            address=address,
            product=product,
            certificates=certificates[product.pk],
            lead=leading(certificates[product.pk]),
            standing=standings.get(product.pk),
            declared=newest_first(declared.get(product.pk, set())),
        )
        for address, product in products.items()
    ]


def _products(addresses: Sequence[str]) -> dict[str, Product]:
    pairs = [address.partition("/") for address in addresses]
    if not pairs:
        return {}
    named = reduce(or_, (Q(vendor__slug=vendor, slug=slug) for vendor, _, slug in pairs))
    rows = Product.objects.filter(named).select_related("vendor")
    found = {f"{one.vendor.slug}/{one.slug}": one for one in rows}
    return {address: found[address] for address in addresses if address in found}


def _standings(products: Sequence[int]) -> dict[int, IntegrationStanding]:
    rows = shown_standings().filter(release__product__in=products)
    whole = rows.defer(None).select_related("release", "guideline").defer("guideline__document")
    return {one.release.product_id: one for one in whole}
