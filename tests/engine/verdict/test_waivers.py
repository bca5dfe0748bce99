"""Tests set aside for one release by a public document."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from certification.engine.verdict import CapabilityState, Waiver, WaiverMisplaced, evaluate
from tests.engine.verdict.building import FAILED, case, compiled, entry, run

GUIDELINE = compiled({"a": {"a.A.test_1": case("1")}, "b": {"a.A.test_2": case("2")}})
REPORT = run(entry("a.A.test_1"), entry("a.A.test_2", FAILED))


def waiver(*tests: str) -> Waiver:
    return Waiver(GUIDELINE.guideline.digest, "compute", tests, "no such disk")


@pytest.mark.parametrize("written", ["a.A.test_2", "a.A.test_2[id-2,smoke]", "2", "id-2"])
def test_a_waived_test_is_shown_and_not_counted(written: str) -> None:
    given = waiver(written)
    evaluation = evaluate(GUIDELINE, REPORT, "compute", [given])
    assert evaluation.verdict == "passed"
    assert evaluation.waived == ("a.A.test_2",)
    assert (evaluation.required.total, evaluation.required.waived) == (1, 1)
    assert evaluation.waivers == (given.digest,)
    assert {c.id: c.state for c in evaluation.capabilities}["b"] is CapabilityState.WAIVED


def test_waivers_of_everything_certify_nothing() -> None:
    evaluation = evaluate(GUIDELINE, REPORT, "compute", [waiver("1", "2")])
    assert (evaluation.verdict, evaluation.reasons[0].code) == ("error", "nothing-to-certify")


def test_a_waiver_of_no_test_is_said() -> None:
    evaluation = evaluate(GUIDELINE, REPORT, "compute", [waiver("a.A.test_3")])
    assert evaluation.verdict == "failed"
    assert [w.code for w in evaluation.warnings] == ["waiver-names-no-test"]


@pytest.mark.parametrize("change", [{"target": "object"}, {"guideline_digest": "0" * 64}])
def test_a_waiver_works_only_where_it_was_given(change: dict[str, Any]) -> None:
    with pytest.raises(WaiverMisplaced):
        evaluate(GUIDELINE, REPORT, "compute", [replace(waiver("2"), **change)])


def test_the_order_of_waivers_changes_nothing() -> None:
    both = [waiver("2"), Waiver(GUIDELINE.guideline.digest, "compute", ("2",), "another reason")]
    one, other = (evaluate(GUIDELINE, REPORT, "compute", order) for order in (both, both[::-1]))
    assert one.canonical_bytes() == other.canonical_bytes()
