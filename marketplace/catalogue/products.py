"""Products and their releases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from marketplace.catalogue import audit
from marketplace.catalogue.declared import checked, declared_of, put_on
from marketplace.catalogue.editions import first_editions, publish_at_once
from marketplace.catalogue.models import Declared, Product, ProductRelease, User, Vendor
from marketplace.catalogue.openstack import find_release
from marketplace.catalogue.past import past
from marketplace.catalogue.policy import Permission, can
from marketplace.catalogue.refusals import CatalogueRefused

MOST_DECLARED = 20


def create_product(  # noqa: PLR0913 - one keyword for each fact of a product
    *,
    vendor: Vendor,
    name: str,
    category: str,
    sentence: str,
    by: User,
    website: str = "",
    open_source: bool = False,
    regions: Iterable[str] = (),
    deployment: Iterable[str] = (),
    facts: dict[str, Any] | None = None,
    story: str = "",
) -> Product:
    """Listed at once: its first edition is published. Raises CatalogueRefused."""
    _require_editor(by, vendor)
    said: Declared = {
        "name": name,
        "category": category,
        "sentence": sentence,
        "website": website,
        "open_source": open_source,
        "regions": list(regions),
        "deployment": list(deployment),
        "facts": facts or {},
        "story": story,
        "logo": "",
    }
    product = Product(vendor=vendor, slug=slugify(name)[:60])
    put_on(product, checked(said))
    if then := past():
        product.created_at = then
    try:
        with transaction.atomic():
            product.save()
            first_editions([product], by=by)
            audit.record("product.created", product, actor=audit.actor_of(by), category=category)
    except IntegrityError:
        raise CatalogueRefused(
            "product-known", f"{vendor} has a product called {product.name} already."
        ) from None
    return product


def edit_product(  # noqa: PLR0913 - one keyword for each fact of a product
    *,
    product: Product,
    name: str,
    category: str,
    sentence: str,
    website: str,
    open_source: bool,
    by: User,
    regions: Iterable[str] | None = None,
    deployment: Iterable[str] | None = None,
    facts: dict[str, Any] | None = None,
    story: str | None = None,
    logo: str | None = None,
) -> Product:
    """Published at once, without a draft. The address stays; the category is fixed once a
    certificate was issued, because it says what was certified. What is None stays, but for the
    facts of another category. Raises CatalogueRefused."""
    said = declared_of(product)
    facts = {} if facts is None and category != said["category"] else facts
    said |= {
        "name": name,
        "category": category,
        "sentence": sentence,
        "website": website,
        "open_source": open_source,
        "regions": said["regions"] if regions is None else list(regions),
        "deployment": said["deployment"] if deployment is None else list(deployment),
        "facts": said["facts"] if facts is None else facts,
        "story": said["story"] if story is None else story,
        "logo": said["logo"] if logo is None else logo,
    }
    publish_at_once(product=product, said=said, by=by)
    return product


def create_release(
    *,
    product: Product,
    version: str,
    openstack_releases: Iterable[str],
    by: User,
    released_on: date | None = None,
) -> ProductRelease:
    """`openstack_releases` are names such as `gazpacho`. Raises CatalogueRefused."""
    _require_editor(by, product.vendor)
    words = version.strip()
    if not words or len(words) > 40:
        raise CatalogueRefused("version", "Give the version in 1 to 40 characters.")
    declared = list(dict.fromkeys(openstack_releases))
    unknown = [name for name in declared if find_release(name) is None]
    if unknown or len(declared) > MOST_DECLARED:
        raise CatalogueRefused(
            "openstack-release", f"No OpenStack release is called {', '.join(unknown)[:100]}."
        )
    try:
        with transaction.atomic():
            release = ProductRelease.objects.create(
                product=product,
                version=words,
                openstack_releases=declared,
                released_on=released_on,
            )
            audit.record("release.created", release, actor=audit.actor_of(by), version=words)
    except IntegrityError:
        raise CatalogueRefused("release-known", f"{product} {words} is listed already.") from None
    return release


def _require_editor(by: User, vendor: Vendor) -> None:
    if not can(by, Permission.EDIT_PRODUCT, vendor):
        raise CatalogueRefused("forbidden", f"Only owners and editors of {vendor} may do this.")
