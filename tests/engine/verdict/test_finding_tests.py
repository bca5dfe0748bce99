"""Name, alias, id, fixture: in that order, and only where the rules allow it."""

from __future__ import annotations

import pytest

from certification.engine import verdict
from certification.engine.report import Entry, Fixture
from certification.engine.verdict import Match, evaluate
from tests.engine.verdict.building import (
    FAILED,
    MISSING,
    PASSED,
    SKIPPED,
    State,
    case,
    compiled,
    entry,
    run,
)

OLD, NEW = "old.T.test_x", "new.T.test_x"
GUIDELINE = compiled({"cap": {NEW: case("1", OLD), "new.T.test_y": case("2")}})


def found(*entries: Entry, fixtures: tuple[Fixture, ...] = ()) -> verdict.TestResult:
    evaluation = evaluate(GUIDELINE, run(*entries, fixtures=fixtures), "compute")
    return next(t for c in evaluation.capabilities for t in c.tests if t.name == NEW)


@pytest.mark.parametrize(
    ("entries", "state", "match"),
    [
        ([], MISSING, Match.NONE),
        ([entry(NEW, PASSED, "1")], PASSED, Match.NAME),
        ([entry(NEW, PASSED)], PASSED, Match.NAME),
        ([entry(NEW, PASSED, "9")], MISSING, Match.NONE),
        ([entry(OLD, SKIPPED, "1")], SKIPPED, Match.ALIAS),
        ([entry(OLD, PASSED, "9")], MISSING, Match.NONE),
        ([entry("moved.T.test_x", FAILED, "1")], FAILED, Match.ID),
        ([entry("moved.T.test_x", PASSED)], MISSING, Match.NONE),
        ([entry("new.T.test_y", PASSED, "1")], MISSING, Match.NONE),
        ([entry(NEW, PASSED, "1"), entry(OLD, FAILED, "1")], PASSED, Match.NAME),
        ([entry(OLD, PASSED, "1"), entry("moved.T.test_x", FAILED, "1")], PASSED, Match.ALIAS),
        ([entry(NEW, PASSED, "1"), entry(NEW, FAILED)], FAILED, Match.NAME),
        ([entry(NEW, PASSED, "1"), entry(NEW, SKIPPED)], SKIPPED, Match.NAME),
        ([entry("a.b", PASSED, "1"), entry("c.d", SKIPPED, "1")], SKIPPED, Match.ID),
        ([entry(NEW, FAILED, "9"), entry(OLD, PASSED, "1")], PASSED, Match.ALIAS),
        ([entry(NEW, FAILED, "9"), entry("m.x", PASSED, "1")], PASSED, Match.ID),
        ([entry(NEW + "(v4)", PASSED, "1")], PASSED, Match.ID),
        ([entry(NEW + "(v4)", PASSED)], MISSING, Match.NONE),
    ],
)
def test_a_test_is_found_by_name_then_alias_then_id(
    entries: list[Entry], state: State, match: Match
) -> None:
    result = found(*entries)
    assert (result.state, result.match) == (state, match)


@pytest.mark.parametrize(
    ("scope", "kind", "state", "expected"),
    [
        ("new.T", "setUpClass", SKIPPED, SKIPPED),
        ("new.T", "setUpClass", FAILED, FAILED),
        ("new", "setUpModule", FAILED, FAILED),
        ("old.T", "setUpClass", SKIPPED, SKIPPED),
        ("new.T", "setUpClass", PASSED, MISSING),
        ("new.T", "tearDownClass", FAILED, MISSING),
        ("new.TT", "setUpClass", FAILED, MISSING),
        ("new.T.test_x", "setUpClass", FAILED, MISSING),
        ("ew.T", "setUpClass", FAILED, MISSING),
        ("ne", "setUpClass", FAILED, MISSING),
    ],
)
def test_a_class_that_was_not_set_up_speaks_for_tests_without_entry(
    scope: str, kind: str, state: State, expected: State
) -> None:
    assert found(fixtures=(Fixture(scope, kind, state, "no flavor"),)).state is expected


def test_a_fixture_gives_its_reason_and_its_name() -> None:
    result = found(fixtures=(Fixture("new.T", "setUpClass", SKIPPED, "no flavor"),))
    assert (result.reason, result.seen_as, result.match) == (
        "no flavor",
        "setUpClass (new.T)",
        Match.FIXTURE,
    )


@pytest.mark.parametrize("name", [NEW, OLD, "moved.T.test_x"])
def test_an_entry_of_its_own_silences_the_fixture(name: str) -> None:
    fixture = Fixture("new.T", "setUpClass", FAILED)
    assert found(entry(name, PASSED, "1"), fixtures=(fixture,)).state is PASSED


def test_of_two_fixtures_the_worse_counts() -> None:
    fixtures = (Fixture("new", "setUpModule", SKIPPED), Fixture("old.T", "setUpClass", FAILED))
    assert found(fixtures=fixtures).state is FAILED


def test_same_name_with_another_id_is_said() -> None:
    evaluation = evaluate(GUIDELINE, run(entry(NEW, PASSED, "9")), "compute")
    assert [warning.code for warning in evaluation.warnings] == ["same-name-other-id"]
    assert "id 9" in evaluation.warnings[0].text


def test_aliases_of_one_test_unite_over_capabilities() -> None:
    both = compiled({"a": {NEW: case("1")}, "b": {NEW: case("1", OLD)}})
    evaluation = evaluate(both, run(entry(OLD, PASSED, "1")), "compute")
    assert evaluation.verdict == "passed"
    assert evaluation.required.total == 1


def test_a_guideline_without_ids_takes_any_entry_of_the_name() -> None:
    by_name = compiled({"a": {NEW: case()}})
    assert evaluate(by_name, run(entry(NEW, PASSED, "1")), "compute").verdict == "passed"
    worst = run(entry(NEW, PASSED, "1"), entry(NEW, FAILED, "2"))
    assert evaluate(by_name, worst, "compute").failed == (NEW,)


def test_an_empty_id_never_matches() -> None:
    by_name = compiled({"a": {NEW: case()}})
    assert evaluate(by_name, run(entry("other.T.test_x")), "compute").missing == (NEW,)
