"""Integrations side by side: level, concerns, axes, services and stress, all of it measured."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.utils.translation import gettext, gettext_noop

from certification.engine.footprint import ServiceUse
from certification.engine.integration import (
    AxisOutcome,
    CapabilityOutcome,
    ConcernOutcome,
    Level,
    LevelEvaluation,
)
from certification.models import IntegrationStanding
from certification.queries.comparison import Compared
from marketplace.catalogue.openstack import newest_first, release_title
from marketplace.site.certificate_wording import day
from marketplace.site.comparison_lines import NOT_MEASURED, NOTHING, Cell, Line, Section, line
from marketplace.site.glyphs import Mark
from marketplace.site.integration_reading import evaluation_of, service_uses
from marketplace.site.integration_services import DECLARED, DISPUTED
from marketplace.site.integration_stress import TRIALS
from marketplace.site.integration_wording import (
    class_status,
    level_title,
    mode_status,
    outcome_status,
)
from marketplace.site.measured_choices import service_title
from marketplace.site.wording import Status

_SEEN = Status(Mark.MEASURED, gettext_noop("Used"))
_IN_VAIN = Status(Mark.CAVEAT, gettext_noop("No call succeeded"))
_UNSEEN = Cell(Status(Mark.NOT_APPLICABLE, gettext_noop("No call seen")))
_NO_LEVEL = Status(Mark.DECLARED, gettext_noop("No level yet"))


@dataclass(frozen=True, slots=True)
class _Measured:
    """What stands for one product, read from its document."""

    standing: IntegrationStanding
    evaluation: LevelEvaluation
    concerns: Mapping[str, ConcernOutcome]
    axes: Mapping[str, AxisOutcome]
    capabilities: Mapping[str, CapabilityOutcome]
    services: Mapping[str, ServiceUse]

    @property
    def clouds(self) -> list[str]:
        return sorted({run["cloud"] for run in self.standing.document["tried"]} - {""})


_All = Sequence[_Measured | None]


def measured_sections(products: Sequence[Compared]) -> list[Section]:
    """Where nothing was measured of any of them: what their vendors claim."""
    found = [_measured(one.standing) if one.standing else None for one in products]
    claimed = [one.claimed for one in products]
    if not any(found):
        return [Section(gettext("Services claimed"), _services(found, claimed))]
    return [
        _level(found),
        Section(gettext("Served by OpenStack?"), _by_concern(found), leads=True),
        Section(gettext("Axis by axis"), _by_axis(found)),
        Section(gettext("Services used"), _services(found, claimed)),
        Section(gettext("Under stress"), _stress(found)),
    ]


def _measured(standing: IntegrationStanding) -> _Measured:
    evaluation = evaluation_of(standing.document["evaluation"])
    return _Measured(
        standing=standing,
        evaluation=evaluation,
        concerns={one.concern: one for one in evaluation.concerns},
        axes={one.axis: one for one in evaluation.axes},
        capabilities={one.capability: one for one in evaluation.capabilities},
        services={one.service: one for one in service_uses(standing.document)},
    )


def _cells(found: _All, said: Callable[[_Measured], Cell]) -> Iterable[Cell]:
    return (NOT_MEASURED if one is None else said(one) for one in found)


def _level(found: _All) -> Section:
    return Section(
        gettext("Measured"),
        (
            line(gettext("Release"), _cells(found, _release), weighed=False),
            line(
                gettext("Level reached"),
                _cells(found, _level_reached),
                gettext("Certified or not."),
            ),
            line(gettext("Evidence of the level"), _cells(found, _evidence)),
            line(
                gettext("Stack figure"),
                _cells(found, lambda one: _figure(one.evaluation.figure.shown)),
            ),
            line(
                gettext("Security figure"),
                _cells(found, lambda one: _figure(one.evaluation.security_figure.shown)),
            ),
            line(
                gettext("Monitoring figure"),
                _cells(found, lambda one: _figure(one.evaluation.monitoring_figure.shown)),
            ),
            line(gettext("OpenStack releases tried"), _cells(found, _tried)),
            line(gettext("Clouds tried"), _cells(found, _clouds), weighed=False),
            line(gettext("Newest evidence"), _cells(found, _newest), weighed=False),
        ),
    )


def _release(one: _Measured) -> Cell:
    return Cell(
        words=one.standing.release.version,
        small=gettext("guideline {guideline}").format(guideline=one.standing.guideline),
    )


def _level_reached(one: _Measured) -> Cell:
    level = one.evaluation.level
    if level is Level.LISTED:
        return Cell(_NO_LEVEL)
    return Cell(Status(Mark.MEASURED, level_title(level)))


def _evidence(one: _Measured) -> Cell:
    return Cell(class_status(one.evaluation.evidence_class))


def _figure(shown: int) -> Cell:
    return Cell(words=gettext("{shown} of 100").format(shown=shown))


def _tried(one: _Measured) -> Cell:
    names = newest_first(one.standing.measured_on)
    return Cell(words=", ".join(map(release_title, names))) if names else NOTHING


def _clouds(one: _Measured) -> Cell:
    return Cell(words=", ".join(one.clouds)) if one.clouds else NOTHING


def _newest(one: _Measured) -> Cell:
    return Cell(words=day(one.standing.newest_run_at))


def _by_concern(found: _All) -> tuple[Line, ...]:
    return _outcome_lines(found, lambda one: one.concerns, lambda known: known.served_by)


def _by_axis(found: _All) -> tuple[Line, ...]:
    return _outcome_lines(found, lambda one: one.axes, lambda _: "")


_Known = TypeVar("_Known", ConcernOutcome, AxisOutcome)


def _outcome_lines(
    found: _All,
    outcomes: Callable[[_Measured], Mapping[str, _Known]],
    small: Callable[[_Known], str],
) -> tuple[Line, ...]:
    """In the guideline's order; the first product that has a subject says its title."""
    titles: dict[str, _Known] = {}
    for one in found:
        titles |= {k: v for k, v in outcomes(one).items() if k not in titles} if one else {}
    return tuple(
        line(known.title, _outcome_cells(found, outcomes, subject), small(known))
        for subject, known in titles.items()
    )


