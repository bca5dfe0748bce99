"""Two runs are held against each other: gained, lost, slower."""

from __future__ import annotations

from dataclasses import replace

import pytest

from certification.engine.comparison import compare, longest_in_both
from certification.engine.formats import parse_report
from certification.engine.report import Entry, EvidenceFormat, Report, TestState
from tests.engine.formats.building import FAILED, PASSED, RUNS, SKIPPED

MISSING = TestState.MISSING
BEGAN = 1_790_000_000.0


def entry(name: str, state: TestState = PASSED, took_s: float | None = None, of: str = "") -> Entry:
    ended = None if took_s is None else BEGAN + took_s
    began = None if took_s is None else BEGAN
    return Entry(f"demo.Tests.{name}", of, state, "", began, ended)


def run(*entries: Entry) -> Report:
    return Report(EvidenceFormat.SUBUNIT_V2, entries)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (FAILED, PASSED, "gained"),
        (SKIPPED, PASSED, "gained"),
        (MISSING, PASSED, "gained"),
        (PASSED, FAILED, "lost"),
        (PASSED, SKIPPED, "lost"),
        (PASSED, MISSING, "lost"),
        (FAILED, SKIPPED, "other"),
        (MISSING, FAILED, "other"),
    ],
)
def test_each_change_has_its_place(before: TestState, after: TestState, kind: str) -> None:
    def one(state: TestState) -> Report:
        return run(entry("same"), *([entry("a", state)] if state is not MISSING else []))

    found = compare(one(before), one(after))
    [change] = getattr(found, kind)
    assert (change.name, change.before, change.after) == ("demo.Tests.a", before, after)
    assert len(found.gained) + len(found.lost) + len(found.other) == 1
    assert found.same == 1


@pytest.mark.parametrize("name", ["identity-serial", "guideline-2020.06-parallel3"])
def test_a_run_is_even_with_itself_in_either_format(name: str) -> None:
    first, second = (parse_report((RUNS / f"{name}.{v}.gz").read_bytes()) for v in ("v1", "v2"))
    found = compare(first, second)
    assert found.is_even
    assert found.same == len(first.entries)


def test_a_renamed_test_is_one_test_by_its_id() -> None:
    found = compare(run(entry("old", of="1f")), run(entry("new", of="1f")))
    assert (found.is_even, found.same) == (True, 1)
    two = compare(run(entry("old", of="1f")), run(entry("x", of="1f"), entry("y", of="1f")))
    assert (len(two.lost), len(two.gained)) == (1, 2)


def test_one_name_twice_counts_as_the_worst() -> None:
    found = compare(run(entry("a")), run(entry("a", of="1"), entry("a", FAILED, of="2")))
    assert [change.after for change in found.lost] == [FAILED]


def test_a_class_is_slower_by_the_median_of_its_passed_tests() -> None:
    before = run(entry("a", took_s=1.0), entry("b", took_s=1.0), entry("c", took_s=1.0))
    after = run(entry("a", took_s=2.0), entry("b", took_s=2.5), entry("c", took_s=90.0))
    [slow] = compare(before, after).slower
    assert (slow.scope, slow.tests, slow.before_s, slow.after_s) == ("demo.Tests", 3, 1.0, 2.5)
    assert slow.factor == 2.5


@pytest.mark.parametrize("took_s", [(1.0, 1.4), (0.01, 0.4), (1.0, 0.2)])
def test_what_nobody_feels_is_not_slower(took_s: tuple[float, float]) -> None:
    before, after = (run(entry("a", took_s=s), entry("b", took_s=s)) for s in took_s)
    assert compare(before, after).slower == ()


def test_one_test_says_nothing_about_a_class_and_failures_do_not_count() -> None:
    alone = compare(run(entry("a", took_s=1.0)), run(entry("a", took_s=9.0)))
    assert alone.slower == ()
    before = run(entry("a", took_s=1.0), entry("b", FAILED, took_s=1.0))
    after = run(entry("a", took_s=9.0), entry("b", FAILED, took_s=9.0))
    assert compare(before, after).slower == ()


def test_it_says_where_one_names_passes_alone() -> None:
    assert compare(run(), replace(run(), passes_only=True)).passes_only
    assert not compare(run(), run()).passes_only


def test_the_longest_that_passed_in_both_stand_side_by_side() -> None:
    before = run(
        entry("a", took_s=1.0), entry("b", took_s=4.0), entry("c", took_s=0.0), entry("d", FAILED)
    )
    after = run(
        entry("a", took_s=2.0), entry("b", took_s=2.0), entry("c", took_s=1.0), entry("d", FAILED)
    )
    shown = longest_in_both(before, after, 3)
    assert [(one.name[-1], one.factor) for one in shown] == [("b", 0.5), ("a", 2.0), ("c", 0.0)]
    assert len(longest_in_both(before, after, 1)) == 1
    assert longest_in_both(before, run(entry("a")), 3) == (), "without times there is nothing"
