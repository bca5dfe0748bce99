"""Times that were invented with care are noticed; honest runs are left in peace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from statistics import correlation

import pytest
from msgspec import structs

from certification.engine.odd_clocks import _ranks, odd_clocks
from certification.engine.report import Entry, Report
from certification.guidelines import usual_times
from tests.engine.test_anomalies import BEGAN, codes, genuine, in_a_row, plausible

LATER = 2e9
RUN = genuine("guideline-2020.06-parallel3")


def signs(report: Report, received_at: float = LATER) -> list[str]:
    return [found.code for found in odd_clocks(report, received_at, usual_times())]


def timed(report: Report, change: Callable[[Entry, float], float]) -> Report:
    """Each test takes as long as `change` says of it and of what it took."""
    return replace(
        report,
        entries=tuple(
            structs.replace(e, ended_at=e.started_at + change(e, e.ended_at - e.started_at))
            for e in report.entries
            if e.started_at is not None and e.ended_at is not None
        ),
    )


@pytest.mark.parametrize("form", ["v1", "v2"])
@pytest.mark.parametrize(
    "name", ["identity-serial", "objectstore-image-serial", "guideline-2020.06-parallel3"]
)
def test_genuine_runs_are_not_flagged(name: str, form: str) -> None:
    assert signs(genuine(name, form)) == []


def test_other_clouds_are_not_flagged() -> None:
    for seed in range(40):
        luck = Random(seed)
        assert signs(timed(RUN, lambda _, s, luck=luck: s * luck.lognormvariate(0, 0.9))) == []


def test_a_genuine_run_is_like_another_one_that_it_was_not_compared_with() -> None:
    """The usual times hold those of this run too, so here it is held against the other alone."""
    one, other = (
        {e.name: e.ended_at - e.started_at for e in report.entries if e.started_at and e.ended_at}
        for report in (RUN, genuine("objectstore-image-serial"))
    )
    shared = sorted(one.keys() & other.keys())
    assert len(shared) > 60
    ranks = (_ranks([run[name] for name in shared]) for run in (one, other))
    assert correlation(*ranks) > 0.75


def test_times_by_chance_are_flagged_however_likely_their_spread() -> None:
    found = 0
    for seed in range(40):
        luck = Random(seed)
        invented = timed(RUN, lambda _, __, luck=luck: luck.lognormvariate(-2, 1.6))
        assert set(codes(replace(invented, workers=0))) <= {"times-impossible"}
        found += signs(invented) == ["times-unrelated"]
    assert found == 40


def test_too_few_tests_say_nothing() -> None:
    few = plausible(29)
    same = tuple(structs.replace(e, started_at=BEGAN, ended_at=BEGAN + 1e-3) for e in few.entries)
    assert signs(replace(few, entries=same, workers=2)) == []


def test_a_run_may_end_a_little_late_and_not_much() -> None:
    row = plausible()
    assert row.ended_at is not None
    assert signs(row, row.ended_at - 500) == []
    [found] = odd_clocks(row, row.ended_at - 2 * 3600, {})
    assert found.code == "times-ahead"
    assert found.text.startswith("The run ended 2.0 hours after it was uploaded")


def test_tests_in_the_order_of_the_list_on_several_workers_are_flagged() -> None:
    assert signs(plausible()) == []
    assert signs(replace(plausible(), workers=2)) == ["times-in-order"]


def test_tests_that_begin_together_are_flagged_without_workers_too() -> None:
    row = plausible()
    together = tuple(structs.replace(e, started_at=BEGAN) for e in row.entries)
    assert signs(replace(row, entries=together, workers=0)) == ["times-together"]
    assert "times-overlap" in codes(replace(row, entries=together, workers=0))


@pytest.mark.parametrize("digits", [3, 4, 5])
def test_times_of_few_digits_are_flagged(digits: int) -> None:
    luck = Random(3)
    row = in_a_row([round(luck.lognormvariate(-2, 1.6), digits) for _ in range(120)], gap_s=0.31)
    expected = "times-rounded" if digits == 3 else "times-digits"
    assert [*codes(row), *signs(row)] == [expected]
