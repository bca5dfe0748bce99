"""Several runs are one claim by a written rule: of each test the latest word counts."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from itertools import permutations

import pytest

from certification.engine.formats import parse_report
from certification.engine.guideline import parse_guideline
from certification.engine.joining import Part, RunsNotJoined, join_runs
from certification.engine.report import Damage, Entry, EvidenceFormat, Fixture, Report
from certification.engine.verdict import CompiledGuideline, compile_guideline, evaluate
from tests.engine.formats.building import FAILED, PASSED, RUNS, SKIPPED, State
from tests.factories import document as factories_document

DAY = 86_400.0
BEGAN = 1_790_000_000.0


def guideline(*tests: dict[str, object]) -> CompiledGuideline:
    """One whose target `compute` needs these tests; each has `name`, `idempotent_id`, `aliases`."""
    document = json.loads(factories_document())
    named = {str(test.pop("name")): test for test in tests}
    document["capabilities"]["demo-ability"]["tests"] = named
    return compile_guideline(parse_guideline(json.dumps(document).encode()))


RENAMED = guideline(
    {"name": "a.New.x", "idempotent_id": "id-1f", "aliases": ["a.Old.x"]},
    {"name": "a.New.y", "idempotent_id": "id-2f"},
)


def run(day: float, cpid: str = "", form: EvidenceFormat = EvidenceFormat.SUBUNIT_V2) -> Report:
    """An empty run of an hour on that day."""
    at = BEGAN + day * DAY
    return Report(form, (), started_at=at, ended_at=at + 3600, cpid=cpid)


def part(label: str, day: float, *fixtures: Fixture, **states: State) -> Part:
    entries = tuple(Entry(f"a.T.{name}", "", state) for name, state in sorted(states.items()))
    return of(label, replace(run(day), entries=entries, fixtures=fixtures))


def of(label: str, report: Report) -> Part:
    return Part(label, report, hashlib.sha256(label.encode()).hexdigest())


def found(*parts: Part) -> dict[str, State]:
    return {e.name.removeprefix("a.T."): e.state for e in join_runs(parts, RENAMED).report.entries}


def test_the_latest_word_counts_better_or_worse_in_whatever_order_they_are_given() -> None:
    parts = (
        part("one", 0, x=FAILED, y=PASSED, z=PASSED),
        part("two", 3, x=PASSED, y=FAILED),
        part("three", 5, x=PASSED, w=SKIPPED),
    )
    joined = join_runs(parts, RENAMED)
    assert joined.labels == ("one", "two", "three")
    assert found(*parts) == {"x": PASSED, "y": FAILED, "z": PASSED, "w": SKIPPED}
    assert all(join_runs(order, RENAMED) == joined for order in permutations(parts))
    by_name = {origin.name: origin for origin in joined.origins}
    assert by_name["a.T.x"].earlier == ((0, FAILED), (1, PASSED))
    assert by_name["a.T.z"].run == 0
    assert [name for name, origin in by_name.items() if origin.changed] == ["a.T.x", "a.T.y"]
    codes = [warning.code for warning in joined.report.warnings]
    assert codes == ["joined", "joined-differently"]
    assert (joined.report.started_at, joined.report.ended_at) == (BEGAN, BEGAN + 5 * DAY + 3600)


def test_a_set_up_that_stopped_its_tests_is_a_later_word_on_them() -> None:
    stopped = Fixture("a.T", "setUpClass", SKIPPED, "no volumes")
    joined = join_runs([part("one", 0, x=PASSED), part("two", 1, stopped)], RENAMED)
    assert joined.report.entries == ()
    assert joined.report.fixtures == (stopped,)
    assert joined.origins[0].earlier == ((0, PASSED),)
    assert found(part("one", 0, stopped), part("two", 1, x=PASSED)) == {"x": PASSED}


@pytest.mark.parametrize(
    ("earlier", "later", "state"),
    [
        # Exact name, alias, id, and a name without an id: each is a later word on the same test.
        (Entry("a.New.x", "1f", PASSED), Entry("a.Old.x", "1f", FAILED), FAILED),
        (Entry("a.New.x", "1f", PASSED), Entry("a.Old.x", "", FAILED), FAILED),
        (Entry("a.New.x", "", PASSED), Entry("b.Moved.x", "1f", SKIPPED), SKIPPED),
        (Entry("b.Moved.x", "1f", PASSED), Entry("a.New.x", "", FAILED), FAILED),
        (Entry("a.Old.x", "", FAILED), Entry("b.Moved.x", "1f", PASSED), PASSED),
        # An id that contradicts wins nothing: what stood before is gone all the same.
        (Entry("a.New.x", "1f", PASSED), Entry("a.New.x", "9f", FAILED), State.MISSING),
        # What the guideline does not know is no word on its tests.
        (Entry("a.New.x", "1f", PASSED), Entry("b.Moved.x", "9f", FAILED), PASSED),
    ],
)
def test_of_each_test_the_latest_word_counts_under_whatever_name(
    earlier: Entry, later: Entry, state: State
) -> None:
    y = Entry("a.New.y", "2f", PASSED)
    parts = of("one", with_entries(0, earlier, y)), of("two", with_entries(1, later))
    joined = join_runs(parts, RENAMED)
    (target,) = RENAMED.targets
    found = evaluate(RENAMED, joined.report, target)
    states = {test.name: test.state for test in found.capabilities[0].tests}
    assert states == {"a.New.x": state, "a.New.y": PASSED}
    assert join_runs(parts[::-1], RENAMED) == joined


def test_a_set_up_speaks_for_the_tests_of_its_class_under_their_former_names() -> None:
    stopped = Fixture("a.Old", "setUpClass", FAILED)
    first = with_entries(0, Entry("a.New.x", "1f", PASSED), Entry("a.New.y", "2f", PASSED))
    joined = join_runs([of("one", first), of("two", replace(run(1), fixtures=(stopped,)))], RENAMED)
    assert [entry.name for entry in joined.report.entries] == ["a.New.y"]


def test_an_entry_that_speaks_for_two_tests_makes_them_one_for_the_joining() -> None:
    twins = guideline(
        {"name": "a.T.one", "idempotent_id": "id-1f"}, {"name": "a.T.two", "idempotent_id": "id-1f"}
    )
    both = with_entries(0, Entry("a.T.one", "1f", FAILED), Entry("a.T.two", "1f", PASSED))
    parted = with_entries(1, Entry("a.T.one", "1f", PASSED))
    named = join_runs([of("1", both), of("2", parted)], twins)
    assert [entry.state for entry in named.report.entries] == [PASSED, PASSED]
    moved = with_entries(1, Entry("b.Moved", "1f", PASSED))
    assert len(join_runs([of("1", both), of("2", moved)], twins).report.entries) == 1


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
        join_runs([of("mine", run(0, cpid="cloud")), of("other", other)], RENAMED)
    assert refused.value.code == code
    assert str(refused.value).endswith(".")


def test_fourteen_days_are_counted_from_the_first_test_to_the_last() -> None:
    hour = 1 / 24
    assert join_runs([of("a", run(0)), of("b", run(14 - hour))], RENAMED).labels == ("a", "b")
    with pytest.raises(RunsNotJoined):
        join_runs([of("a", run(0)), of("b", run(14))], RENAMED)


def test_too_many_runs_and_none() -> None:
    with pytest.raises(RunsNotJoined):
        join_runs([of(str(number), run(0)) for number in range(21)], RENAMED)
    with pytest.raises(ValueError, match="no run"):
        join_runs([], RENAMED)


def test_who_names_the_cloud_and_whose_time_is_given() -> None:
    joined = join_runs([of("a", run(0, cpid="c")), of("b", run(1))], RENAMED)
    assert (joined.report.cpid, joined.one_cloud) == ("c", True)
    assert not join_runs([of("a", run(0)), of("b", run(1))], RENAMED).one_cloud
    silent = Report(EvidenceFormat.REFSTACK_JSON, (), passes_only=True)
    with pytest.raises(RunsNotJoined, match="when it ran"):
        join_runs([of("a", run(0)), of("b", silent)], RENAMED)


def test_the_report_names_runs_by_their_evidence_and_not_by_their_labels() -> None:
    reports = part("x", 0, x=PASSED).report, part("y", 1, x=FAILED).report
    one = join_runs([Part("here", reports[0], "aa"), Part("there", reports[1], "bb")], RENAMED)
    other = join_runs([Part("1.v2", reports[0], "aa"), Part("2.v2", reports[1], "bb")], RENAMED)
    assert one.report == other.report
    assert one.labels != other.labels


def test_one_run_alone_stays_as_it_is() -> None:
    genuine = parse_report((RUNS / "identity-serial.v2.gz").read_bytes())
    assert join_runs([of("a", genuine)], RENAMED).report == genuine
    assert join_runs([of("a", damaged())], RENAMED).report.damage is not None


def test_genuine_runs_of_one_cloud() -> None:
    names = ("identity-serial", "objectstore-image-serial", "guideline-2020.06-parallel3")
    reports = [parse_report((RUNS / f"{name}.v2.gz").read_bytes()) for name in names]
    joined = join_runs(map(of, names, reports), RENAMED)
    every = {entry.name for report in reports for entry in report.entries}
    assert {entry.name for entry in joined.report.entries} == every
    assert joined.report.events == sum(report.events for report in reports)
