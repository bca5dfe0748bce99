"""The facets of the product list: each choice with the number of products that it would show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import QueryDict

from certification.queries import every_certification, listed_products
from marketplace.catalogue.models import Product
from marketplace.catalogue.queries import declared_releases
from marketplace.site.filters import ProductFilter, vendor_choices

FACETS = ("certified", "category", "target", "openstack", "assurance", "vendor")
UNFOLDED_MOST = 18
_Table = Mapping[str, set[int]]


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    words: str
    products: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """`choices` are those that would show something, or are chosen already."""

    name: str
    words: str
    choices: tuple[Choice, ...]

    @property
    def is_folded(self) -> bool:
        """A long list opens on demand, or where something in it is chosen."""
        return len(self.choices) > UNFOLDED_MOST and not any(c.chosen for c in self.choices)


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force; `query` is the address without it."""

    words: str
    query: str


def facets_of(asked: QueryDict) -> list[Facet]:
    """A choice counts what stands under all other facets, so that no choice leads to nothing."""
    tables = _tables(asked)
    found = []
    for name in FACETS:
        others = asked.copy()
        others.pop(name, None)
        base = set(ProductFilter(others, listed_products()).qs.values_list("pk", flat=True))
        found.append(_facet(name, asked, tables[name], base))
    return [facet for facet in found if facet.choices]


def _facet(name: str, asked: QueryDict, table: _Table, base: set[int]) -> Facet:
    declared = ProductFilter.base_filters[name]
    chosen = set(asked.getlist(name))
    choices = [
        Choice(value, words, len(table.get(value, set()) & base), value in chosen)
        for value, words in _words(name)
    ]
    return Facet(name, str(declared.label), tuple(c for c in choices if c.products or c.chosen))


def _words(name: str) -> Iterable[tuple[str, str]]:
    if name == "vendor":
        return vendor_choices()
    choices: Iterable[tuple[str, str]] = ProductFilter.base_filters[name].extra["choices"]
    return choices


def _tables(asked: QueryDict) -> dict[str, _Table]:
    """Which products have a value, by facet and value."""
    tables: dict[str, dict[str, set[int]]] = {name: defaultdict(set) for name in FACETS}
    products = list(Product.objects.values_list("pk", "category", "vendor__slug"))
    for product, category, vendor in products:
        tables["category"][category].add(product)
        tables["vendor"][vendor].add(product)
    for product, names in declared_releases(Product.objects.all()).items():
        for release in names:
            tables["openstack"][release].add(product)
    targets, assurances = asked.getlist("target"), asked.getlist("assurance")
    certified = set()
    for one in every_certification():
        certified.add(one.product_id)
        if not assurances or one.assurance in assurances:
            tables["target"][one.target].add(one.product_id)
        if not targets or one.target in targets:
            tables["assurance"][one.assurance].add(one.product_id)
    tables["certified"]["yes"] = certified
    tables["certified"]["no"] = {product for product, _, _ in products} - certified
    return dict(tables)


def chips_of(asked: QueryDict, facets: Iterable[Facet]) -> list[Chip]:
    chips = [
        Chip(choice.words, _without(asked, facet.name, choice.value))
        for facet in facets
        for choice in facet.choices
        if choice.chosen
    ]
    text = asked.get("q", "").strip()
    return [Chip(f"“{text}”", _without(asked, "q", asked.get("q", ""))), *chips] if text else chips


def _without(asked: QueryDict, name: str, value: str) -> str:
    left = asked.copy()
    left.pop("page", None)
    left.setlist(name, [kept for kept in left.getlist(name) if kept != value])
    return left.urlencode()
