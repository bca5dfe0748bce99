"""What a vendor says of its product, field by field, in words for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, gettext_noop

from marketplace.catalogue.declared import FIELDS, declared_of
from marketplace.catalogue.edition_history import Change, Origin, origins_of
from marketplace.catalogue.facts import ASKED, Fact, Kind, facts_asked
from marketplace.catalogue.models import Category, Deployment, Product, Region, User

LABELS = {
    "name": gettext_noop("Name"),
    "category": gettext_noop("Category"),
    "sentence": gettext_noop("In one sentence"),
    "website": gettext_noop("Website"),
    "open_source": gettext_noop("Open source"),
    "regions": gettext_noop("Regions"),
    "deployment": gettext_noop("Where it runs"),
    "story": gettext_noop("Story"),
    "logo": gettext_noop("Logo"),
}
_FACTS: Mapping[str, Fact] = {fact.key: fact for asked in ASKED.values() for fact in asked}
_CHOICES = {
    "category": dict(Category.choices),
    "regions": dict(Region.choices),
    "deployment": dict(Deployment.choices),
}
NOTHING = gettext_noop("nothing")


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """`is_long` for texts that are shown whole in a fold; `is_picture`: the values are digests.
    Of these two kinds what says nothing is empty."""

    label: str
    before: str
    after: str
    is_long: bool
    is_picture: bool


@dataclass(frozen=True, slots=True)
class OriginLine:
    """`by` is the vendor's name in public, the person inside."""

    label: str
    value: str
    since: datetime
    number: int
    by: str


def label_of(field: str, category: str) -> str:
    key = field.removeprefix("facts.")
    if key == field:
        return gettext(LABELS[field])
    fact = _fact(key, category)
    return fact.label if fact else key


def words_of(field: str, value: Any, category: str) -> str:
    """The value of a field as text; what the vocabulary no longer knows as it is stored."""
    if value in (None, "", []):
        return gettext(NOTHING)
    if field == "open_source":
        return gettext("yes") if value else gettext("no")
    if field.startswith("facts."):
        return _fact_words(_fact(field.removeprefix("facts."), category), value)
    choices = _CHOICES.get(field, {})
    entries = value if isinstance(value, list) else [value]
    return ", ".join(str(choices.get(one, one)) for one in entries)


def change_lines(changes: Iterable[Change], category: str) -> list[ChangeLine]:
    return [_change_line(one, category) for one in changes]


def _change_line(one: Change, category: str) -> ChangeLine:
    is_picture, is_long = one.field == "logo", one.field == "story"
    before, after = (
        value or "" if is_picture or is_long else words_of(one.field, value, category)
        for value in (one.before, one.after)
    )
    return ChangeLine(label_of(one.field, category), before, after, is_long, is_picture)


def origin_lines(product: Product, *, inside: bool) -> list[OriginLine]:
    """One for each field that says something, in the order of the fields. A person's name is for
    the vendor and the staff alone."""
    said = declared_of(product)
    flat: dict[str, Any] = {}
    for field in FIELDS:
        if field == "facts":
            flat |= {f"facts.{key}": value for key, value in said["facts"].items()}
        else:
            flat[field] = said[field]
    origins = origins_of(product)
    return [
        _origin_line(product, field, value, origins[field], inside)
        for field, value in flat.items()
        if field in origins and value not in (None, "", [])
    ]


def _origin_line(
    product: Product, field: str, value: Any, origin: Origin, inside: bool
) -> OriginLine:
    category = product.category
    shown = words_of(field, value, category)
    if field == "story":
        shown = gettext("{value:,} characters").format(value=len(value))
    elif field == "logo":
        shown = gettext("a picture")
    return OriginLine(
        label_of(field, category),
        shown,
        origin.since,
        origin.number,
        who_published(product, origin.by, inside=inside),
    )


def who_published(product: Product, by: User | None, *, inside: bool) -> str:
    if product.measured_by_us:
        return gettext("our laboratory")
    if by is None:
        return gettext("an import; no person is on record")
    return str(by) if inside else str(product.vendor)


def _fact(key: str, category: str) -> Fact | None:
    """Categories may ask for the same fact in other words."""
    named = {fact.key: fact for fact in facts_asked(category)}
    return named.get(key) or _FACTS.get(key)


def _fact_words(fact: Fact | None, value: Any) -> str:
    entries = value if isinstance(value, list) else [value]
    choices = fact.choices if fact else {}
    words = ", ".join(str(choices.get(str(one), one)) for one in entries)
    return f"{words} {fact.unit}" if fact and fact.kind is Kind.NUMBER else words
