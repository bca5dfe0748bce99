"""What a question leaves of the market, facet by facet, counted without asking the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import Any

from django.http import QueryDict
from pyroaring import BitMap

from marketplace.catalogue.models import Product
from marketplace.site.facet_tables import Tables
from marketplace.site.filters import ProductFilter
from marketplace.site.market import Market, current
from marketplace.site.search.finding import Found, find

#: Each further choice of these narrows; of the others it widens.
NARROWING = frozenset({"integrates", "without", "works"})
#: One certificate must have both.
_TOGETHER = {"target": "assurance", "assurance": "target"}


@dataclass(frozen=True, slots=True)
class Narrowing:
    """`wanted` are the clean choices by facet; `text` is what the text finds, None
    without. `known` is what was worked out already."""

    market: Market
    wanted: Mapping[str, list[str]]
    text: Found | None
    known: dict[str, BitMap] = field(default_factory=dict)

    @classmethod
    def of(cls, asked: QueryDict) -> Narrowing:
        """What is not known among the filters is left out."""
        filters = ProductFilter(asked, Product.objects.none())
        filters.is_valid()
        return cls.by(filters, current())

    @classmethod
    def by(cls, filters: ProductFilter, market: Market) -> Narrowing:
        """`filters` were looked at already."""
        said = filters.form.cleaned_data.get("q", "").strip()
        wanted = {n: _listed(v) for n, v in filters.form.cleaned_data.items() if v}
        return cls(
            market,
            {n: v for n, v in wanted.items() if n not in ("q", "sort")},
            find(said, market) if said else None,
        )

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
        if len(base) == len(self.tables.everything):
            return {value: len(mask) for value, mask in table.items()}
        return {value: mask.intersection_cardinality(base) for value, mask in table.items()}

    def vendors(self, most: int) -> tuple[list[tuple[str, str, int]], int]:
        """Slug, name and number of products: of those that are chosen and those with the most; and
        how many others there are."""
        column = self.market.vendors
        counts = column.counted(self.shown(but="vendor"))
        codes = column.most_frequent(counts, most)
        chosen = set(self.wanted.get("vendor", ()))
        missing = chosen - {column.slugs[code] for code in codes}
        codes += (
            [code for code, slug in enumerate(column.slugs) if slug in missing] if missing else []
        )
        unshown = int((counts > 0).sum()) - sum(counts[code] > 0 for code in codes)
        listed = [(column.slugs[code], column.titles[code], int(counts[code])) for code in codes]
        return listed, int(unshown)

    def _chosen(self, name: str, values: list[str]) -> BitMap:
        if name == "vendor":
            return self.market.vendors.of(values)
        masks = [self.tables.of(name, value) for value in values]
        return reduce(and_ if name in NARROWING else or_, masks)

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


def _listed(value: Any) -> list[str]:
    return list(value) if isinstance(value, (list, tuple)) else [str(value)]
