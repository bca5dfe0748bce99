"""The vendor of each product in one array: thousands of vendors are counted at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

_ROOM = 1_024


@dataclass(frozen=True)
class Column:
    """`codes` by product, 0 for none; `slugs` and `titles` by code. `order` is the place of a
    code's title in the alphabet."""

    codes: NDArray[np.uint32]
    slugs: tuple[str, ...]
    titles: tuple[str, ...]
    order: NDArray[np.int64]

    @classmethod
    def made_of(cls, rows: Collection[tuple[int, str, str]]) -> Column:
        """`rows` are product, slug and title."""
        empty = cls(np.zeros(0, np.uint32), ("",), ("",), np.zeros(1, np.int64))
        return empty.with_changed((), rows)

    def with_changed(self, left: Iterable[int], rows: Collection[tuple[int, str, str]]) -> Column:
        """`left` have no vendor any more, unless a row says so."""
        titles = dict(zip(self.slugs, self.titles, strict=True))
        new = {slug: title for _, slug, title in rows if titles.get(slug) != title}
        titles |= new
        codes = self._with_room(max((product for product, _, _ in rows), default=0))
        number = {slug: at for at, slug in enumerate(titles)}
        for product in left:
            if product < len(codes):
                codes[product] = 0
        for product, slug, _ in rows:
            codes[product] = number[slug]
        order = _order(tuple(titles.values())) if new else self.order
        return Column(codes, tuple(titles), tuple(titles.values()), order)

    def counted(self, products: BitMap) -> NDArray[np.int64]:
        """Number of these products, by code."""
        at = np.frombuffer(products.to_array(), dtype=np.uint32) if products else _NONE
        counts = np.bincount(self.codes[at], minlength=len(self.slugs))
        counts[0] = 0
        return counts

    def of(self, slugs: Collection[str]) -> BitMap:
        """The products of these vendors."""
        is_wanted = np.zeros(len(self.slugs), bool)
        is_wanted[[self.numbers[slug] for slug in slugs]] = True
        return BitMap(np.flatnonzero(is_wanted[self.codes]).astype(np.uint32))

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The code of each slug, without that of none."""
        return {slug: code for code, slug in enumerate(self.slugs) if slug}

    @cached_property
    def all_counted(self) -> NDArray[np.int64]:
        counts = np.bincount(self.codes, minlength=len(self.slugs))
        counts[0] = 0
        return counts

    def most_frequent(self, counts: NDArray[np.int64], most: int) -> list[int]:
        """Codes with a count: the largest first, of the same size in the alphabet's order."""
        there = np.flatnonzero(counts)
        key = self.order[there] - counts[there] * len(self.slugs)
        if len(there) > most:
            chosen = np.argpartition(key, most)[:most]
            there, key = there[chosen], key[chosen]
        return [int(code) for code in there[np.argsort(key)]]

    def _with_room(self, product: int) -> NDArray[np.uint32]:
        if product < len(self.codes):
            return self.codes.copy()
        codes = np.zeros(product + _ROOM, np.uint32)
        codes[: len(self.codes)] = self.codes
        return codes


_NONE = np.zeros(0, np.uint32)


def _order(titles: tuple[str, ...]) -> NDArray[np.int64]:
    order = np.empty(len(titles), np.int64)
    order[sorted(range(len(titles)), key=lambda code: titles[code])] = np.arange(len(titles))
    return order
