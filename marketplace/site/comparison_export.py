"""A comparison to take away: a row for each line as shown, a column for each product."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.conf import settings

from marketplace.site.comparison import Comparison
from marketplace.site.comparison_lines import Cell
from marketplace.site.exports import Export, Row

_CLAIMED = "claimed, not measured"


def comparison_export(
    comparison: Comparison, *, page: str, filters: dict[str, list[str]], host_url: str
) -> Export:
    """`page` is the path of the comparison with its query. Products are named as in it, by
    `vendor/product`."""
    names = [one.address for one in comparison.products]
    return Export(
        name="lines",
        columns=("section", "line", "explained", "differs", *names),
        rows=_rows(comparison, names, page),
        address=page,
        filters=filters,
        simulated=settings.DEMO,
        host_url=host_url,
    )


def _rows(comparison: Comparison, names: Sequence[str], page: str) -> Iterator[Row]:
    for section in comparison.sections:
        for one in section.lines:
            said = zip(names, map(_said, one.cells), strict=True)
            yield {
                "section": section.title,
                "line": one.title,
                "explained": one.small,
                "differs": one.differs,
                "address": page,
                **dict(said),
            }


def _said(cell: Cell) -> str:
    """A claim says that it is one, whatever the column it is copied from."""
    is_marked = not cell.is_claim or cell.status is not None
    return cell.said if is_marked else f"{cell.said} ({_CLAIMED})"
