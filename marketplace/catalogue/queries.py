"""Vendors, products and releases as readers look for them. Everything here is public, but for what
says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from marketplace.catalogue.models import AuditEvent, Product, ProductRelease, User, Vendor


def find_vendor(slug: str) -> Vendor:
    """Raises Vendor.DoesNotExist."""
    return Vendor.objects.get(slug=slug)


def find_product(vendor_slug: str, slug: str) -> Product:
    """Raises Product.DoesNotExist."""
    products: QuerySet[Product] = Product.objects.select_related("vendor")
    return products.get(vendor__slug=vendor_slug, slug=slug)


def vendors_with_products() -> QuerySet[Vendor]:
    """By name; a vendor without a product is nobody's business yet."""
    return Vendor.objects.filter(products__isnull=False).distinct().order_by("name")


def releases_of(product: Product) -> list[ProductRelease]:
    """Newest first: by the day of release, undated ones by when they were entered."""
    found = list(product.releases.all())
    return sorted(
        found,
        key=lambda r: (r.released_on or r.created_at.date(), r.created_at, r.pk),
        reverse=True,
    )


@dataclass(frozen=True, slots=True)
class Entered:
    """`by` is None where the service did it itself, as in an import."""

    by: User | None
    at: datetime


def who_entered(releases: Sequence[ProductRelease]) -> dict[int, Entered]:
    """By release; of those alone of which the trail tells. For members and staff, never public."""
    events = AuditEvent.objects.filter(
        object_type="productrelease",
        object_id__in=[str(one.pk) for one in releases],
        verb="release.created",
    )
    found = list(events)
    people = User.objects.in_bulk(
        [int(e.actor.removeprefix("user:")) for e in found if e.actor.startswith("user:")]
    )
    by_actor = {f"user:{key}": person for key, person in people.items()}
    return {int(e.object_id): Entered(by_actor.get(e.actor), e.at) for e in found}


def declaring(products: QuerySet[Product], names: Iterable[str]) -> QuerySet[Product]:
    """Those of which a release declares one of these OpenStack releases."""
    releases = ProductRelease.objects.filter(
        product=OuterRef("pk"), openstack_releases__overlap=list(names)
    )
    return products.filter(Exists(releases))


def declared_releases(products: QuerySet[Product]) -> dict[int, set[str]]:
    """OpenStack releases that the product's own releases declare, by product."""
    found: dict[int, set[str]] = {}
    rows: Iterable[tuple[int, list[str]]] = ProductRelease.objects.filter(
        product__in=products
    ).values_list("product_id", "openstack_releases")
    for product_id, names in rows:
        found.setdefault(product_id, set()).update(names)
    return found
