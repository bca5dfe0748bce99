"""Several runs are one claim by a written rule: of each test the latest word counts."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from certification.engine.formats import parse_report
from certification.engine.joining import Part, RunsNotJoined, join_runs
from certification.engine.report import Damage, Entry, EvidenceFormat, Fixture, Report
from tests.engine.formats.building import FAILED, PASSED, RUNS, SKIPPED, State

DAY = 86_400.0
BEGAN = 1_790_000_000.0


def run(day: float, cpid: str = "", form: EvidenceFormat = EvidenceFormat.SUBUNIT_V2) -> Report:
    """An empty run of an hour on that day."""
    at = BEGAN + day * DAY
    return Report(form, (), started_at=at, ended_at=at + 3600, cpid=cpid)


def part(label: str, day: float, *fixtures: Fixture, **states: State) -> Part:
    entries = tuple(Entry(f"a.T.{name}", "", state) for name, state in sorted(states.items()))
    return Part(label, replace(run(day), entries=entries, fixtures=fixtures))


def found(*parts: Part) -> dict[str, State]:
    return {e.name.removeprefix("a.T."): e.state for e in join_runs(parts).report.entries}


def test_the_latest_word_counts_better_or_worse_in_whatever_order_they_are_given() -> None:
    parts = (
        part("one", 0, x=FAILED, y=PASSED, z=PASSED),
        part("two", 3, x=PASSED, y=FAILED),
        part("three", 5, x=PASSED, w=SKIPPED),
    )
    joined = join_runs(parts)
    assert joined.labels == ("one", "two", "three")
    assert found(*parts) == {"x": PASSED, "y": FAILED, "z": PASSED, "w": SKIPPED}
    assert all(join_runs(order) == joined for order in permutations(parts))
    by_name = {origin.name: origin for origin in joined.origins}
    assert by_name["a.T.x"].earlier == ((0, FAILED), (1, PASSED))
    assert by_name["a.T.z"].run == 0
    assert [name for name, origin in by_name.items() if origin.changed] == ["a.T.x", "a.T.y"]
    codes = [warning.code for warning in joined.report.warnings]
    assert codes == ["joined", "joined-differently"]
    assert (joined.report.started_at, joined.report.ended_at) == (BEGAN, BEGAN + 5 * DAY + 3600)


def test_a_set_up_that_stopped_its_tests_is_a_later_word_on_them() -> None:
    stopped = Fixture("a.T", "setUpClass", SKIPPED, "no volumes")
    joined = join_runs([part("one", 0, x=PASSED), part("two", 1, stopped)])
    assert joined.report.entries == ()
    assert joined.report.fixtures == (stopped,)
    assert joined.origins[0].earlier == ((0, PASSED),)
    assert found(part("one", 0, stopped), part("two", 1, x=PASSED)) == {"x": PASSED}


def test_a_test_that_failed_later_under_another_name_no_longer_passes() -> None:
    old = Entry("a.T.old", "1f", PASSED)
    for state, left in ((FAILED, ["a.T.new"]), (PASSED, ["a.T.new", "a.T.old"])):
        new = Entry("a.T.new", "1f", state)
        joined = join_runs([Part("one", with_entries(0, old)), Part("two", with_entries(1, new))])
        assert [entry.name for entry in joined.report.entries] == left


def with_entries(day: float, *entries: Entry) -> Report:
    return replace(run(day), entries=entries)


def damaged() -> Report:
    return replace(run(1), damage=Damage(7, "torn"))


@pytest.mark.parametrize(
    ("other", "code"),
    [
        (run(1, form=EvidenceFormat.OSI_BUNDLE), "join-bundle"),
        (damaged(), "join-damaged"),
        (Report(EvidenceFormat.TAP, ()), "join-no-times"),
        (run(14.1), "join-too-far-apart"),
        (run(1, cpid="elsewhere"), "join-other-cloud"),
    ],
)
def test_what_the_rule_excludes_is_refused(other: Report, code: str) -> None:
    with pytest.raises(RunsNotJoined) as refused:
        join_runs([Part("mine", run(0, cpid="cloud")), Part("other", other)])
    assert refused.value.code == code
    assert str(refused.value).endswith(".")


def test_fourteen_days_are_counted_from_the_first_test_to_the_last() -> None:
    hour = 1 / 24
    assert join_runs([Part("a", run(0)), Part("b", run(14 - hour))]).labels == ("a", "b")
    with pytest.raises(RunsNotJoined):
        join_runs([Part("a", run(0)), Part("b", run(14))])


def test_too_many_runs_and_none() -> None:
    with pytest.raises(RunsNotJoined):
        join_runs([Part(str(number), run(0)) for number in range(21)])
    with pytest.raises(ValueError, match="no run"):
        join_runs([])


def test_who_names_the_cloud_and_whose_time_is_given() -> None:
    joined = join_runs([Part("a", run(0, cpid="c")), Part("b", run(1))])
    assert (joined.report.cpid, joined.one_cloud) == ("c", True)
    assert not join_runs([Part("a", run(0)), Part("b", run(1))]).one_cloud
    silent = Report(EvidenceFormat.REFSTACK_JSON, (), passes_only=True)
    joined = join_runs([Part("a", run(0)), Part("b", silent, BEGAN + DAY)])
    assert joined.labels == ("a", "b")
    assert joined.report.passes_only


def test_one_run_alone_stays_as_it_is() -> None:
    genuine = parse_report((RUNS / "identity-serial.v2.gz").read_bytes())
    assert join_runs([Part("a", genuine)]).report == genuine
    assert join_runs([Part("a", damaged())]).report.damage is not None


def test_genuine_runs_of_one_cloud() -> None:
    names = ("identity-serial", "objectstore-image-serial", "guideline-2020.06-parallel3")
    reports = [parse_report((RUNS / f"{name}.v2.gz").read_bytes()) for name in names]
    joined = join_runs(map(Part, names, reports))
    every = {entry.name for report in reports for entry in report.entries}
    assert {entry.name for entry in joined.report.entries} == every
    assert joined.report.events == sum(report.events for report in reports)
