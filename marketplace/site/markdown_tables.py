"""Lists as Markdown, to be pasted into a document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from django.conf import settings

from marketplace.site.exports import Row

#: What Markdown or HTML would read as markup (trust.md S20).
_ACTIVE = re.compile(r"([\\`*_{}\[\]<>()#+!|~&:@$-])")


def plain(text: str) -> str:
    """On one line, with nothing in it that a reader of Markdown takes for markup."""
    return _ACTIVE.sub(r"\\\1", " ".join(text.split()))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are Markdown already."""
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)]) + "\n"


def simulated_line() -> str:
    return "**Everything in this file is simulated.**\n\n" if settings.DEMO else ""


def link(words: str, address: str) -> str:
    """Addresses are ours: slugs, numbers and hosts."""
    return f"[{plain(words)}]({address})"


def markdown_table(title: str, rows: Iterable[Row], host_url: str) -> str:
    """Products as their exported rows say them."""
    cells = [
        (
            link(str(row["name"]), f"{host_url}{row['address']}"),
            plain(str(row["vendor_name"])),
            plain(str(row["category"])),
            plain(str(row["standing"]) or "not certified"),
            plain(str(row["target"])),
            str(row["certificate"]),
        )
        for row in rows
    ]
    head = ("Product", "Vendor", "Category", "Standing", "Certified for", "Certificate")
    return f"# {title}\n\n{simulated_line()}{table(head, cells)}"
