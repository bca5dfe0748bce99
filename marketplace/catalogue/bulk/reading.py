"""Files to rows: CSV with a first line of column names, JSON with a list of objects, DriverLog."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from marketplace.catalogue.bulk.shapes import COLUMNS, FACT, Fault, RawRow
from marketplace.catalogue.openstack import find_release

MOST_BYTES = 64 * 1024 * 1024
_HISTORICAL = "Historical (DriverLog, 2018): "


class FileUnreadable(ValueError):
    """`fault` says where and why; nothing of the file can be used."""

    def __init__(self, place: str, code: str, text: str, column: str = "") -> None:
        self.fault = Fault(place, column, code, text)
        super().__init__(str(self.fault))


Reader = Callable[[str, bytes], Iterator[RawRow]]


def read_csv(name: str, raw: bytes) -> Iterator[RawRow]:
    """Places are `name:line`, the line on which the row ends. Columns of facts are called
    `fact_` and their key. Raises FileUnreadable."""
    lines = csv.reader(io.StringIO(_text(name, raw), newline=""), strict=True)
    try:
        header = [column.strip() for column in next(lines, [])]
        if "vendor" not in header:
            raise FileUnreadable(
                f"{name}:1", "header", f"The first line names the columns: {', '.join(COLUMNS)}."
            )
        if len(set(header)) < len(header):
            raise FileUnreadable(f"{name}:1", "header", "Two columns have the same name.")
        for cells in lines:
            place = f"{name}:{lines.line_num}"
            if len(cells) > len(header):
                raise FileUnreadable(
                    place, "cells", f"{len(cells)} cells for {len(header)} columns. Quote commas."
                )
            if any(cell.strip() for cell in cells):
                yield _csv_row(place, dict(zip(header, cells, strict=False)))
    except csv.Error as error:
        raise FileUnreadable(f"{name}:{lines.line_num}", "csv", f"No CSV: {error}.") from None


def _csv_row(place: str, found: dict[str, str]) -> RawRow:
    facts = {name: found.pop(name) for name in list(found) if name.startswith(FACT)}
    return RawRow(place, found, {name.removeprefix(FACT): text for name, text in facts.items()})


def read_json(name: str, raw: bytes) -> Iterator[RawRow]:
    """A list of objects with the columns' names; where several codes stand, a list of texts may,
    `open_source` may be true or false, and `facts` is an object by key. Places are `name, item n`,
    from 1. Raises FileUnreadable."""
    for number, item in enumerate(_list(name, _json(name, raw)), start=1):
        place = f"{name}, item {number}"
        if not isinstance(item, dict):
            raise FileUnreadable(place, "json-item", "Each item of the list is an object.")
        facts = item.pop("facts", None) or {}
        if not isinstance(facts, dict):
            raise FileUnreadable(place, "json-value", "Give an object, by key.", "facts")
        yield RawRow(place, {column: _cell(place, column, item[column]) for column in item}, facts)


def read_driverlog(name: str, raw: bytes) -> Iterator[RawRow]:
    """The list of drivers that the DriverLog project kept until 2018. A driver came with OpenStack
    itself, so its releases are named after OpenStack's. Raises FileUnreadable."""
    document = _json(name, raw)
    if not isinstance(document, dict):
        raise FileUnreadable(name, "driverlog", "DriverLog's file holds one object.")
    projects = {one["id"]: one["name"] for one in _objects(name, document, "projects")}
    drivers = _objects(name, document, "drivers")
    names = Counter((_known(one, "vendor"), _known(one, "name")) for one in drivers)
    for number, driver in enumerate(drivers, start=1):
        project = projects.get(_known(driver, "project_id"), _known(driver, "project_id"))
        cells = _driver_cells(driver, project)
        if names[_known(driver, "vendor"), _known(driver, "name")] > 1:
            cells["product"] = f"{cells['product']}, {project.partition(' ')[0]}"
        place = f"{name}, driver {number}"
        releases = [one for one in driver.get("releases") or [] if find_release(str(one).lower())]
        facts = _driver_facts(driver, releases)
        if not releases:
            yield RawRow(place, cells, facts)
        for release in releases:
            own = {"version": release, "openstack_releases": release}
            yield RawRow(place, cells | own, facts)


def _driver_cells(driver: dict[str, Any], project: str) -> dict[str, str]:
    """The words are the vendor's; that they are old comes first, so that cutting leaves it."""
    words = " ".join(_known(driver, "description").split()) or f"Driver for {project}."
    wiki = _known(driver, "wiki")
    return {
        "vendor": _known(driver, "vendor"),
        "product": _known(driver, "name"),
        "category": "driver",
        "sentence": _shortened(_HISTORICAL + words, COLUMNS["sentence"]),
        # One of them is a bare `https://`.
        "website": wiki if "." in wiki and len(wiki) <= COLUMNS["website"] else "",
    }


def _driver_facts(driver: dict[str, Any], releases: list[Any]) -> dict[str, Any]:
    """A repository of its own means that it did not live in the project's. Whether its CI still
    reports, the list of 2018 cannot say. Its patterns are left alone."""
    ci = driver.get("ci")
    account = _known(ci, "id") if isinstance(ci, dict) else ""
    return {
        "projects": [_known(driver, "project_id").rpartition("/")[2]],
        "in_releases": [str(one).lower() for one in releases],
        "home": "out-of-tree" if _known(driver, "repo") else "",
        "ci_accounts": [account] if account else [],
    }


def _shortened(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 2].rpartition(" ")[0] + " …"


def _known(thing: dict[str, Any], name: str) -> str:
    return str(thing.get(name) or "").strip()


def _objects(name: str, document: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = document.get(key)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise FileUnreadable(name, "driverlog", "A list of objects is missing.", key)
    if key == "projects" and not all({"id", "name"} <= one.keys() for one in found):
        raise FileUnreadable(name, "driverlog", "A project has no id or name.", key)
    return found


def _text(name: str, raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise FileUnreadable(f"{name}:{line}", "encoding", "Save the file as UTF-8.") from None


def _json(name: str, raw: bytes) -> Any:
    try:
        return json.loads(_text(name, raw))
    except json.JSONDecodeError as error:
        raise FileUnreadable(f"{name}:{error.lineno}", "json", f"No JSON: {error.msg}.") from None
    except RecursionError:
        raise FileUnreadable(name, "json", "Nested too deeply.") from None
    except ValueError:
        raise FileUnreadable(name, "json", "A number has thousands of digits.") from None


def _list(name: str, document: Any) -> list[Any]:
    found = document.get("products") if isinstance(document, dict) else document
    if not isinstance(found, list):
        raise FileUnreadable(name, "json", "A list of objects, or an object with `products`.")
    return found


def _cell(place: str, column: str, value: Any) -> str:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return " ".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or isinstance(value, str):
        return value or ""
    raise FileUnreadable(place, "json-value", "A text, true or false, or a list of texts.", column)


READERS: dict[str, Reader] = {"csv": read_csv, "json": read_json, "driverlog": read_driverlog}
