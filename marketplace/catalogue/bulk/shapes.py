"""The shapes of a bulk import: a row as it stands in the file, as it is listed, and its faults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.text import slugify

from marketplace.catalogue.facts import Facts

#: The columns of a CSV file and the names of a JSON object, and the most characters of each.
COLUMNS = {
    "vendor": 120,
    "vendor_website": 300,
    "product": 120,
    "category": 30,
    "sentence": 200,
    "website": 300,
    "open_source": 5,
    "regions": 100,
    "deployment": 100,
    "version": 40,
    "released_on": 10,
    "openstack_releases": 500,
}
#: Begins the columns of facts: `fact_hypervisors` for `hypervisors`.
FACT = "fact_"


@dataclass(frozen=True, slots=True)
class Fault:
    """`place` is `file:line`, or `file, item 3`; `column` is empty where the row as such is wrong.
    `code` is stable."""

    place: str
    column: str
    code: str
    text: str

    def __str__(self) -> str:
        where = f"{self.place}, {self.column}" if self.column else self.place
        return f"{where}: {self.text} ({self.code})"


@dataclass(frozen=True, slots=True)
class RawRow:
    """Texts as they stand in the file, by column; `facts` by key, as texts of cells or typed."""

    place: str
    cells: Mapping[str, str]
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListedRow:
    """Facts with their types. `product` and `version` are empty where the row names none."""

    place: str
    vendor: str
    vendor_website: str = ""
    product: str = ""
    category: str = ""
    sentence: str = ""
    website: str = ""
    open_source: bool = False
    regions: tuple[str, ...] = ()
    deployment: tuple[str, ...] = ()
    facts: Facts = field(default_factory=dict)
    version: str = ""
    released_on: date | None = None
    openstack_releases: tuple[str, ...] = ()

    @property
    def vendor_slug(self) -> str:
        return slugify(self.vendor)[:60]

    @property
    def product_slug(self) -> str:
        return slugify(self.product)[:60]
