"""Results of the kit's tests that came in another way: claims, which count towards no level."""

from __future__ import annotations

from dataclasses import dataclass

from certification.engine.report import EvidenceUnreadable, TestState
from certification.evidence import EvidenceGone
from certification.judging import report_of
from certification.models import Run
from marketplace.catalogue.models import Category, Programme, programme_of

KIT_TESTS = "osi."
_ON_TOP = [one for one in Category if programme_of(one) is Programme.INTEGRATED]


@dataclass(frozen=True, slots=True)
class Claims:
    """`results` counts tests with names of the kit, `passed` those said to have passed."""

    results: int
    passed: int


def claims_of(run: Run) -> Claims | None:
    """None where the run has nothing to do with the Integrated programme: it names no test of the
    kit, and its vendor has no product on top of OpenStack."""
    try:
        entries = report_of(run).entries
    except (EvidenceGone, EvidenceUnreadable):
        return None
    named = [entry for entry in entries if entry.name.startswith(KIT_TESTS)]
    if not named and not _is_of_the_programme(run):
        return None
    return Claims(len(named), sum(entry.state is TestState.PASSED for entry in named))


def _is_of_the_programme(run: Run) -> bool:
    """Its vendor lists nothing but products on top of OpenStack."""
    if run.vendor is None:
        return False
    products = run.vendor.products.all()
    on_top = products.filter(category__in=_ON_TOP)
    return on_top.exists() and on_top.count() == products.count()
