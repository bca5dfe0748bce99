"""What changed from edition to edition, and since when each field says what it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from marketplace.catalogue.declared import FIELDS, declared_of
from marketplace.catalogue.models import Declared, Product, ProductEdition, User

Status = ProductEdition.Status
#: Of each field that the newest published edition has, the last edition in which it turned: that
#: before it said something else, or nothing. No row where nothing was ever published.
_ORIGINS = """
    WITH kept AS (
        SELECT number, content, published_at, published_by_id,
            lag(number) OVER (ORDER BY number) AS before, max(number) OVER () AS newest
        FROM catalogue_productedition
        WHERE product_id = %s AND published_at IS NOT NULL
    ), said AS (
        SELECT kept.*, key AS field, value FROM kept, jsonb_each(content) WHERE key = ANY(%s)
        UNION ALL
        SELECT kept.*, 'facts.' || key, value FROM kept, jsonb_each(content -> 'facts')
    ), held AS (
        SELECT *, lag(value) OVER by_field AS said_before, lag(number) OVER by_field AS last_said,
            max(number) OVER (PARTITION BY field) AS newest_said
        FROM said WINDOW by_field AS (PARTITION BY field ORDER BY number)
    )
    SELECT DISTINCT ON (field) field, number, published_at, published_by_id FROM held
    WHERE newest_said = newest
      AND (value IS DISTINCT FROM said_before OR last_said IS DISTINCT FROM before)
    ORDER BY field, number DESC
"""


@dataclass(frozen=True, slots=True)
class Change:
    """`field` is one of FIELDS, or `facts.` with the key of a fact. A value is None where there was
    none."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class EditionLine:
    """An edition beside the one before it; the first one changes nothing."""

    edition: ProductEdition
    changes: tuple[Change, ...]

    @property
    def is_standing(self) -> bool:
        return self.edition.status == Status.PUBLISHED

    @property
    def is_draft(self) -> bool:
        return self.edition.status == Status.DRAFT


@dataclass(frozen=True, slots=True)
class Origin:
    """Since which edition a field has its value. `since` is the publication; `by` is None where
    nobody's name is known."""

    number: int
    since: datetime
    by: User | None


def changes_between(before: Declared, after: Declared) -> tuple[Change, ...]:
    """In the order of FIELDS, facts one by one."""
    old, new = _flat(before), _flat(after)
    return tuple(
        Change(field, old.get(field), new.get(field))
        for field in sorted({*old, *new}, key=_place)
        if old.get(field) != new.get(field)
    )


def edition_lines(product: Product, *, skip: int = 0, most: int = 100) -> list[EditionLine]:
    """Newest first, at most `most` after the first `skip`; a draft, if there is one, is held
    against what the public reads."""
    rows = _with_people(product).order_by("-number")
    editions = list(rows[skip : skip + most + 1])
    if skip + len(editions) <= 1:
        editions = _editions(product)[::-1]
    lines = [
        EditionLine(after, changes_between(before.content, after.content))
        for after, before in pairwise(editions)
    ]
    if len(editions) <= most:
        lines += [EditionLine(one, ()) for one in editions[-1:]]
    return lines


def editions_kept(product: Product) -> int:
    return max(product.editions.count(), 1)


def origins_of(product: Product) -> Mapping[str, Origin]:
    """By the name of the field; of facts by `facts.` and the key. The database holds the editions
    against each other, so that none of their texts is read here, however many there are."""
    with connection.cursor() as cursor:
        cursor.execute(_ORIGINS, [product.pk, [name for name in FIELDS if name != "facts"]])
        rows = cursor.fetchall()
    if not rows:
        said = _flat(declared_of(product))
        return {field: Origin(1, product.created_at, None) for field in said}
    people = User.objects.in_bulk({by for *_, by in rows if by is not None})
    return {
        field: Origin(number, since, people.get(by) if by is not None else None)
        for field, number, since, by in rows
    }


def _editions(product: Product) -> list[ProductEdition]:
    """Oldest first. A product that came without an edition says since its listing what it says."""
    found = list(_with_people(product).order_by("number"))
    if found and found[0].published_at is not None:
        return found
    first = ProductEdition(
        product=product,
        number=1,
        status=Status.PUBLISHED,
        content=declared_of(product),
        edited_at=product.created_at,
        published_at=product.created_at,
    )
    return [first, *found]


def _with_people(product: Product) -> QuerySet[ProductEdition]:
    return product.editions.select_related("edited_by", "published_by")


def _place(field: str) -> tuple[int, str]:
    names: tuple[str, ...] = FIELDS
    return names.index(field.partition(".")[0]), field


def _flat(said: Declared) -> dict[str, Any]:
    """A field that an older edition does not know yet is left out."""
    return dict(_fields(said))


def _fields(said: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for field in FIELDS:
        if field == "facts":
            for key, value in sorted(said.get(field, {}).items()):
                yield f"facts.{key}", value
        elif field in said:
            yield field, said[field]
