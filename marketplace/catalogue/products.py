"""Products and their releases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from marketplace.catalogue import audit
from marketplace.catalogue.models import (
    Category,
    Deployment,
    Product,
    ProductRelease,
    Region,
    User,
    Vendor,
)
from marketplace.catalogue.openstack import find_release
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
) -> Product:
    """Raises CatalogueRefused."""
    _require_editor(by, vendor)
    product = Product(vendor=vendor, slug=slugify(name)[:60], open_source=open_source)
    _describe(product, name=name, category=category, sentence=sentence, website=website)
    _place(product, regions=regions, deployment=deployment)
    try:
        with transaction.atomic():
            product.save()
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
) -> Product:
    """The address stays; the category is fixed once a certificate was issued, because it says what
    was certified. `regions` and `deployment` stay where they are None. Raises CatalogueRefused."""
    _require_editor(by, product.vendor)
    if (
        category != product.category
        and product.releases.filter(certificates__isnull=False).exists()
    ):
        raise CatalogueRefused(
            "category-fixed", "The category cannot change: a certificate was issued for it."
        )
    before = {field: getattr(product, field) for field in ("name", "category", "sentence")}
    product.open_source = open_source
    _describe(product, name=name, category=category, sentence=sentence, website=website)
    _place(
        product,
        regions=product.regions if regions is None else regions,
        deployment=product.deployment if deployment is None else deployment,
    )
    with transaction.atomic():
        product.save()
        audit.record("product.edited", product, actor=audit.actor_of(by), before=before)
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


def _describe(product: Product, *, name: str, category: str, sentence: str, website: str) -> None:
    product.name = " ".join(name.split())
    product.category = category
    product.sentence = " ".join(sentence.split())
    product.website = website
    if not product.slug or len(product.name) > 120:
        raise CatalogueRefused("product-name", "Give the product a name of 1 to 120 characters.")
    if category not in Category.values:
        raise CatalogueRefused("category", "Choose one of the listed categories.")
    if not product.sentence or len(product.sentence) > 200:
        raise CatalogueRefused("sentence", "Say in 1 to 200 characters what the product does.")
    if website and not website.startswith(("https://", "http://")):
        raise CatalogueRefused("website", "The website begins with https://.")


def _place(product: Product, *, regions: Iterable[str], deployment: Iterable[str]) -> None:
    """Each once, in the order of their lists."""
    wanted, ways = set(regions), set(deployment)
    if not wanted <= set(Region.values):
        raise CatalogueRefused("region", "Choose among the listed regions.")
    if not ways <= set(Deployment.values):
        raise CatalogueRefused("deployment", "Choose among the listed ways to run it.")
    product.regions = [one for one in Region.values if one in wanted]
    product.deployment = [one for one in Deployment.values if one in ways]


def _require_editor(by: User, vendor: Vendor) -> None:
    if not can(by, Permission.EDIT_PRODUCT, vendor):
        raise CatalogueRefused("forbidden", f"Only owners and editors of {vendor} may do this.")
