"""Lists to take away, written as CSV and JSON line by line.

Each row says whether it is simulated, and which list, as filtered, it comes from: a row that was
cut out and passed on still does.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marketplace.catalogue.facts import FACT_KEYS

#: With these a spreadsheet begins a formula (trust.md S22).
_ACTIVE = ("=", "+", "-", "@", "|", "%", "\t", "\r", "\n")
Facts = Mapping[str, str | int | list[str]]
Cell = str | int | bool | list[str] | Facts | None
Row = dict[str, Cell]

#: The column that is an object in JSON. In a CSV file each key has a column of its own, which
#: begins with this: as `manage.py import_catalogue` reads them.
FACTS, FACT = "facts", "fact_"

#: So many lines of a CSV file are sent at once.
LINES = 100
#: What every row ends with.
ORIGIN_COLUMNS = ("simulated", "list")


@dataclass(frozen=True, slots=True)
class Export:
    """`name` is that of the rows: `products`. `address` is the list's own, with its filters as the
    query; `filters` are the same, by name. `host_url` stands before each address in a row."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Row]
    address: str
    filters: Mapping[str, list[str]]
    simulated: bool
    host_url: str = ""

    def complete_rows(self) -> Iterator[Row]:
        """In the order of the columns, addresses absolute, with where the row comes from."""
        origin: Row = {"simulated": self.simulated, "list": self.host_url + self.address}
        for row in self.rows:
            told: Row = {column: row[column] for column in self.columns}
            yield told | {"address": f"{self.host_url}{row['address']}"} | origin


def to_csv(export: Export) -> Iterator[str]:
    """The first line names the columns; lists are joined by spaces, those of facts by `; `; true
    and false are yes and no, nothing is an empty cell."""
    writer = csv.writer(_Passed(), lineterminator="\r\n")
    columns = [name for column in export.columns for name in _spread(column)]
    columns += ORIGIN_COLUMNS
    lines = [str(writer.writerow(columns))]
    for row in export.complete_rows():
        cells = map(_texts(row).get, columns)
        lines.append(str(writer.writerow([neutralised(text) if text else "" for text in cells])))
        if len(lines) == LINES:
            yield "".join(lines)
            lines.clear()
    yield "".join(lines)


def to_json(export: Export) -> Iterator[str]:
    """One object: where the list comes from, and under the rows' name the rows."""
    head = {
        "list": export.host_url + export.address,
        "filters": export.filters,
        "simulated": export.simulated,
    }
    yield json.dumps(head, indent=1)[:-2] + f',\n "{export.name}": ['
    comma = ""
    for row in export.complete_rows():
        yield f"{comma}\n  {json.dumps(row, ensure_ascii=False)}"
        comma = ","
    yield "\n ]\n}\n"


def neutralised(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: a quote stands before it if need be."""
    return f"'{text}" if text.startswith(_ACTIVE) else text


class _Passed:
    """A file for the csv module that gives each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def _spread(column: str) -> Iterable[str]:
    return (f"{FACT}{key}" for key in FACT_KEYS) if column == FACTS else (column,)


def _texts(row: Row) -> dict[str, str]:
    """Of each cell, those of the facts by their own columns."""
    texts: dict[str, str] = {}
    for column, cell in row.items():
        if isinstance(cell, Mapping):
            texts |= {f"{FACT}{key}": _text(value, "; ") for key, value in cell.items()}
        else:
            texts[column] = _text(cell)
    return texts


def _text(cell: str | int | list[str] | None, between: str = " ") -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return between.join(cell) if isinstance(cell, list) else str("" if cell is None else cell)


Writing = Callable[[Export], Iterator[str]]
#: By the ending of the address: how it is written, and its media type.
FORMS: dict[str, tuple[Writing, str]] = {
    "csv": (to_csv, "text/csv; charset=utf-8; header=present"),
    "json": (to_json, "application/json"),
}


def query_of(form_values: Mapping[str, Any]) -> dict[str, list[str]]:
    """The filters in force, by name, each as a list of texts."""
    lists = {n: v if isinstance(v, list) else [v] for n, v in form_values.items() if v}
    return {name: [str(value) for value in values] for name, values in lists.items()}
