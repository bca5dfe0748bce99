"""What a question leaves of the market, facet by facet, counted without asking the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.http import QueryDict

from marketplace.catalogue.models import Product
from marketplace.site.facet_tables import Tables, tables
from marketplace.site.filters import ProductFilter

#: Each further choice of these narrows; of the others it widens.
NARROWING = frozenset({"integrates", "without", "works"})
#: One certificate must have both.
_TOGETHER = {"target": "assurance", "assurance": "target"}


@dataclass(frozen=True, slots=True)
class Narrowing:
    """`wanted` are the clean choices by facet; `text` masks what the text finds, None without."""

    tables: Tables
    wanted: Mapping[str, list[str]]
    text: int | None

    @classmethod
    def of(cls, asked: QueryDict) -> Narrowing:
        found = ProductFilter(asked, Product.objects.none())
        found.is_valid()
        current = tables.get()
        text = found.found_by_text
        wanted = {n: _listed(v) for n, v in found.form.cleaned_data.items() if v}
        masked = None if text is None else current.mask_of(text.products)
        return cls(current, {n: v for n, v in wanted.items() if n not in ("q", "sort")}, masked)

    def shown(self, but: str = "") -> int:
        """Mask of what stands under all facets, or under all but one (`q` is the text)."""
        mask = self.tables.everything
        if self.text is not None and but != "q":
            mask &= self.text
        for name, values in self.wanted.items():
            if name != but and name not in _TOGETHER:
                mask &= self._chosen(name, values)
        both = {n: self.wanted.get(n, []) for n in _TOGETHER if n != but}
        if any(both.values()):
            mask &= self.tables.certified_for(both.get("target", ()), both.get("assurance", ()))
        return mask

    def counts(self, name: str) -> dict[str, int]:
        """Number of products by choice of one facet."""
        base = self.shown() if name in NARROWING else self.shown(but=name)
        return {v: (mask & base).bit_count() for v, mask in self._table(name).items()}

    def _chosen(self, name: str, values: list[str]) -> int:
        masks = [self.tables.of(name, value) for value in values]
        return reduce(and_ if name in NARROWING else or_, masks)

    def _table(self, name: str) -> Mapping[str, int]:
        if name not in _TOGETHER:
            return self.tables.masks.get(name, {})
        other = self.wanted.get(_TOGETHER[name], [])
        found: dict[str, int] = {}
        for target, assurance in self.tables.together:
            value, with_it = (target, assurance) if name == "target" else (assurance, target)
            if not other or with_it in other:
                found[value] = found.get(value, 0) | self.tables.together[target, assurance]
        return found


def _listed(value: Any) -> list[str]:
    return list(value) if isinstance(value, (list, tuple)) else [str(value)]
