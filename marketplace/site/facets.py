"""The facets of the product list: each choice with the number of products that it would show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.http import QueryDict
from django.utils.translation import gettext, gettext_noop

from marketplace.site.filters import ProductFilter
from marketplace.site.narrowing import NARROWING, Narrowing

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
    "fresh",
    "region",
    "deployment",
    "hypervisor",
    "pricing",
    "support",
    "open_source",
    "vendor",
)
UNFOLDED_MOST = 18
#: What few buyers begin with opens on demand, so that the list of filters is shorter than a page
#: of products.
ON_DEMAND = frozenset(
    (
        *("without", "works", "tried", "evidence", "fresh", "region", "deployment"),
        *("hypervisor", "pricing", "support", "open_source"),
    )
)
#: Of a longer list the most frequent are shown, and what is chosen.
CHOICES_MOST = 60


class Choice(NamedTuple):
    value: str
    words: str
    products: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """`choices` are those that would show something, or are chosen already; `unshown` counts those
    that a very long list leaves to the search."""

    name: str
    words: str
    choices: tuple[Choice, ...]
    unshown: int = 0

    @property
    def is_folded(self) -> bool:
        """Open from the start where something in it is chosen."""
        opens_on_demand = self.name in ON_DEMAND or len(self.choices) > UNFOLDED_MOST
        return opens_on_demand and not any(choice.chosen for choice in self.choices)

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


def facets_of(asked: QueryDict, narrowing: Narrowing | None = None) -> list[Facet]:
    """A choice counts what stands under all other facets (of a narrowing facet: under its own
    choices too), so that no choice leads to nothing."""
    narrowing = narrowing or Narrowing.of(asked)
    found = [_facet(name, asked, narrowing) for name in FACETS]
    return [facet for facet in found if facet.choices]


def _facet(name: str, asked: QueryDict, narrowing: Narrowing) -> Facet:
    if name == "vendor":
        return _vendors(asked, narrowing)
    declared = ProductFilter.base_filters[name]
    chosen = set(asked.getlist(name))
    counts = narrowing.counts(name)
    choices = [
        Choice(value, str(words), counts.get(value, 0), value in chosen)
        for value, words in _words(name)
        if counts.get(value) or value in chosen
    ]
    return Facet(name, str(declared.label), tuple(choices))


def _vendors(asked: QueryDict, narrowing: Narrowing) -> Facet:
    """There may be thousands: the most frequent, by name."""
    chosen = set(asked.getlist("vendor"))
    listed, unshown = narrowing.vendors(CHOICES_MOST)
    ranked = sorted(listed, key=lambda one: (one[1], one[0]))
    choices = tuple(Choice(slug, name, count, slug in chosen) for slug, name, count in ranked)
    return Facet("vendor", gettext("Vendor"), choices, unshown)


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
    "integrates": gettext_noop("integrates with {}"),
    "without": gettext_noop("no own {}"),
    "works": gettext_noop("works with {}"),
    "tried": gettext_noop("tried on {}"),
    "evidence": gettext_noop("evidence {}"),
    "openstack": gettext_noop("declares {}"),
    "fresh": gettext_noop("evidence within {}"),
    "region": gettext_noop("sold in {}"),
    "level": gettext_noop("measured {}"),
    "hypervisor": gettext_noop("declares {}"),
    "pricing": gettext_noop("pricing: {}"),
    "support": gettext_noop("support: {}"),
}


def _chip_words(facet: Facet, choice: Choice) -> str:
    pattern = _ALONE.get(facet.name)
    if pattern is None:
        return choice.words
    if facet.name == "level" and choice.value == "listed":
        return choice.words.lower()
    plain = facet.name in ("tried", "openstack", "integrates", "level", "region", "hypervisor")
    return gettext(pattern).format(
        choice.words if plain else choice.words[0].lower() + choice.words[1:]
    )


def rescues_of(asked: QueryDict, facets: Iterable[Facet], narrowing: Narrowing) -> list[Rescue]:
    """Which one filter to give up so that something is found, the most fruitful first; empty where
    no single one helps."""
    words = {facet.name: facet.words for facet in facets}
    in_force = [name for name in FACETS if any(asked.getlist(name))]
    found = []
    for name in ["q", *in_force] if asked.get("q", "").strip() else in_force:
        left = _without_facet(asked, name)
        said = gettext("Search text") if name == "q" else words.get(name, name)
        found.append(Rescue(said, left.urlencode(), len(narrowing.shown(but=name))))
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
