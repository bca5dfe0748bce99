"""The runs that a vendor may join with a chosen one: searched, page after page, and why others are
not among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext, gettext_noop

from certification.engine.joining import MOST_RUNS
from certification.models import Run
from certification.queries.joinable import (
    WhyNot,
    found_among,
    joinable_runs,
    left_out,
    why_alone,
)
from marketplace.catalogue.models import ProductRelease

A_PAGE = 12
LEFT_OUT_SHOWN = 12
WORDS_MOST = 100

_WHY = {
    WhyNot.BUNDLE: gettext_noop("a bundle of the test kit: bundles count together by themselves"),
    WhyNot.DAMAGED: gettext_noop("it breaks off, and only whole runs are joined"),
    WhyNot.NO_TIMES: gettext_noop("it does not say when its tests ran"),
    WhyNot.TOO_FAR: gettext_noop("more than 14 days lie between the two"),
    WhyNot.OTHER_CLOUD: gettext_noop("it is of another cloud"),
    WhyNot.OTHER_RELEASE: gettext_noop("it belongs to another release"),
}


@dataclass(frozen=True, slots=True)
class Looking:
    """`words` of a search and the `page` among further runs, `own_page` among all runs of the
    vendor; pages as they were written."""

    words: str = ""
    page: str = ""
    own_page: str = ""


EVERYTHING = Looking()


@dataclass(frozen=True, slots=True)
class Further:
    """`joined` are the ticked ones, `page` those that may be ticked too and fit the search;
    `eligible` counts all. `left_out` are the newest of the others with the reason; `alone` says why
    nothing can be joined at all."""

    joined: Sequence[Run]
    page: Page[Run]
    eligible: int
    words: str
    left_out: Sequence[tuple[Run, str]]
    alone: str

    @property
    def is_long(self) -> bool:
        return self.eligible > A_PAGE


def joined_among(release: ProductRelease, run: Run, wanted: Sequence[str]) -> list[Run]:
    """The wanted ones that may be joined, newest first."""
    keys = [key for text in wanted[:MOST_RUNS] if (key := _uuid(text)) is not None]
    return list(joinable_runs(release, run).filter(pk__in=keys)) if keys else []


def further_runs(
    release: ProductRelease, run: Run, joined: Sequence[Run], looking: Looking
) -> Further:
    rows = joinable_runs(release, run)
    words = " ".join(looking.words.replace("\x00", "").split())[:WORDS_MOST]
    others = rows.exclude(pk__in=[one.pk for one in joined])
    shown = found_among(others, words) if words else others
    alone = why_alone(run)
    return Further(
        joined=joined,
        page=Paginator(shown, A_PAGE).get_page(looking.page),
        eligible=rows.count(),
        words=words,
        left_out=[
            (one.run, gettext(_WHY[one.why])) for one in left_out(release, run, LEFT_OUT_SHOWN)
        ],
        alone=gettext(_WHY[alone]) if alone else "",
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
