"""Which verdict a run gets, and why."""

from __future__ import annotations

import pytest

from certification.engine.guideline import TargetUnknown
from certification.engine.report import Damage, Entry, Fixture, Report, ReportWarning
from certification.engine.verdict import CapabilityState, Evaluation, evaluate
from tests.engine.verdict.building import (
    FAILED,
    PASSED,
    SKIPPED,
    case,
    compiled,
    entry,
    passing_run,
    run,
)

TWO = compiled({"cap": {"a.A.test_1": case("1"), "a.A.test_2": case("2", flagged=True)}})


def codes(evaluation: Evaluation) -> list[str]:
    return [reason.code for reason in evaluation.reasons]


@pytest.mark.parametrize(
    ("report", "verdict", "reasons"),
    [
        (run(entry("a.A.test_1")), "passed", []),
        (run(entry("a.A.test_1"), entry("a.A.test_2", FAILED)), "passed", []),
        (run(entry("a.A.test_1", FAILED)), "failed", ["tests-failed"]),
        (run(entry("a.A.test_1", SKIPPED)), "failed", ["tests-skipped"]),
        (run(entry("other.A.test_1")), "failed", ["tests-missing"]),
        (run(entry("a.A.test_1"), damage=Damage(17, "bad")), "failed", ["incomplete-evidence"]),
        (run(damage=Damage(17, "bad")), "error", ["nothing-judged"]),
        (run(), "error", ["nothing-judged"]),
        (
            run(fixtures=[Fixture("a.A", "setUpClass", SKIPPED)]),
            "failed",
            ["tests-skipped"],
        ),
        (run(entry("a.A.test_1"), passes_only=True), "passed", []),
        (run(entry("a.A.test_1"), looks_incomplete=True), "passed", []),
    ],
)
def test_the_verdict_on_a_run(report: Report, verdict: str, reasons: list[str]) -> None:
    evaluation = evaluate(TWO, report, "compute")
    assert (evaluation.verdict, codes(evaluation)) == (verdict, reasons)


def test_incomplete_evidence_names_the_byte() -> None:
    evaluation = evaluate(TWO, run(entry("a.A.test_1"), damage=Damage(4711, "crc")), "compute")
    assert "byte 4711" in evaluation.reasons[0].text
    assert evaluation.to_document()["report"]["damage"] == {"offset": 4711, "reason": "crc"}


@pytest.mark.parametrize("label", ["passes_only", "looks_incomplete"])
def test_doubts_about_the_evidence_are_shown(label: str) -> None:
    report = run(entry("a.A.test_1"), **{label: True})  # type: ignore[arg-type]  # one flag by name
    evaluation = evaluate(TWO, report, "compute")
    assert evaluation.to_document()["report"][label] is True
    assert [warning.code for warning in evaluation.warnings] == [label.replace("_", "-")]


def test_warnings_of_the_run_are_kept() -> None:
    report = run(entry("a.A.test_1"), warnings=[ReportWarning("x", "y")])
    assert evaluate(TWO, report, "compute").warnings == (ReportWarning("x", "y"),)


@pytest.mark.parametrize(
    ("tests", "code"),
    [
        ({}, "nothing-to-certify"),
        ({"a.A.test_1": case("1", flagged=True)}, "nothing-to-certify"),
    ],
)
def test_a_target_without_countable_test_is_never_passed(
    tests: dict[str, dict[str, object]], code: str
) -> None:
    of = compiled({"cap": tests})
    evaluation = evaluate(of, run(entry("a.A.test_1")), "compute")
    assert (evaluation.verdict, codes(evaluation)) == ("error", [code])
    assert evaluation.not_tested == ("cap",)


def test_advisory_capabilities_alone_certify_nothing() -> None:
    of = compiled({"cap": {"a.A.test_1": case("1")}}, components={"c": {"advisory": ["cap"]}})
    evaluation = evaluate(of, passing_run(of), "compute")
    assert evaluation.verdict == "error"
    assert [c.state for c in evaluation.advisory] == [CapabilityState.PASSED]


def test_a_required_capability_that_is_not_defined_is_an_error() -> None:
    of = compiled({"cap": {"a.A.test_1": case("1")}}, required=["cap", "gone"])
    evaluation = evaluate(of, passing_run(of), "compute")
    assert (evaluation.verdict, codes(evaluation)) == ("error", ["capability-undefined"])
    assert "gone" in evaluation.reasons[0].text


