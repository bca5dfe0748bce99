"""The market as tables with bars: each row's numbers, drawn and downloadable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, gettext_noop

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
from marketplace.site.integration_stress import TRIALS
from marketplace.site.integration_wording import level_title, mode_status
from marketplace.site.market_over_time import Series, market_over_time
from marketplace.site.measured_choices import rules
from marketplace.site.statistics_tables import Heading, Table, counted_table, plain_table

_FILLS = {
    ConcernMode.SERVED: "served",
    ConcernMode.OPTIONAL: "option",
    ConcernMode.PARALLEL: "parallel",
    ConcernMode.NOT_PROVED: "unknown",
    ConcernMode.NOT_APPLICABLE: "na",
}


_STRONGEST_FIRST = tuple(reversed(EvidenceClass))
_CLASSES = gettext_noop(
    "Self-reported: the vendor's files. Challenged: signed, under a nonce of "
    "ours. Live: confirmed by an operator's log or a second run."
)
_SEVERAL = gettext_noop("One product may have been tried on several.")
_STRESS = gettext_noop(
    "Products that pass. Some of this does not apply to products that create nothing."
)


@dataclass(frozen=True, slots=True)
class MarketStatistics:
    measured: int
    integrated: list[Table]
    certificates: int
    powered: list[Table]
    months: list[Series]

    @property
    def tables(self) -> list[Table]:
        return [*self.integrated, *self.powered, *(one.table for one in self.months)]


def market_statistics(now: datetime) -> MarketStatistics:
    measured, powered = measured_market(), certified_market(Programme.POWERED)
    return MarketStatistics(
        measured=measured.products,
        integrated=list(_integrated(measured)) if measured.products else [],
        certificates=powered.certificates,
        powered=list(_powered(powered)) if powered.certificates else [],
        months=market_over_time(now),
    )


def _integrated(found: MeasuredMarket) -> Iterable[Table]:
    known, of = rules(), found.products
    asked = Heading("concerns", gettext("What a buyer asks about"), gettext("Concern"))
    yield _modes(asked, of, [(one.title, found.concerns.get(one.id, {})) for one in known.concerns])
    axes = Heading("axes", gettext("Axis by axis"), gettext("Axis"))
    yield _modes(axes, of, [(one.title, found.axes.get(one.id, {})) for one in known.axes.values()])
    yield plain_table(
        Heading(
            "levels",
            gettext("Levels reached"),
            gettext("Level"),
            gettext("By public evidence, certified or not."),
        ),
        of,
        [(level_title(one), found.levels.get(one.word, 0)) for one in reversed(Level)],
    )
    yield plain_table(
        Heading("evidence", gettext("Evidence of the level"), gettext("Class"), gettext(_CLASSES)),
        of,
        [(one.word.capitalize(), found.evidence.get(one.word, 0)) for one in _STRONGEST_FIRST],
    )
    yield plain_table(
        Heading(
            "tried",
            gettext("OpenStack releases tried"),
            gettext("OpenStack release"),
            gettext(_SEVERAL),
        ),
        of,
        [(release_title(name), found.tried[name]) for name in newest_first(found.tried)],
    )
    yield plain_table(
        Heading("stress", gettext("Under stress"), gettext("What happens"), gettext(_STRESS)),
        of,
        [
            (gettext(happens), found.passed.get(capability, 0))
            for happens, capability in TRIALS.values()
        ],
    )


def _powered(found: CertifiedMarket) -> Iterable[Table]:
    of = found.certificates
    yield plain_table(
        Heading(
            "powered-targets",
            gettext("Certificates by target"),
            gettext("Target"),
            counted=gettext("Certificates"),
        ),
        of,
        [(title_of(name), found.targets[name]) for name in sorted(found.targets, key=_place)],
    )
    yield plain_table(
        Heading(
            "powered-openstack",
            gettext("Certificates by OpenStack release"),
            gettext("OpenStack release"),
            counted=gettext("Certificates"),
        ),
        of,
        [(release_title(name), found.openstack[name]) for name in newest_first(found.openstack)],
    )
    yield plain_table(
        Heading(
            "powered-assurance",
            gettext("Certificates by assurance"),
            gettext("Assurance"),
            counted=gettext("Certificates"),
        ),
        of,
        [(one.word.capitalize(), found.assurance.get(one.word, 0)) for one in _STRONGEST_FIRST],
    )


def _place(target: str) -> tuple[int, str]:
    known = list(TITLES)
    return (known.index(target) if target in known else len(known), target)


def _modes(heading: Heading, of: int, counted: Iterable[tuple[str, Mapping[str, int]]]) -> Table:
    """One number for each way of meeting a subject."""
    rows = [(said, tuple(modes.get(mode.value, 0) for mode in _FILLS)) for said, modes in counted]
    columns = {mode_status(mode).words: fill for mode, fill in _FILLS.items()}
    return counted_table(heading, columns, rows, of)
