"""The products that a question leaves, in the order asked for, without sorting them all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import overload

from pyroaring import BitMap

from certification.queries import listed_products
from marketplace.catalogue.models import Product
from marketplace.site.market import Market
from marketplace.site.narrowing import Narrowing

#: Fewer are sorted by their names; of more those are picked out of the names in order.
_SORTED_MOST = 10_000


class Listed(Sequence[Product]):
    """The rows of `listed_products`, read when they are looked at; a paginator can count it."""

    def __init__(self, narrowing: Narrowing, sort: str = "") -> None:
        self._market = narrowing.market
        self._found = narrowing.shown()
        self._parts = _parts(narrowing, self._found, sort or "nearest")

    def __len__(self) -> int:
        return len(self._found)

    @overload
    def __getitem__(self, at: int) -> Product: ...
    @overload
    def __getitem__(self, at: slice) -> list[Product]: ...
    def __getitem__(self, at: int | slice) -> Product | list[Product]:
        if isinstance(at, slice):
            start, stop, _ = at.indices(len(self))
            return self._rows(start, stop)
        return self._rows(at, at + 1)[0]

    def _rows(self, start: int, stop: int) -> list[Product]:
        """What was deleted a moment ago is left out."""
        ids = self.ids(start, stop)
        rows = listed_products().in_bulk(ids)
        return [rows[one] for one in ids if one in rows]

    def ids(self, start: int, stop: int) -> list[int]:
        """Of the products from one place to another."""
        return list(islice(self._ids(start), max(stop - start, 0)))

    def _ids(self, start: int) -> Iterator[int]:
        """From this place on."""
        for order, part in self._parts:
            if start >= len(part):
                start -= len(part)
                continue
            yield from islice(_ordered(self._market, order, part), start, None)
            start = 0


#: An order by name, or with the newest certificate first; and the products in it.
Part = tuple[str, BitMap]


def _parts(narrowing: Narrowing, found: BitMap, sort: str) -> list[Part]:
    certified = narrowing.tables.of("certified", "yes")
    if sort == "name":
        return [("name", found)]
    if sort == "newest":
        return [("newest", found & certified), ("name", found - certified)]
    levels = narrowing.text.levels if narrowing.text and sort == "nearest" else (found,)
    return [
        ("name", part)
        for level in levels
        for part in (level & found & certified, (level & found) - certified)
    ]


def _ordered(market: Market, order: str, part: BitMap) -> Iterator[int]:
    if order == "newest":
        return (one for one in market.newest if one in part)
    if len(part) > _SORTED_MOST:
        return (one for one in market.by_name if one in part)
    return iter(market.in_order(part))
