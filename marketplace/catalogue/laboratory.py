"""Products that our own laboratory measured; their vendors were not asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.text import slugify

from marketplace.catalogue import audit
from marketplace.catalogue.editions import first_editions
from marketplace.catalogue.models import Category, Product, ProductRelease, User, Vendor
from marketplace.catalogue.openstack import find_release
from marketplace.catalogue.policy import Permission, can
from marketplace.catalogue.refusals import CatalogueRefused


@dataclass(frozen=True, slots=True)
class MeasuredProduct:
    """What is said of a product that we list because we measured it."""

    vendor: str
    vendor_website: str
    name: str
    category: str
    sentence: str
    website: str
    open_source: bool


def list_measured_release(
    *, about: MeasuredProduct, version: str, openstack_releases: Iterable[str], by: User
) -> ProductRelease:
    """List vendor, product and release where they are not listed yet, without any member: nobody
    speaks for the vendor. For staff. Raises CatalogueRefused, also for a vendor that has members:
    such a vendor lists its products itself."""
    if not can(by, Permission.REVIEW):
        raise CatalogueRefused("forbidden", "Only staff lists what the laboratory measured.")
    releases = list(openstack_releases)
    if unknown := [name for name in releases if find_release(name) is None]:
        raise CatalogueRefused("openstack-release", f"No OpenStack release is called {unknown[0]}.")
    if about.category not in Category.values:
        raise CatalogueRefused("category", "Choose one of the listed categories.")
    with transaction.atomic():
        vendor, _ = Vendor.objects.get_or_create(
            slug=slugify(about.vendor)[:60],
            defaults={"name": about.vendor, "website": about.vendor_website},
        )
        if vendor.memberships.exists():
            raise CatalogueRefused(
                "vendor-has-members", f"{vendor} has members here, who list its products."
            )
        product, created = Product.objects.get_or_create(
            vendor=vendor,
            slug=slugify(about.name)[:60],
            defaults={
                "name": about.name,
                "category": about.category,
                "sentence": about.sentence,
                "website": about.website,
                "open_source": about.open_source,
                "measured_by_us": True,
            },
        )
        release, _ = ProductRelease.objects.get_or_create(
            product=product, version=version, defaults={"openstack_releases": releases}
        )
        if created:
            first_editions([product], by=by)
            audit.record("product.listed-by-laboratory", product, actor=audit.actor_of(by))
    return release
