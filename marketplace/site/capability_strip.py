"""Capabilities of an evaluation as cells, one strip for each service."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext, gettext_noop

from certification.engine.guideline.model import CapabilityStatus
from certification.engine.report import TestState
from certification.engine.verdict import CapabilityResult, CapabilityState
from marketplace.site.services import service_order, service_title

#: As many as the largest target of today's guidelines has.
CELLS_AT_A_GLANCE = 78


@dataclass(frozen=True, slots=True)
class CellKind:
    """`letter` chooses the drawing: solid, hatched, crossed, barred, dotted or dashed."""

    letter: str
    message: str

    @property
    def words(self) -> str:
        return gettext(self.message)


PASSED = CellKind("p", gettext_noop("passed"))
PASSED_FLAGGED = CellKind("g", gettext_noop("passed, some tests flagged"))
FAILED = CellKind("f", gettext_noop("failed"))
SKIPPED = CellKind("s", gettext_noop("skipped"))
MISSING = CellKind("m", gettext_noop("missing from the run"))
NOT_TESTED = CellKind("n", gettext_noop("not tested: all its tests are set aside, or it has none"))
WAIVED = CellKind("w", gettext_noop("waived, with a public reason"))
KEY = (PASSED, PASSED_FLAGGED, FAILED, SKIPPED, MISSING, NOT_TESTED, WAIVED)

_WORST_FIRST = (
    (TestState.FAILED, FAILED),
    (TestState.SKIPPED, SKIPPED),
    (TestState.MISSING, MISSING),
)
_SHORT_WORDS = {
    NOT_TESTED: gettext_noop("not tested"),
    MISSING: gettext_noop("missing"),
    PASSED_FLAGGED: gettext_noop("with flagged tests"),
    WAIVED: gettext_noop("waived"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """`flagged` counts tests that are shown and never counted."""

    capability: str
    kind: CellKind
    status: CapabilityStatus
    passed: int
    total: int
    flagged: int

    @property
    def letter(self) -> str:
        return self.kind.letter

    @property
    def words(self) -> str:
        return self.kind.words


@dataclass(frozen=True, slots=True)
class ServiceStrip:
    project: str
    title: str
    cells: tuple[Cell, ...]

    @property
    def summary(self) -> str:
        """`28 of 30 passed, 1 skipped, 1 with flagged tests`."""
        counts = Counter(cell.kind for cell in self.cells)
        passed = counts[PASSED] + counts[PASSED_FLAGGED]
        others = [
            f"{counts[kind]} {gettext(_SHORT_WORDS.get(kind, kind.message))}"
            for kind in (FAILED, SKIPPED, MISSING, NOT_TESTED, WAIVED, PASSED_FLAGGED)
            if counts[kind]
        ]
        return ", ".join(
            [
                gettext("{passed} of {cells} passed").format(passed=passed, cells=len(self.cells)),
                *others,
            ]
        )

    @property
    def label(self) -> str:
        """The strip in words: the summary, then each capability that is not simply passed."""
        named = [f"{c.capability} {c.words}" for c in self.cells if c.kind is not PASSED]
        return "; ".join([self.summary, *named])


def strips(
    capabilities: Iterable[CapabilityResult], status: CapabilityStatus
) -> list[ServiceStrip]:
    """The capabilities of one status, by service in the usual order."""
    chosen = [c for c in capabilities if c.status is status]
    chosen.sort(key=lambda c: (service_order(c.project), c.id))
    return [
        ServiceStrip(project, service_title(project), tuple(_cell(c) for c in group))
        for project, group in groupby(chosen, key=lambda c: c.project)
    ]


def _cell(capability: CapabilityResult) -> Cell:
    return Cell(
        capability=capability.id,
        kind=_kind(capability),
        status=capability.status,
        passed=capability.passed,
        total=capability.total,
        flagged=sum(test.flagged for test in capability.tests),
    )


def _kind(capability: CapabilityResult) -> CellKind:
    if capability.state in (CapabilityState.PASSED, CapabilityState.WAIVED):
        # A pass that leans on a waiver is shown as one, though some of its tests did pass.
        if any(test.waived for test in capability.tests):
            return WAIVED
        return PASSED_FLAGGED if any(test.flagged for test in capability.tests) else PASSED
    if capability.state is CapabilityState.NOT_TESTED:
        return NOT_TESTED
    counted = {test.state for test in capability.tests if not test.flagged and not test.waived}
    return next((kind for state, kind in _WORST_FIRST if state in counted), MISSING)
