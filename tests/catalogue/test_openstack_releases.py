"""Where a release stands on a day, from its dates."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from marketplace.catalogue.openstack import (
    RELEASES,
    UPCOMING,
    ReleaseStatus,
    find_release,
    status_on,
)

#: As the project's own records said on this day, for every release that is not at its end.
RECORDED_ON = date(2026, 8, 21)
RECORDED = {
    "yoga": "unmaintained",
    "zed": "unmaintained",
    "antelope": "unmaintained",
    "caracal": "unmaintained",
    "epoxy": "maintained",
    "flamingo": "maintained",
    "gazpacho": "maintained",
    "hibiscus": "development",
    "indri": "future",
}
EVERY = (*RELEASES, *UPCOMING)


@pytest.mark.parametrize("name", [release.name for release in EVERY])
def test_the_dates_give_what_was_recorded(name: str) -> None:
    release = next(one for one in EVERY if one.name == name)
    assert status_on(release, RECORDED_ON) == RECORDED.get(name, "end of life")


@pytest.mark.parametrize(
    ("name", "day", "status"),
    [
        ("hibiscus", "2026-04-01", "future"),
        ("hibiscus", "2026-04-02", "development"),
        ("hibiscus", "2026-09-29", "development"),
        ("hibiscus", "2026-09-30", "maintained"),
        ("epoxy", "2026-10-01", "maintained"),
        ("epoxy", "2026-10-02", "unmaintained"),
        ("gazpacho", "2027-10-26", "maintained"),
        ("gazpacho", "2027-10-27", "unmaintained"),
        ("flamingo", "2027-04-27", "maintained"),
        ("flamingo", "2027-04-28", "end of life"),
        ("dalmatian", "2026-04-28", "maintained"),
        ("dalmatian", "2026-04-29", "end of life"),
        ("victoria", "2022-05-01", "unmaintained"),
        ("victoria", "2025-12-19", "end of life"),
        ("kilo", "2016-05-01", "maintained"),
        ("kilo", "2016-05-02", "end of life"),
        ("austin", "2010-10-20", "development"),
        ("austin", "2013-05-06", "end of life"),
    ],
)
def test_each_phase_begins_on_its_day(name: str, day: str, status: str) -> None:
    release = find_release(name)
    assert release is not None
    assert status_on(release, date.fromisoformat(day)) == status


@pytest.mark.parametrize("release", EVERY, ids=lambda release: release.name)
def test_no_release_ever_gets_younger(release: object) -> None:
    order = list(ReleaseStatus)
    known = next(one for one in EVERY if one is release)
    days = [known.released_on + timedelta(days=step) for step in range(-900, 6000, 30)]
    places = [order.index(status_on(known, day)) for day in days]
    assert places == sorted(places)


def test_what_may_be_declared_begins_with_its_first_release() -> None:
    assert find_release("indri") is None
    assert [release.released_on for release in EVERY] == sorted(one.released_on for one in EVERY)