def test_a_component_that_is_not_defined_is_an_error() -> None:
    of = compiled({"cap": {"a.A.test_1": case("1")}}, platforms={"X Compute": ["c", "lost"]})
    evaluation = evaluate(of, passing_run(of), "compute")
    assert (evaluation.verdict, codes(evaluation)) == ("error", ["component-undefined"])


@pytest.mark.parametrize("status", ["removed", "advisory", "deprecated"])
def test_other_undefined_capabilities_do_not_block(status: str) -> None:
    of = compiled(
        {"cap": {"a.A.test_1": case("1")}},
        components={"c": {"required": ["cap"], status: ["gone"]}},
    )
    assert evaluate(of, passing_run(of), "compute").verdict == "passed"


def test_a_capability_that_nothing_tests_is_named_and_does_not_block() -> None:
    of = compiled(
        {"cap": {"a.A.test_1": case("1")}, "empty": {}, "set aside": {"b": case("2", flagged=True)}}
    )
    evaluation = evaluate(of, passing_run(of), "compute")
    assert evaluation.verdict == "passed"
    assert evaluation.not_tested == ("empty", "set aside")


def test_a_test_flagged_in_one_required_capability_only_is_counted() -> None:
    of = compiled(
        {
            "strict": {"a.A.test_1": case("1")},
            "lenient": {"a.A.test_1": case("1", flagged=True), "a.A.test_2": case("2")},
        }
    )
    evaluation = evaluate(of, run(entry("a.A.test_2", PASSED, "2")), "compute")
    assert (evaluation.verdict, evaluation.missing) == ("failed", ("a.A.test_1",))
    assert evaluation.flagged == ()
    assert {c.id: c.state for c in evaluation.capabilities} == {
        "lenient": "passed",
        "strict": "failed",
    }


def test_the_best_status_over_components_wins() -> None:
    of = compiled(
        {"cap": {"a.A.test_1": case("1")}, "own": {"a.A.test_2": case("2")}},
        components={
            "one": {"removed": ["cap"], "required": ["own"]},
            "two": {"required": ["cap"], "advisory": ["own"]},
        },
        platforms={"X Platform": ["one", "two"], "X Compute": ["one"]},
    )
    report = run(entry("a.A.test_2", PASSED, "2"))
    assert evaluate(of, report, "compute").verdict == "passed"
    assert evaluate(of, report, "platform").missing == ("a.A.test_1",)
    assert [c.id for c in evaluate(of, report, "compute").capabilities] == ["own"]


def test_counts_take_a_shared_test_once() -> None:
    of = compiled({"x": {"a.A.test_1": case("1")}, "y": {"a.A.test_1": case("1"), "z": case("3")}})
    required = evaluate(of, run(entry("a.A.test_1", FAILED)), "compute").required
    assert (required.total, required.passed, required.failed, required.missing) == (2, 0, 1, 1)


def test_flagged_tests_are_counted_beside() -> None:
    required = evaluate(TWO, passing_run(TWO), "compute").required
    assert (required.total, required.flagged, required.flagged_passed) == (1, 1, 1)
    assert required.to_document()["total_with_flagged"] == 2


def test_an_unknown_target_is_refused() -> None:
    with pytest.raises(TargetUnknown, match="it has: compute"):
        evaluate(TWO, run(), "dns")


def test_bytes_do_not_depend_on_the_order_of_entries() -> None:
    entries: list[Entry] = [
        entry("a.A.test_1", SKIPPED, "1", reason) for reason in ("zeta", "alpha")
    ] + [entry("m.A.test_1", SKIPPED, "1"), entry("a.A.test_2", FAILED, "7")]
    fixtures = [Fixture("a.A", "setUpClass", SKIPPED, text) for text in ("q", "p")]
    forwards = run(*entries, fixtures=fixtures)
    backwards = run(*entries[::-1], fixtures=fixtures[::-1])
    one, other = (evaluate(TWO, report, "compute") for report in (forwards, backwards))
    assert one.canonical_bytes() == other.canonical_bytes()
    assert one.digest == other.digest


@pytest.mark.parametrize("first_flagged", [True, False])
def test_a_test_that_a_capability_names_twice_counts_if_one_mention_does(
    first_flagged: bool,
) -> None:
    twice = {
        "a.A.test_1": case("1", flagged=first_flagged),
        "a.A.test_1[smoke]": case("1", flagged=not first_flagged),
    }
    evaluation = evaluate(compiled({"cap": twice}), run(entry("other.A.t")), "compute")
    assert (evaluation.missing, evaluation.flagged) == (("a.A.test_1",), ())
