"""Tables as CSV files that a spreadsheet opens without running anything in them."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO

#: With what a spreadsheet begins a formula, or what lets one slip through (trust.md S22).
_DANGEROUS = ("=", "+", "-", "@", "|", "%", "\t", "\r", "\n")


def csv_text(rows: Iterable[Iterable[str | int]]) -> str:
    """RFC 4180, lines ended by CR LF; texts that could be formulas begin with an apostrophe."""
    written = StringIO()
    writer = csv.writer(written)
    for row in rows:
        writer.writerow([_neutral(cell) if isinstance(cell, str) else cell for cell in row])
    return written.getvalue()


def _neutral(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_DANGEROUS) else cell
