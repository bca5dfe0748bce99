"""What a question leaves of the market, facet by facet, counted without asking the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_

from django.http import QueryDict
from pyroaring import BitMap

from marketplace.site.asked import question_of
from marketplace.site.facet_tables import Tables
from marketplace.site.market import Market, current
from marketplace.site.search.finding import Found, find

#: Each further choice of these narrows; of the others it widens.
NARROWING = frozenset({"integrates", "without", "works"})
#: One certificate must have both.
_TOGETHER = {"target": "assurance", "assurance": "target"}


@dataclass(frozen=True, slots=True)
class Narrowing:
    """`wanted` are the clean choices by facet; `text` is what the text finds, None
    without. `faulty` names the filters that were left out. `known` and `chosen` are what was worked
    out already: what stands without a facet, and what a facet's choices leave."""

    market: Market
    wanted: Mapping[str, list[str]]
    text: Found | None
    faulty: frozenset[str] = frozenset()
    known: dict[str, BitMap] = field(default_factory=dict)
    chosen: dict[str, BitMap] = field(default_factory=dict)

    @classmethod
    def of(cls, asked: QueryDict, market: Market | None = None) -> Narrowing:
        """What is not known among the filters is left out. The market is the current one."""
        market = market or current()
        question = question_of(asked, market)
        text = find(question.text, market) if question.text else None
        return cls(market, question.wanted, text, question.faulty)

    @property
    def tables(self) -> Tables:
        return self.market.tables

    def shown(self, but: str = "") -> BitMap:
        """What stands under all facets, or under all but one (`q` is the text)."""
        if but not in self.wanted and not (but == "q" and self.text):
            but = ""
        if but not in self.known:
            self.known[but] = self._shown(but)
        return self.known[but]

    def _shown(self, but: str) -> BitMap:
        found = self.tables.everything
        if self.text is not None and but != "q":
            found = found & self.text.products
        for name, values in self.wanted.items():
            if name != but and name not in _TOGETHER:
                found = found & self._chosen(name, values)
        both = {n: self.wanted.get(n, []) for n in _TOGETHER if n != but}
        if any(both.values()):
            found = found & self.tables.certified_for(
                both.get("target", ()), both.get("assurance", ())
            )
        return found

    def counts(self, name: str) -> dict[str, int]:
        """Number of products by choice of one facet."""
        base = self.shown() if name in NARROWING else self.shown(but=name)
        table = self._table(name)
        if base is self.tables.everything:
            return self.market.counts(name, table)
        return {value: mask.intersection_cardinality(base) for value, mask in table.items()}

    def vendors(self, most: int) -> tuple[list[tuple[str, str, int]], int]:
        """Slug, name and number of products: of those that are chosen and those with the most; and
        how many others there are."""
        column = self.market.vendors
        base = self.shown(but="vendor")
        counts = column.all_counted if base is self.tables.everything else column.counted(base)
        codes = column.most_frequent(counts, most)
        chosen = set(self.wanted.get("vendor", ()))
        missing = chosen - {column.slugs[code] for code in codes}
        codes += sorted(column.numbers[slug] for slug in missing)
        unshown = int((counts > 0).sum()) - sum(counts[code] > 0 for code in codes)
        listed = [(column.slugs[code], column.titles[code], int(counts[code])) for code in codes]
        return listed, int(unshown)

    def _chosen(self, name: str, values: list[str]) -> BitMap:
        if name not in self.chosen:
            masks = [self.tables.of(name, value) for value in values]
            self.chosen[name] = (
                self.market.vendors.of(values)
                if name == "vendor"
                else reduce(and_ if name in NARROWING else or_, masks)
            )
        return self.chosen[name]

    def _table(self, name: str) -> Mapping[str, BitMap]:
        if name not in _TOGETHER:
            return self.tables.masks.get(name, {})
        other = self.wanted.get(_TOGETHER[name], [])
        found: dict[str, BitMap] = {}
        for target, assurance in self.tables.together:
            value, with_it = (target, assurance) if name == "target" else (assurance, target)
            if not other or with_it in other:
                products = self.tables.together[target, assurance]
                found[value] = found[value] | products if value in found else products
        return found
