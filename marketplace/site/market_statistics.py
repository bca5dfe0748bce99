"""The market as tables with bars: each row's numbers, drawn and downloadable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from certification.engine.guideline.targets import TITLES, title_of
from certification.engine.integration import ConcernMode, EvidenceClass, Level
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


_STRONGEST_FIRST = tuple(reversed(EvidenceClass))
_CLASSES = (
    "Self-reported: the vendor's files. Challenged: signed, under a nonce of ours. Live: confirmed "
    "by an operator's log or a second run."
)
_SEVERAL = "One product may have been tried on several."
_STRESS = "Products that pass. Some of this does not apply to products that create nothing."


@dataclass(frozen=True, slots=True)
class _Heading:
    """`subject` heads the rows, `counted` the numbers where each row has one."""

    name: str
    title: str
    subject: str
    sentence: str = ""
    counted: str = "Products"


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
    known, of = rules(), found.products
    asked = _Heading("concerns", "What a buyer asks about", "Concern")
    yield _modes(asked, of, [(one.title, found.concerns.get(one.id, {})) for one in known.concerns])
    axes = _Heading("axes", "Axis by axis", "Axis")
    yield _modes(axes, of, [(one.title, found.axes.get(one.id, {})) for one in known.axes.values()])
    yield _plain(
        _Heading("levels", "Levels reached", "Level", "By public evidence, certified or not."),
        of,
        [(level_title(one), found.levels.get(one.word, 0)) for one in reversed(Level)],
    )
    yield _plain(
        _Heading("evidence", "Evidence of the level", "Class", _CLASSES),
        of,
        [(one.word.capitalize(), found.evidence.get(one.word, 0)) for one in _STRONGEST_FIRST],
    )
    yield _plain(
        _Heading("tried", "OpenStack releases tried", "OpenStack release", _SEVERAL),
        of,
        [(release_title(name), found.tried[name]) for name in newest_first(found.tried)],
    )
    yield _plain(
        _Heading("stress", "Under stress", "What happens", _STRESS),
        of,
        [(happens, found.passed.get(capability, 0)) for happens, capability in TRIALS.values()],
    )


def _powered(found: CertifiedMarket) -> Iterable[Table]:
    of = found.certificates
    yield _plain(
        _Heading("powered-targets", "Certificates by target", "Target", counted="Certificates"),
        of,
        [(title_of(name), found.targets[name]) for name in sorted(found.targets, key=_place)],
    )
    yield _plain(
        _Heading(
            "powered-openstack",
            "Certificates by OpenStack release",
            "OpenStack release",
            counted="Certificates",
        ),
        of,
        [(release_title(name), found.openstack[name]) for name in newest_first(found.openstack)],
    )
    yield _plain(
        _Heading(
            "powered-assurance", "Certificates by assurance", "Assurance", counted="Certificates"
        ),
        of,
        [(one.word.capitalize(), found.assurance.get(one.word, 0)) for one in _STRONGEST_FIRST],
    )


def _place(target: str) -> tuple[int, str]:
    known = list(TITLES)
    return (known.index(target) if target in known else len(known), target)


def _modes(heading: _Heading, of: int, counted: Iterable[tuple[str, Mapping[str, int]]]) -> Table:
    """One number for each way of meeting a subject."""
    rows = [(said, tuple(modes.get(mode.value, 0) for mode in _FILLS)) for said, modes in counted]
    columns = {mode_status(mode).words: fill for mode, fill in _FILLS.items()}
    return _table(heading, columns, rows, of)


def _plain(heading: _Heading, of: int, counted: Iterable[tuple[str, int]]) -> Table:
    """One number for each row."""
    rows = [(said, (count,)) for said, count in counted]
    return _table(heading, {heading.counted: "plain"}, rows, of)


def _table(
    heading: _Heading,
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
