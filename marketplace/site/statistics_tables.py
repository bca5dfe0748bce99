"""A table of the statistics: its numbers, the bars that draw them, and its cells as a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from marketplace.site.engraving import number


@dataclass(frozen=True, slots=True)
class Heading:
    """`subject` heads the rows, `counted` the numbers where each row has one."""

    name: str
    title: str
    subject: str
    sentence: str = ""
    counted: str = gettext_noop("Products")


@dataclass(frozen=True, slots=True)
class Segment:
    """`left` and `width` in per cent of the bar; `fill` names a class of the style sheet."""

    left: str
    width: str
    fill: str


@dataclass(frozen=True, slots=True)
class Row:
    """`counts` belong to the table's columns; `segments` draw them."""

    title: str
    counts: tuple[int, ...]
    segments: tuple[Segment, ...]

    @property
    def cells(self) -> list[str | int]:
        return [self.title, *self.counts]


@dataclass(frozen=True, slots=True)
class Table:
    """`name` is its address. `columns` head the counts, `fills` colour them."""

    name: str
    title: str
    subject: str
    sentence: str
    columns: tuple[str, ...]
    fills: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def lines(self) -> list[tuple[Row, list[tuple[int, str]]]]:
        """Each row, with its counts beside their columns."""
        return [(row, list(zip(row.counts, self.columns, strict=True))) for row in self.rows]

    @property
    def has_key(self) -> bool:
        return len(self.columns) > 1

    @property
    def key(self) -> list[tuple[str, str]]:
        return list(zip(self.columns, self.fills, strict=True))

    @property
    def cells(self) -> list[list[str | int]]:
        """With its heading, as it is downloaded."""
        heading: list[str | int] = [self.subject, *self.columns]
        return [heading, *(row.cells for row in self.rows)]


def plain_table(heading: Heading, of: int, counted: Iterable[tuple[str, int]]) -> Table:
    """One number for each row."""
    rows = [(said, (count,)) for said, count in counted]
    return counted_table(heading, {gettext(heading.counted): "plain"}, rows, of)


def counted_table(
    heading: Heading,
    columns: Mapping[str, str],
    rows: Iterable[tuple[str, tuple[int, ...]]],
    of: int,
) -> Table:
    """`columns` with their fills."""
    fills = tuple(columns.values())
    drawn = tuple(Row(said, counts, tuple(_segments(counts, fills, of))) for said, counts in rows)
    return Table(
        name=heading.name,
        title=heading.title,
        subject=heading.subject,
        sentence=heading.sentence,
        columns=tuple(columns),
        fills=fills,
        rows=drawn,
    )


def _segments(counts: Sequence[int], fills: Sequence[str], of: int) -> Iterable[Segment]:
    left = 0.0
    for count, fill in zip(counts, fills, strict=True):
        width = 100 * count / of if of else 0.0
        if count:
            yield Segment(number(left), number(width), fill)
        left += width