def _outcome_cells(
    found: _All, outcomes: Callable[[_Measured], Mapping[str, _Known]], subject: str
) -> Iterable[Cell]:
    return _cells(found, lambda one: _outcome(outcomes(one).get(subject)))


def _outcome(known: ConcernOutcome | AxisOutcome | None) -> Cell:
    if known is None:
        return NOT_MEASURED
    small = (
        gettext("{passed} of {applicable} passed").format(
            passed=known.passed, applicable=known.applicable
        )
        if known.applicable
        else ""
    )
    return Cell(mode_status(known.mode), small=small)


def _services(found: _All, claimed: Sequence[Collection[str]]) -> tuple[Line, ...]:
    """A claim counts nowhere: it is greyed, and disputed by a measurement without a call."""
    used = {name for one in found if one for name in one.services}
    named = sorted(used.union(*claimed))
    columns = list(zip(found, claimed, strict=True))
    return tuple(
        line(service_title(name), [_service(one, name, name in said) for one, said in columns])
        for name in named
    )


def _service(one: _Measured | None, name: str, claimed: bool) -> Cell:
    use = one.services.get(name) if one else None
    if claimed and (use is None or not use.succeeded):
        return Cell(DISPUTED if one else DECLARED, is_claim=True)
    if one is None:
        return NOT_MEASURED
    if use is None:
        return _UNSEEN
    return Cell(_SEEN if use.succeeded else _IN_VAIN, small="; ".join(_versions(use)))


def _versions(use: ServiceUse) -> Iterable[str]:
    if use.apis:
        yield gettext("API ") + ", ".join(use.apis)
    if use.mv_highest:
        same = use.mv_lowest == use.mv_highest
        yield gettext("asked ") + (
            use.mv_highest
            if same
            else gettext("{mv_lowest} to {mv_highest}").format(
                mv_lowest=use.mv_lowest, mv_highest=use.mv_highest
            )
        )
    if use.floor:
        yield gettext("works down to {floor}").format(floor=use.floor)


def _stress(found: _All) -> tuple[Line, ...]:
    return tuple(
        line(gettext(happens), _coped_cells(found, asked)) for happens, asked in TRIALS.values()
    )


def _coped_cells(found: _All, capability: str) -> Iterable[Cell]:
    return _cells(found, lambda one: _coped(one.capabilities.get(capability)))


def _coped(outcome: CapabilityOutcome | None) -> Cell:
    return NOT_MEASURED if outcome is None else Cell(outcome_status(outcome))
