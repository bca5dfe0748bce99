"""One row of a bulk import: a vendor, with a product or none, with a release of it or none."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.text import slugify

from marketplace.catalogue.bulk.shapes import COLUMNS, FACT, Fault, ListedRow, RawRow
from marketplace.catalogue.facts import (
    FACT_KEYS,
    Facts,
    facts_asked,
    read_each_fact,
    split_texts,
)
from marketplace.catalogue.models import Category, Deployment, Region
from marketplace.catalogue.openstack import find_release

_KNOWN = {*COLUMNS, *(f"{FACT}{key}" for key in FACT_KEYS)}
_NEED_PRODUCT = (
    *("category", "sentence", "website", "open_source", "regions", "deployment", "version"),
)
_NEED_VERSION = ("released_on", "openstack_releases")
_TRUE, _FALSE = ("yes", "true", "1"), ("no", "false", "0", "")
_ADDRESS = re.compile(r"https?://[^\s/]+\.[^\s/]+(/\S*)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(slots=True)
class _Reading:
    """The faults of one row, collected: who mends a row wants them all at once."""

    row: RawRow
    cells: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, column: str, code: str, text: str) -> None:
        self.faults.append(Fault(self.row.place, column, code, text))


def read_row(row: RawRow) -> tuple[ListedRow | None, list[Fault]]:
    """The row, or what is wrong with it."""
    reading = _Reading(row)
    reading.cells = {name: " ".join(row.cells.get(name, "").split()) for name in COLUMNS}
    _check_texts(reading)
    _check_names(reading)
    _check_dependence(reading)
    cells = reading.cells
    released_on, releases = _day(reading), _releases(reading)
    open_source, facts = _truth(reading), _facts(reading)
    regions = _chosen(reading, "regions", "region", Region.values)
    deployment = _chosen(reading, "deployment", "deployment", Deployment.values)
    if reading.faults:
        return None, reading.faults
    listed = ListedRow(
        place=row.place,
        vendor=cells["vendor"],
        vendor_website=cells["vendor_website"],
        product=cells["product"],
        category=cells["category"],
        sentence=cells["sentence"],
        website=cells["website"],
        open_source=open_source,
        regions=regions,
        deployment=deployment,
        facts=facts,
        version=cells["version"],
        released_on=released_on,
        openstack_releases=releases,
    )
    return listed, []


def _check_texts(reading: _Reading) -> None:
    given = {*reading.row.cells, *(f"{FACT}{key}" for key in reading.row.facts)}
    for name in sorted(given - _KNOWN):
        columns = f"{', '.join(COLUMNS)}, and {FACT} with the key of a fact"
        reading.fault(name, "column-unknown", f"No such column. There are: {columns}.")
    for name, most in COLUMNS.items():
        if len(reading.cells[name]) > most:
            reading.fault(name, "too-long", f"Longer than {most} characters. Shorten it.")
        if _CONTROL.search(reading.cells[name]):
            reading.fault(name, "control-character", "Take the control character out.")
    for name in ("vendor_website", "website"):
        if reading.cells[name] and not _ADDRESS.fullmatch(reading.cells[name]):
            reading.fault(name, "website", "Give an address that begins with https://.")


def _check_names(reading: _Reading) -> None:
    cells = reading.cells
    if not slugify(cells["vendor"]):
        reading.fault("vendor", "vendor-missing", "Name the vendor, with a letter or a digit.")
    if not cells["product"]:
        return
    if not slugify(cells["product"]):
        reading.fault("product", "product-name", "Name the product with a letter or a digit.")
    if cells["category"] not in Category.values:
        known = ", ".join(Category.values)
        reading.fault("category", "category", f"Choose one of {known}.")
    if not cells["sentence"]:
        reading.fault("sentence", "sentence", "Say in 1 to 200 characters what the product does.")


def _check_dependence(reading: _Reading) -> None:
    for needed, names in (("product", _NEED_PRODUCT), ("version", _NEED_VERSION)):
        given = [name for name in names if reading.cells[name]]
        if needed == "product":
            given += [f"{FACT}{key}" for key in _given_facts(reading)]
        if given and not reading.cells[needed]:
            reading.fault(needed, f"{needed}-missing", f"Needed, because {given[0]} is given.")


def _day(reading: _Reading) -> date | None:
    text = reading.cells["released_on"]
    if not text:
        return None
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    reading.fault("released_on", "day", "Give the day as 2026-11-21.")
    return None


def _releases(reading: _Reading) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(reading.cells["openstack_releases"].lower().split()))
    unknown = [name for name in names if find_release(name) is None]
    if unknown:
        text = f"No OpenStack release is called {unknown[0][:40]}. Give names such as gazpacho."
        reading.fault("openstack_releases", "openstack-release", text)
    return names


def _chosen(reading: _Reading, column: str, code: str, listed: list[str]) -> tuple[str, ...]:
    """Codes with spaces between, in the order of their list."""
    names = set(reading.cells[column].lower().split())
    if not names <= set(listed):
        reading.fault(column, code, f"Choose among {', '.join(listed)}.")
    return tuple(name for name in listed if name in names)


def _given_facts(reading: _Reading) -> dict[str, Any]:
    return {
        key: value
        for key, value in reading.row.facts.items()
        if key in FACT_KEYS and not (isinstance(value, str) and not value.strip())
    }


def _facts(reading: _Reading) -> Facts:
    """Entries of a list may be one text, with `;` between them."""
    category, given = reading.cells["category"], _given_facts(reading)
    if category not in Category.values:
        return {}
    asked = {fact.key: fact for fact in facts_asked(category)}
    texts = {key for key, value in given.items() if isinstance(value, str) and key in asked}
    facts, faults = read_each_fact(
        category, given | {key: split_texts(asked[key], given[key]) for key in texts}
    )
    for refused in faults:
        reading.fault(f"{FACT}{refused.key}", refused.code, str(refused))
    return facts


def _truth(reading: _Reading) -> bool:
    text = reading.cells["open_source"].lower()
    if text not in (*_TRUE, *_FALSE):
        reading.fault("open_source", "yes-or-no", "Say yes or no.")
    return text in _TRUE
