"""The facets of the product list: each choice with the number of products that it would show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict

from certification.queries import listed_products
from marketplace.site.facet_tables import Table, tables_of
from marketplace.site.filters import ProductFilter

FACETS = (
    "certified",
    "category",
    "target",
    "level",
    "integrates",
    "without",
    "works",
    "tried",
    "evidence",
    "openstack",
    "assurance",
    "vendor",
)
#: Each further choice of these narrows; of the others it widens.
NARROWING = frozenset({"integrates", "without", "works"})
UNFOLDED_MOST = 18


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

    @property
    def narrows(self) -> bool:
        return self.name in NARROWING


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force; `query` is the address without it."""

    words: str
    query: str


@dataclass(frozen=True, slots=True)
class Rescue:
    """What to take away where nothing is found; `products` are there without it."""

    words: str
    query: str
    products: int


def facets_of(asked: QueryDict) -> list[Facet]:
    """A choice counts what stands under all other facets (of a narrowing facet: under its own
    choices too), so that no choice leads to nothing."""
    tables = tables_of(asked)
    shown = _shown(asked)
    found = []
    for name in FACETS:
        widened = name not in NARROWING and any(asked.getlist(name))
        base = _shown(_without_facet(asked, name)) if widened else shown
        found.append(_facet(name, asked, tables[name], base))
    return [facet for facet in found if facet.choices]


def _shown(asked: QueryDict) -> set[int]:
    rows = ProductFilter(asked, listed_products()).qs
    return set(rows.order_by().values_list("pk", flat=True))


def _facet(name: str, asked: QueryDict, table: Table, base: set[int]) -> Facet:
    declared = ProductFilter.base_filters[name]
    chosen = set(asked.getlist(name))
    choices = [
        Choice(value, words, len(table.get(value, set()) & base), value in chosen)
        for value, words in _words(name)
    ]
    return Facet(name, str(declared.label), tuple(c for c in choices if c.products or c.chosen))


def _words(name: str) -> Iterable[tuple[str, str]]:
    declared = ProductFilter.base_filters[name].extra["choices"]
    choices: Iterable[tuple[str, str]] = declared() if callable(declared) else declared
    return choices


def chips_of(asked: QueryDict, facets: Iterable[Facet]) -> list[Chip]:
    chips = [
        Chip(_chip_words(facet, choice), _without(asked, facet.name, choice.value))
        for facet in facets
        for choice in facet.choices
        if choice.chosen
    ]
    text = asked.get("q", "").strip()
    return [Chip(f"“{text}”", _without(asked, "q", asked.get("q", ""))), *chips] if text else chips


#: How a choice reads on its own, without its facet's name above it.
_ALONE = {
    "integrates": "integrates with {}",
    "without": "no own {}",
    "works": "works with {}",
    "tried": "tried on {}",
    "evidence": "evidence {}",
    "openstack": "declares {}",
    "level": "measured {}",
}


def _chip_words(facet: Facet, choice: Choice) -> str:
    pattern = _ALONE.get(facet.name)
    if pattern is None:
        return choice.words
    if facet.name == "level" and choice.value == "listed":
        return choice.words.lower()
    plain = facet.name in ("tried", "openstack", "integrates", "level")
    return pattern.format(choice.words if plain else choice.words[0].lower() + choice.words[1:])


def rescues_of(asked: QueryDict, facets: Iterable[Facet]) -> list[Rescue]:
    """Which one filter to give up so that something is found, the most fruitful first; empty where
    no single one helps."""
    words = {facet.name: facet.words for facet in facets}
    in_force = [name for name in FACETS if any(asked.getlist(name))]
    found = []
    for name in ["q", *in_force] if asked.get("q", "").strip() else in_force:
        left = _without_facet(asked, name)
        said = "Search text" if name == "q" else words.get(name, name)
        found.append(Rescue(said, left.urlencode(), len(_shown(left))))
    return sorted((one for one in found if one.products), key=lambda one: -one.products)


def _without_facet(asked: QueryDict, name: str) -> QueryDict:
    left = asked.copy()
    left.pop("page", None)
    left.pop(name, None)
    return left


def _without(asked: QueryDict, name: str, value: str) -> str:
    left = asked.copy()
    left.pop("page", None)
    left.setlist(name, [kept for kept in left.getlist(name) if kept != value])
    return left.urlencode()
