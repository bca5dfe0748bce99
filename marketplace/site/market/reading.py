"""What the database says of each product, for lists, facets and search."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec

from certification.queries import Measurement, every_measurement
from certification.queries.among import of_products
from certification.queries.measurements import MET
from certification.queries.proofs import (
    Covered,
    Proof,
    covered_by,
    every_proof,
    newest_measurements,
)
from marketplace.catalogue.models import Product
from marketplace.catalogue.queries import declared_releases
from marketplace.site.fact_choices import FACT_COLUMNS, fact_values
from marketplace.site.market.terms import Entry, Written, entries_of
from marketplace.site.measured_choices import CONCERN_GROUPS, WORKS_WITH

#: So many products are read at once.
PORTION = 5_000
#: A facet's name and one of its values.
Value = tuple[str, object]


@dataclass(frozen=True, slots=True)
class Told:
    """One product. `vendor` is slug and name. `row` is what programs get of it, as JSON. `ends` is
    when the first of its certificates in force does, `issued_at` when the last was issued.
    `entries` are what the search finds it by."""

    product_id: int
    name: str
    vendor: tuple[str, str]
    values: tuple[Value, ...]
    row: bytes
    ends: datetime | None
    issued_at: datetime | None
    entries: tuple[Entry, ...]


class Row(msgspec.Struct, frozen=True):
    """One product as programs get it. `certificates_in_force` are their numbers."""

    vendor: str
    vendor_name: str
    product: str
    name: str
    category: str
    sentence: str
    certified: bool
    certificates_in_force: list[str]
    address: str


def decoded(row: bytes) -> Row:
    return msgspec.json.decode(row, type=Row)


@dataclass(slots=True)
class Known:
    """Beside the rows of the products themselves; by product."""

    declared: dict[int, set[str]]
    proofs: dict[int, list[Proof]]
    measured: dict[int, Measurement]
    newest: dict[int, datetime]
    covered: dict[tuple[int, str], Covered]


def told_of(products: Collection[int] | None = None) -> Iterator[Told]:
    """In the order of their ids; all of them, or those that are named and still there. They are
    read in portions, so that a market of any size passes through little memory."""
    if products is not None:
        yield from _portion(sorted(products))
        return
    ids = list(Product.objects.order_by("pk").values_list("pk", flat=True))
    for portion in (ids[at : at + PORTION] for at in range(0, len(ids), PORTION)):
        yield from _portion(range(portion[0], portion[-1] + 1))


def _portion(products: Collection[int]) -> Iterator[Told]:
    known = _known(products)
    rows = Product.objects.filter(of_products("pk", products))
    described = rows.order_by("pk").values_list(
        "pk",
        "slug",
        "name",
        "sentence",
        "category",
        "vendor__slug",
        "vendor__name",
        "open_source",
        "regions",
        "deployment",
        *FACT_COLUMNS,
    )
    for row in described:
        yield _told(row, known)


def _known(products: Collection[int]) -> Known:
    proofs: defaultdict[int, list[Proof]] = defaultdict(list)
    for one in every_proof(products):
        proofs[one.product_id].append(one)
    in_force = {
        (p.guideline_id, p.target) for found in proofs.values() for p in found if p.in_force
    }
    return Known(
        declared=declared_releases(Product.objects.filter(of_products("pk", products))),
        proofs=proofs,
        measured={one.product_id: one for one in every_measurement(products)},
        newest=newest_measurements(products),
        covered=covered_by(in_force),
    )


def _told(row: tuple[Any, ...], known: Known) -> Told:
    product, slug, name, sentence, category, by, vendor, is_open, regions, deployment, *said = row
    proofs = known.proofs.get(product, [])
    standing = [one for one in proofs if one.in_force]
    measured = known.measured.get(product)
    values: list[Value] = [
        ("category", category),
        ("open_source", "yes" if is_open else "no"),
        ("certified", "yes" if standing else "no"),
        *(("region", one) for one in regions),
        *(("deployment", one) for one in deployment),
        *fact_values(said),
        *(("openstack", one) for one in known.declared.get(product, ())),
        *_evidence_day(known.newest.get(product), standing),
        *_certified(standing, known.covered),
    ]
    if measured is not None:
        values += _measured(measured)
    return Told(
        product_id=product,
        name=name,
        vendor=(by, vendor),
        values=tuple(dict.fromkeys(values)),
        row=msgspec.json.encode(
            Row(
                vendor=by,
                vendor_name=vendor,
                product=slug,
                name=name,
                category=category,
                sentence=sentence,
                certified=bool(standing),
                certificates_in_force=sorted(one.number for one in standing),
                address=f"/products/{by}/{slug}/",
            )
        ),
        ends=min((one.valid_until for one in standing), default=None),
        issued_at=max((one.issued_at for one in standing), default=None),
        entries=tuple(entries_of(Written(name, vendor, category, sentence), proofs, measured)),
    )


def _evidence_day(newest: datetime | None, proofs: Iterable[Proof]) -> Iterator[Value]:
    """The day of the newest evidence, in UTC, as its number."""
    dates = [one.evidence_at for one in proofs] + ([newest] if newest else [])
    if dates:
        yield "evidence_day", max(dates).astimezone(UTC).toordinal()


def _certified(proofs: Iterable[Proof], covered: dict[tuple[int, str], Covered]) -> Iterator[Value]:
    for one in proofs:
        yield "together", (one.target, one.assurance)
        yield "certified_on", one.openstack_release
        pair = (one.guideline_id, one.target)
        yield "certified_for", pair
        if pair in covered:
            yield from (("covered", capability) for capability in covered[pair].capabilities)


def _measured(one: Measurement) -> list[Value]:
    return [
        ("level", one.level),
        ("evidence", one.evidence),
        *(("integrates", service) for service in one.services),
        *(("tried", release) for release in one.tried),
        *(("passed", capability) for capability in one.passed),
        *(("works", value) for value, (_, proof) in WORKS_WITH.items() if proof in one.passed),
        *(("without", value) for value in _without(tuple(sorted(one.concerns.items())))),
    ]


@lru_cache(maxsize=4096)
def _without(concerns: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Many products answer alike."""
    one = Measurement(0, "", "", (), (), (), dict(concerns))
    groups = [value for value, group in CONCERN_GROUPS.items() if one.is_without_own(group)]
    return (*(concern for concern, mode in concerns if mode in MET), *groups)
