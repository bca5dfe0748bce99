"""When a certificate of the Integrated programme lapses (guideline, section 6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from certification.engine.integration.lapse import (
    CertifiedFacts,
    LapseReason,
    first_lapse,
    has_lapsed,
    is_new_major,
    lapses,
    months_after,
    notice_is_due,
)

FACTS = CertifiedFacts(
    runs_ended_on=(date(2026, 11, 21), date(2026, 11, 30)),
    guideline_superseded_on=None,
    maintained_until={"gazpacho": date(2027, 10, 27), "hibiscus": None},
    new_major_version_on=None,
)


@pytest.mark.parametrize(
    ("changes", "reason", "on"),
    [
        ({}, LapseReason.RUN_OLD, date(2027, 11, 21)),
        (
            {"guideline_superseded_on": date(2027, 5, 1)},
            LapseReason.GUIDELINE_SUPERSEDED,
            date(2027, 11, 1),
        ),
        ({"guideline_superseded_on": date(2027, 5, 22)}, LapseReason.RUN_OLD, date(2027, 11, 21)),
        (
            {"maintained_until": {"flamingo": date(2027, 4, 28), "gazpacho": date(2027, 10, 27)}},
            LapseReason.RELEASES_ENDED,
            date(2027, 10, 27),
        ),
        (
            {"maintained_until": {"flamingo": date(2027, 4, 28), "hibiscus": None}},
            LapseReason.RUN_OLD,
            date(2027, 11, 21),
        ),
        ({"maintained_until": {}}, LapseReason.RUN_OLD, date(2027, 11, 21)),
        (
            {"new_major_version_on": date(2027, 1, 1)},
            LapseReason.NEW_MAJOR_VERSION,
            date(2027, 3, 2),
        ),
    ],
)
def test_the_first_lapse(changes: dict[str, object], reason: LapseReason, on: date) -> None:
    first = first_lapse(replace(FACTS, **changes))  # type: ignore[arg-type]  # a table of fields
    assert (first.reason, first.on) == (reason, on)


def test_all_lapses_are_told_in_order() -> None:
    facts = replace(
        FACTS, guideline_superseded_on=date(2027, 1, 1), new_major_version_on=date(2027, 2, 1)
    )
    assert [one.reason for one in lapses(facts)] == [
        LapseReason.NEW_MAJOR_VERSION,
        LapseReason.GUIDELINE_SUPERSEDED,
        LapseReason.RUN_OLD,
    ]


@pytest.mark.parametrize(
    ("today", "due", "lapsed"),
    [
        (date(2027, 9, 21), False, False),
        (date(2027, 9, 22), True, False),
        (date(2027, 11, 20), True, False),
        (date(2027, 11, 21), False, True),
    ],
)
def test_sixty_days_of_notice(today: date, due: bool, lapsed: bool) -> None:
    assert (notice_is_due(FACTS, today), has_lapsed(FACTS, today)) == (due, lapsed)


def test_a_certificate_without_runs_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one run"):
        lapses(replace(FACTS, runs_ended_on=()))


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_months(day: date, months: int, then: date) -> None:
    assert months_after(day, months) == then


@pytest.mark.parametrize(
    ("certified", "other", "major"),
    [
        ("1.9", "2.0", True),
        ("v1.9.3", "V2", True),
        ("1.9", "1.10", False),
        ("2.0", "1.9", False),
        ("9.1", "10.0", True),
        ("noble", "oracular", False),
        ("", "1.0", False),
    ],
)
def test_new_major_versions(certified: str, other: str, major: bool) -> None:
    assert is_new_major(certified, other) is major
