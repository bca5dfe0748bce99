"""Products that a buyer would look at beside one: of its category, and most like it in what was
certified or measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext
from pyroaring import BitMap

from certification.engine.guideline.targets import title_of
from certification.engine.integration import Level
from certification.queries import listed_products
from marketplace.catalogue.models import Product
from marketplace.catalogue.openstack import release_title
from marketplace.site.comparison_choice import MOST as COMPARED_MOST
from marketplace.site.comparison_choice import compare_address
from marketplace.site.facet_tables import Tables
from marketplace.site.integration_wording import level_title
from marketplace.site.market import current as current_market
from marketplace.site.measured_choices import service_title
from marketplace.site.nearness import by_lacking
from marketplace.site.product_rows import ListedProduct, rows_of

SHOWN = 4
#: Enough to tell products apart: each more costs a pass over the sets.
_TRAITS_MOST = 16
_NAMED_MOST = 5


@dataclass(frozen=True, slots=True)
class _Trait:
    words: str
    products: BitMap


@dataclass(frozen=True, slots=True)
class Competitor:
    """`shared` says what both have shown or declare; `address` compares the two."""

    listed: ListedProduct
    shared: tuple[str, ...]
    more: int
    address: str


@dataclass(frozen=True, slots=True)
class Competing:
    """`together` compares the product with as many of them as fit side by side."""

    products: tuple[Competitor, ...]
    together: str


def competing_with(product: Product) -> Competing:
    """At most SHOWN of other vendors, the most like it first; among equals those with a
    certificate."""
    current = current_market().tables
    of_its_vendor = Product.objects.filter(vendor=product.vendor_id).values_list("pk", flat=True)
    others = current.of("category", product.category) - BitMap(of_its_vendor)
    traits = [one for one in _traits(current) if product.pk in one.products][:_TRAITS_MOST]
    certified = current.of("certified", "yes")
    ids: list[int] = []
    for found in by_lacking([one.products for one in traits], others):
        ids += islice(found & certified, SHOWN - len(ids))
        ids += islice(found - certified, SHOWN - len(ids))
        if len(ids) == SHOWN:
            break
    listed = listed_products().in_bulk(ids)
    rows = rows_of([listed[one] for one in ids if one in listed])
    own = _address(product)
    return Competing(
        tuple(_competitor(row, traits, own) for row in rows),
        compare_address([own, *(row.address for row in rows[: COMPARED_MOST - 1])]),
    )


def _traits(current: Tables) -> Iterator[_Trait]:
    """What makes products comparable, the weightiest first: what is certified, then the level,
    what was measured, and what is only declared."""
    targets = sorted({target for target, _ in current.together})
    for target in targets:
        yield _Trait(title_of(target), current.certified_for([target], []))
    for level in Level:
        words = (
            level_title(level) if level is not Level.LISTED else gettext("measured, no level yet")
        )
        yield _Trait(words, current.of("level", level.word))
    for service in current.masks.get("integrates", {}):
        yield _Trait(service_title(service), current.of("integrates", service))
    for name in current.masks.get("deployment", {}):
        yield _Trait(name.replace("-", " "), current.of("deployment", name))
    for name in current.masks.get("openstack", {}):
        yield _Trait(
            gettext("declared for {name}").format(name=release_title(name)),
            current.of("openstack", name),
        )


def _competitor(row: ListedProduct, traits: list[_Trait], own: str) -> Competitor:
    shared = [one.words for one in traits if row.product.pk in one.products]
    return Competitor(
        listed=row,
        shared=tuple(shared[:_NAMED_MOST]),
        more=max(len(shared) - _NAMED_MOST, 0),
        address=compare_address([own, row.address]),
    )


def _address(product: Product) -> str:
    return f"{product.vendor.slug}/{product.slug}"
