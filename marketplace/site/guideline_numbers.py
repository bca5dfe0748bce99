"""The statistics of a guideline as a page and as rows to take away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, gettext_noop

from certification.models import Guideline
from certification.queries.guideline_adoption import Adoption, adoption_of
from certification.queries.guideline_statistics import (
    CapabilityLine,
    GuidelineStatistics,
    TestLine,
    guideline_statistics,
)
from marketplace.site.exports import Row

COLUMNS = (
    "kind",
    "name",
    "idempotent_id",
    "capabilities",
    "flagged",
    "passed",
    "failed",
    "skipped",
    "missing",
    "products",
    "passed_percent",
    "address",
)
#: What the tables can be sorted by, with the words of their heads; a name goes up, numbers go down.
SORTS = {
    "name": gettext_noop("Name"),
    "passed": gettext_noop("Passed"),
    "failed": gettext_noop("Failed"),
    "skipped": gettext_noop("Skipped"),
    "missing": gettext_noop("Missing"),
    "flagged": gettext_noop("Flagged"),
}
Line = CapabilityLine | TestLine


def sort_words() -> list[tuple[str, str]]:
    """What a page may be sorted by: keys and words."""
    return [(key, gettext(words)) for key, words in SORTS.items()]


@dataclass(frozen=True, slots=True)
class NumbersSheet:
    """`sort` is the key in force."""

    numbers: GuidelineStatistics
    sort: str
    capabilities: Sequence[CapabilityLine]
    tests: Sequence[TestLine]
    adoption: Sequence[Adoption]


def numbers_sheet(guideline: Guideline, *, sort: str, public: bool) -> NumbersSheet:
    """An unknown `sort` is that by name."""
    numbers = guideline_statistics(guideline, public=public)
    known = sort if sort in SORTS else "name"
    capabilities = sorted(numbers.capabilities, key=_by(known, lambda line: line.id))
    tests = sorted(numbers.tests, key=_by(known, lambda line: line.name))
    return NumbersSheet(numbers, known, capabilities, tests, adoption_of(guideline))


def _by(sort: str, name: Callable[[Any], str]) -> Callable[[Any], tuple[int, str]]:
    def key(line: Any) -> tuple[int, str]:
        if sort == "name":
            return 0, name(line)
        number = line.flagged if sort == "flagged" else getattr(line.counts, sort)
        return -int(number), name(line)

    return key


def number_rows(sheet: NumbersSheet) -> Iterator[Row]:
    """Capabilities first. `flagged` counts tests: of one test 1 or 0."""
    address = sheet.numbers.guideline.get_absolute_url()
    for capability in sheet.capabilities:
        told: Row = {
            "kind": "capability",
            "name": capability.id,
            "idempotent_id": "",
            "capabilities": [capability.id],
            "flagged": capability.flagged,
        }
        yield told | _counted(capability, address)
    for test in sheet.tests:
        told = {
            "kind": "test",
            "name": test.name,
            "idempotent_id": test.idempotent_id,
            "capabilities": list(test.capabilities),
            "flagged": int(test.flagged),
        }
        yield told | _counted(test, address)


def _counted(line: Line, address: str) -> Row:
    counts = line.counts
    return {
        "passed": counts.passed,
        "failed": counts.failed,
        "skipped": counts.skipped,
        "missing": counts.missing,
        "products": counts.total,
        "passed_percent": counts.rate,
        "address": address,
    }
