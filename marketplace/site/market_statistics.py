"""The market as tables with bars: each row's numbers, drawn and downloadable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from certification.engine.guideline.targets import TITLES, title_of
from certification.engine.integration import ConcernMode, EvidenceClass, Level
from certification.models import Certificate
from certification.queries.statistics import (
    CertifiedMarket,
    MeasuredMarket,
    certified_market,
    measured_market,
)
from marketplace.catalogue.models import Programme
from marketplace.catalogue.openstack import newest_first, release_title
from marketplace.site.engraving import number
from marketplace.site.integration_stress import TRIALS
from marketplace.site.integration_wording import level_title, mode_status
from marketplace.site.measured_choices import rules

_FILLS = {
    ConcernMode.SERVED: "served",
    ConcernMode.OPTIONAL: "option",
    ConcernMode.PARALLEL: "parallel",
    ConcernMode.NOT_PROVED: "unknown",
    ConcernMode.NOT_APPLICABLE: "na",
}


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


@dataclass(frozen=True, slots=True)
class Table:
    """`name` is its address. `columns` head the counts, `fills` colour them. `of` is what a full
    bar stands for."""

    name: str
    title: str
    subject: str
    sentence: str
    columns: tuple[str, ...]
    fills: tuple[str, ...]
    rows: tuple[Row, ...]
    of: int

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
        return [[self.subject, *self.columns], *([row.title, *row.counts] for row in self.rows)]


@dataclass(frozen=True, slots=True)
class MarketStatistics:
    measured: int
    integrated: list[Table]
    certificates: int
    powered: list[Table]

    @property
    def tables(self) -> list[Table]:
        return [*self.integrated, *self.powered]


def market_statistics() -> MarketStatistics:
    measured, powered = measured_market(), certified_market(Programme.POWERED)
    return MarketStatistics(
        measured=measured.products,
        integrated=list(_integrated(measured)) if measured.products else [],
        certificates=powered.certificates,
        powered=list(_powered(powered)) if powered.certificates else [],
    )


def _integrated(found: MeasuredMarket) -> Iterable[Table]:
    known = rules()
    yield _modes_table(
        "concerns",
        "What a buyer asks about",
        "Concern",
        [(one.title, found.concerns.get(one.id, {})) for one in known.concerns],
        found.products,
    )
    yield _modes_table(
        "axes",
        "Axis by axis",
        "Axis",
        [(one.title, found.axes.get(one.id, {})) for one in known.axes.values()],
        found.products,
    )
    yield _plain(
        "levels",
        "Levels reached",
        "Level",
        "By public evidence, certified or not.",
        [(level_title(one), found.levels.get(one.word, 0)) for one in reversed(Level)],
        found.products,
    )
    yield _plain(
        "evidence",
        "Evidence of the level",
        "Class",
        "Self-reported: the vendor's files. Challenged: signed, under a nonce of ours. Live: "
        "confirmed by an operator's log or a second run.",
        [
            (one.word.capitalize(), found.evidence.get(one.word, 0))
            for one in reversed(EvidenceClass)
        ],
        found.products,
    )
    yield _plain(
        "tried",
        "OpenStack releases tried",
        "OpenStack release",
        "One product may have been tried on several.",
        [(release_title(name), found.tried[name]) for name in newest_first(found.tried)],
        found.products,
    )
    yield _plain(
        "stress",
        "Under stress",
        "What happens",
        "Products that pass. Some of this does not apply to products that create nothing.",
        [(happens, found.passed.get(asked, 0)) for happens, asked in TRIALS.values()],
        found.products,
    )


def _powered(found: CertifiedMarket) -> Iterable[Table]:
    ranked = sorted(found.targets, key=lambda name: (name not in TITLES, *_place(name)))
    yield _plain(
        "powered-targets",
        "Certificates by target",
        "Target",
        "",
        [(title_of(name), found.targets[name]) for name in ranked],
        found.certificates,
    )
    yield _plain(
        "powered-openstack",
        "Certificates by OpenStack release",
        "OpenStack release",
        "",
        [(release_title(name), found.openstack[name]) for name in newest_first(found.openstack)],
        found.certificates,
    )
    yield _plain(
        "powered-assurance",
        "Certificates by assurance",
        "Assurance",
        "",
        [
            (str(words).capitalize(), found.assurance.get(value, 0))
            for value, words in reversed(Certificate.Assurance.choices)
        ],
        found.certificates,
    )


def _place(name: str) -> tuple[int, str]:
    return (list(TITLES).index(name) if name in TITLES else 0, name)


def _modes_table(
    name: str,
    title: str,
    subject: str,
    counted: Iterable[tuple[str, Mapping[str, int]]],
    of: int,
) -> Table:
    columns = tuple(mode_status(mode).words for mode in _FILLS)
    rows = [(said, tuple(modes.get(mode.value, 0) for mode in _FILLS)) for said, modes in counted]
    return _table(name, title, subject, "", columns, tuple(_FILLS.values()), rows, of)


def _plain(
    name: str,
    title: str,
    subject: str,
    sentence: str,
    counted: Iterable[tuple[str, int]],
    of: int,
) -> Table:
    """One number for each row."""
    column = "Certificates" if name.startswith("powered-") else "Products"
    rows = [(said, (count,)) for said, count in counted]
    return _table(name, title, subject, sentence, (column,), ("plain",), rows, of)


def _table(
    name: str,
    title: str,
    subject: str,
    sentence: str,
    columns: tuple[str, ...],
    fills: tuple[str, ...],
    rows: Iterable[tuple[str, tuple[int, ...]]],
    of: int,
) -> Table:
    drawn = tuple(Row(said, counts, tuple(_segments(counts, fills, of))) for said, counts in rows)
    return Table(name, title, subject, sentence, columns, fills, drawn, of)


def _segments(counts: Sequence[int], fills: Sequence[str], of: int) -> Iterable[Segment]:
    left = 0.0
    for count, fill in zip(counts, fills, strict=True):
        width = 100 * count / of if of else 0.0
        if count:
            yield Segment(number(left), number(width), fill)
        left += width
