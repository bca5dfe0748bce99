"""When a certificate of the Integrated programme lapses. Days, UTC; the caller gives every date."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

RUN_MONTHS = 12
SUPERSEDED_MONTHS = 6
NOTICE_DAYS = 60


class LapseReason(StrEnum):
    RUN_OLD = "run-old"
    GUIDELINE_SUPERSEDED = "guideline-superseded"
    RELEASES_ENDED = "releases-ended"
    NEW_MAJOR_VERSION = "new-major-version"


@dataclass(frozen=True, slots=True)
class Lapse:
    """`on` is the first day without the certificate, `notice_on` the day its vendor is told."""

    reason: LapseReason
    on: date
    text: str

    @property
    def notice_on(self) -> date:
        return self.on - timedelta(days=NOTICE_DAYS)


@dataclass(frozen=True, slots=True)
class CertifiedFacts:
    """`runs_ended_on`: the end of each run that the level rests on; the oldest decides.
    `maintained_until`: each release that was tried, and the day it became or becomes unmaintained
    or ended (None: not known yet). `new_major_version_on`: when one was published, if it was."""

    runs_ended_on: tuple[date, ...]
    guideline_superseded_on: date | None
    maintained_until: Mapping[str, date | None]
    new_major_version_on: date | None


def lapses(facts: CertifiedFacts) -> tuple[Lapse, ...]:
    """Every way in which it will lapse, the first one first; never empty (runs grow old).

    Raises ValueError without any run.
    """
    found = [*_run(facts), *_guideline(facts), *_releases(facts), *_version(facts)]
    return tuple(sorted(found, key=lambda one: (one.on, one.reason)))


def first_lapse(facts: CertifiedFacts) -> Lapse:
    return lapses(facts)[0]


def has_lapsed(facts: CertifiedFacts, today: date) -> bool:
    return today >= first_lapse(facts).on


def notice_is_due(facts: CertifiedFacts, today: date) -> bool:
    """From 60 days before the first lapse until it."""
    first = first_lapse(facts)
    return first.notice_on <= today < first.on


def major_version(version: str) -> str:
    """`7` of `v7.1.2`: what stands before the first dot, without a leading v."""
    return version.strip().lower().removeprefix("v").partition(".")[0]


def is_new_major(certified: str, other: str) -> bool:
    """Whether another version of the product is of a later major version. Versions that do not
    begin with a number are compared by no rule: then nothing lapses."""
    mine, theirs = major_version(certified), major_version(other)
    return mine.isdecimal() and theirs.isdecimal() and int(theirs) > int(mine)


def _run(facts: CertifiedFacts) -> Iterable[Lapse]:
    if not facts.runs_ended_on:
        raise ValueError("A certificate rests on at least one run.")
    on = months_after(min(facts.runs_ended_on), RUN_MONTHS)
    yield Lapse(LapseReason.RUN_OLD, on, "Its oldest run is twelve months old.")


def _guideline(facts: CertifiedFacts) -> Iterable[Lapse]:
    if facts.guideline_superseded_on:
        on = months_after(facts.guideline_superseded_on, SUPERSEDED_MONTHS)
        yield Lapse(
            LapseReason.GUIDELINE_SUPERSEDED, on, "Its guideline was superseded six months before."
        )


def _releases(facts: CertifiedFacts) -> Iterable[Lapse]:
    """One release that is maintained, or whose end is not known, keeps it."""
    ends = [end for end in facts.maintained_until.values() if end]
    if ends and len(ends) == len(facts.maintained_until):
        yield Lapse(
            LapseReason.RELEASES_ENDED,
            max(ends),
            f"No release that it was tried on is maintained: "
            f"{', '.join(sorted(facts.maintained_until))}.",
        )


def _version(facts: CertifiedFacts) -> Iterable[Lapse]:
    """Nobody can know it before, so its notice starts with the new version."""
    if facts.new_major_version_on:
        on = facts.new_major_version_on + timedelta(days=NOTICE_DAYS)
        yield Lapse(LapseReason.NEW_MAJOR_VERSION, on, "The product has a new major version.")


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last: 31 August + 6 is 28 (29) February."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
