"""What a vendor says of a product beyond what was tested, put for a buyer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from marketplace.catalogue.facts import Fact, Kind, facts_asked
from marketplace.catalogue.models import Category, Deployment, Product, Region
from marketplace.catalogue.openstack import ReleaseStatus, find_release, status_on

#: Longer lists are folded.
SHOWN_MOST = 12
#: The groups and their keys; what stands in neither comes first, under `What it is`.
_WHERE = (
    *("regions", "deployment", "data_centre_countries", "data_centres", "availability_zones"),
    *("places", "countries_served", "engagements", "languages", "support_languages"),
)
_BUYING = (
    *("pricing", "price_list", "dates", "references", "support_channels", "support_hours"),
    *("licence", "source", "documentation"),
)
_TITLES = {
    Category.DRIVER: gettext_noop("The driver"),
    Category.TRAINING: gettext_noop("The course"),
    Category.CONSULTING: gettext_noop("The work"),
}
_NOT_CERTIFIABLE = {
    Category.DRIVER: gettext_noop(
        "A driver cannot be certified here. Look at its CI results, and ask on "
        "which clouds it runs today."
    ),
    Category.TRAINING: gettext_noop(
        "A course cannot be certified here. Ask for its outline, and who teaches."
    ),
    Category.CONSULTING: gettext_noop(
        "Advice cannot be certified here. Ask to speak to somebody whom they advised."
    ),
}
_SINGULAR = {
    "days": "day",
    "people": "person",
    "servers": "server",
    "years": "year",
    "zones": "zone",
}
_PAST = (ReleaseStatus.UNMAINTAINED, ReleaseStatus.END_OF_LIFE)


@dataclass(frozen=True, slots=True)
class Word:
    """`note` follows it in grey."""

    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class SaidFact:
    """`address` where the word is a link."""

    label: str
    words: tuple[Word, ...]
    address: str = ""

    @property
    def folds(self) -> bool:
        return len(self.words) > SHOWN_MOST


@dataclass(frozen=True, slots=True)
class FactGroup:
    title: str
    facts: tuple[SaidFact, ...]


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """`known` says how each fact is known. `not_said` are labels. `remark` is there for what cannot
    be certified; `historical`: no OpenStack release that the driver is in is maintained."""

    title: str
    known: str
    remark: str
    groups: tuple[FactGroup, ...]
    not_said: tuple[str, ...]
    historical: bool


def product_facts(product: Product, *, today: date | None = None) -> ProductFacts:
    """Of what is stored, what the vocabulary knows; an unknown code is shown as it is."""
    day = today or timezone.now().date()
    category, asked = Category(product.category), facts_asked(product.category)
    found = {fact.key: _said(fact, product.facts.get(fact.key), day) for fact in asked}
    said = {key: fact for key, fact in (_places(product) | found).items() if fact is not None}
    own = [key for key in said if key not in _WHERE and key not in _BUYING]
    titles: dict[str, Iterable[str]] = {
        gettext("What it is"): own,
        gettext("Where, and in which language"): _WHERE,
        gettext("Buying and help"): _BUYING,
    }
    groups = (
        FactGroup(title, tuple(said[key] for key in keys if key in said))
        for title, keys in titles.items()
    )
    by_us = gettext("taken from what its makers publish")
    return ProductFacts(
        title=gettext(_TITLES.get(category, "Declared")),
        known=by_us if product.measured_by_us else gettext("declared by the vendor"),
        remark=gettext(_NOT_CERTIFIABLE.get(category, "")),
        groups=tuple(group for group in groups if group.facts),
        not_said=tuple(fact.label for fact in asked if fact.key not in said),
        historical=_has_ended(product.facts.get("in_releases"), day),
    )


def _places(product: Product) -> dict[str, SaidFact | None]:
    regions = tuple(Word(str(one.label)) for one in Region if one in product.regions)
    ways = tuple(Word(str(one.label)) for one in Deployment if one in product.deployment)
    return {
        "regions": SaidFact(gettext("Regions"), regions) if regions else None,
        "deployment": SaidFact(gettext("Runs"), ways) if ways else None,
    }


def _said(fact: Fact, value: object, day: date) -> SaidFact | None:
    words = tuple(_words(fact, value, day))
    if not words:
        return None
    is_link = fact.kind is Kind.ADDRESS and str(value).startswith(("https://", "http://"))
    return SaidFact(fact.label, words, str(value) if is_link else "")


def _words(fact: Fact, value: object, day: date) -> Iterator[Word]:
    if isinstance(value, int):
        yield Word(f"{value:,} {_SINGULAR[fact.unit] if value == 1 else fact.unit}".strip())
        return
    entries = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    for entry in map(str, entries):
        text = fact.choices.get(entry, entry)
        if fact.kind is Kind.ADDRESS:
            text = entry.partition("://")[2].rstrip("/")
        yield Word(text, _ended(entry, day) if fact.key == "in_releases" else "")


def _ended(name: str, day: date) -> str:
    """Where an OpenStack release is no longer maintained: what it is instead."""
    release = find_release(name)
    status = status_on(release, day) if release else ReleaseStatus.END_OF_LIFE
    return status.value if status in _PAST else ""


def _has_ended(releases: object, day: date) -> bool:
    names = releases if isinstance(releases, list) else []
    return bool(names) and all(_ended(str(name), day) for name in names)
