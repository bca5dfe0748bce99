"""The market month by month, as columns on a scale and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from certification.queries.statistics_over_time import Month, months_until
from marketplace.site.engraving import number
from marketplace.site.statistics_tables import Heading, Table, plain_table

_HEIGHT_PX = 120
#: A month in six is named below the columns: all would not fit a narrow screen.
_NAMED_EVERY = 6


@dataclass(frozen=True, slots=True)
class Column:
    """`left` and `width` in per cent, `top` and `height` in pixels."""

    left: str
    width: str
    top: int
    height: int
    words: str


@dataclass(frozen=True, slots=True)
class Series:
    """A table whose rows are months, and its drawing. `named` are months with their places."""

    table: Table
    columns: tuple[Column, ...]
    named: tuple[tuple[str, str], ...]
    most: int

    @property
    def label(self) -> str:
        """The drawing in words: how it began, how it ends, its highest."""
        first, last = self.table.rows[0], self.table.rows[-1]
        return gettext(
            "{title}: {first:,} in {begin}, {last:,} in {end}, {most:,} at most."
        ).format(
            title=self.table.title,
            first=first.counts[0],
            begin=first.title,
            last=last.counts[0],
            end=last.title,
            most=self.most,
        )


def market_over_time(now: datetime) -> list[Series]:
    """Nothing where nothing ever happened."""
    months = months_until(now)
    series = [
        _series(
            Heading(
                "months-in-force",
                gettext("Certificates in force"),
                gettext("Month"),
                gettext("At the end of each month; of the last one, now."),
                gettext("Certificates in force"),
            ),
            months,
            [one.in_force for one in months],
        ),
        _series(
            Heading(
                "months-runs",
                gettext("Runs judged"),
                gettext("Month"),
                gettext("By the day on which they came. Runs that nobody shared are counted too."),
                gettext("Runs"),
            ),
            months,
            [one.runs for one in months],
        ),
        _series(
            Heading(
                "months-products",
                gettext("New products"),
                gettext("Month"),
                gettext("As they were listed."),
                gettext("Products"),
            ),
            months,
            [one.products for one in months],
        ),
    ]
    return [one for one in series if one.most]


def _series(heading: Heading, months: Sequence[Month], counts: Sequence[int]) -> Series:
    titles = [f"{gettext(f'{one.begins:%B}')} {one.begins.year}" for one in months]
    most, share = max(counts), 100 / len(months)
    columns = tuple(
        Column(
            left=number(place * share + share / 8),
            width=number(share * 3 / 4),
            top=_HEIGHT_PX - _height(count, most),
            height=_height(count, most),
            words=f"{title}: {count:,}",
        )
        for place, (title, count) in enumerate(zip(titles, counts, strict=True))
    )
    named = tuple(
        (number(place * share + share / 8), f"{months[place].begins:%b %Y}")
        for place in range(0, len(months) - 2, _NAMED_EVERY)
    )
    table = plain_table(heading, most, list(zip(titles, counts, strict=True)))
    return Series(table, columns, named, most)


def _height(count: int, most: int) -> int:
    """Anything but nothing is seen."""
    return max(round(_HEIGHT_PX * count / most), 1) if count else 0
