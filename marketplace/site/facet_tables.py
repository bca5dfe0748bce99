"""Which products have which value of each facet: sets of products as compressed bitmaps."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from pyroaring import BitMap

from certification.models import Certificate

#: Newest evidence within so many days.
FRESH_DAYS = {"30": 30, "90": 90, "365": 365}
#: Platform asks for all that these targets ask for.
WITHIN_PLATFORM = ("compute", "object")
Table = Mapping[Any, BitMap]
#: A product, its values by facet.
Row = tuple[int, Iterable[tuple[str, object]]]


@dataclass(frozen=True, slots=True)
class Tables:
    """`masks` by facet and value; beside the facets `passed` (capabilities measured), `covered`
    (capabilities certified), `certified_on` (OpenStack releases), `certified_for` (a guideline's
    row and a target), `evidence_day`, and `together`: target and assurance of one certificate.
    `fresh` holds on `day`."""

    everything: BitMap
    masks: Mapping[str, Table]
    day: date

    @staticmethod
    def filling(day: date) -> Filling:
        return Filling(day)

    def of(self, facet: str, value: str) -> BitMap:
        return self.masks.get(facet, {}).get(value) or BitMap()

    def certified_for(self, targets: Iterable[str], assurances: Iterable[str]) -> BitMap:
        """With one certificate that has one of each; nothing means any."""
        wanted, degrees = set(targets), set(assurances)
        return union(
            products
            for (target, assurance), products in self.together.items()
            if (not wanted or target in wanted) and (not degrees or assurance in degrees)
        )

    @property
    def together(self) -> Mapping[tuple[str, str], BitMap]:
        return self.masks.get("together", {})

    @property
    def certified_pairs(self) -> Mapping[tuple[int, str], BitMap]:
        """By a guideline's row and target."""
        return self.masks.get("certified_for", {})

    def with_changed(self, left: BitMap, rows: Iterable[Row], day: date) -> Tables:
        """`left` are the products that are known no more as they were, `rows` as they are now."""
        filling = Filling(day)
        for row in rows:
            filling.add(*row)
        new = filling.filled()
        masks = {
            facet: _merged(self.masks.get(facet, {}), left, new.masks.get(facet, {}))
            for facet in {**self.masks, **new.masks}
        }
        everything = (self.everything - left) | new.everything
        return Tables(everything, masks, self.day).on(day)

    def on(self, day: date) -> Tables:
        """Fresh is what is not older than so many whole days, so that a list does not change from
        one minute to the next."""
        fresh = {}
        for value, days in FRESH_DAYS.items():
            first = day.toordinal() - days
            found = self.masks.get("evidence_day", {}).items()
            fresh[value] = union(mask for at, mask in found if at >= first)
        return replace(self, masks={**self.masks, "fresh": fresh}, day=day)


def union(masks: Iterable[BitMap]) -> BitMap:
    return reduce(or_, masks, BitMap())


def _merged(old: Table, left: BitMap, new: Table) -> Table:
    merged = {
        value: kept
        for value, mask in old.items()
        if (kept := mask - left if mask.intersect(left) else mask)
    }
    for value, mask in new.items():
        merged[value] = merged[value] | mask if value in merged else mask
    return merged


class Filling:
    """Tables in the making: products come in the order of their ids."""

    def __init__(self, day: date) -> None:
        self._day = day
        self._everything = array("I")
        self._found: defaultdict[str, dict[object, array[int]]] = defaultdict(dict)

    def add(self, product: int, values: Iterable[tuple[str, object]]) -> None:
        self._everything.append(product)
        for facet, value in values:
            table = self._found[facet]
            if value not in table:
                table[value] = array("I")
            table[value].append(product)

    def filled(self) -> Tables:
        masks = {
            facet: {value: BitMap(products) for value, products in table.items()}
            for facet, table in self._found.items()
        }
        return Tables(BitMap(self._everything), masks, self._day).on(self._day)


def first_fresh(days: int, now: datetime) -> datetime:
    return datetime(now.year, now.month, now.day, tzinfo=UTC) - timedelta(days=days)


def assurances_from(least: str) -> list[str]:
    """That degree and those above it, in the order of the words."""
    degrees = list(Certificate.Assurance.values)
    return degrees[degrees.index(least) :]
