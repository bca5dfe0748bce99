"""A flag set or withdrawn for everybody, later."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from certification.engine.guideline import Amendment, AmendmentAction, AmendmentInvalid
from certification.engine.verdict import compile_guideline, evaluate
from tests.engine.verdict.building import case, entry, guideline, run

GUIDELINE = guideline({"cap": {"a.A.t1": case("1"), "a.A.t2": case("2", flagged=True)}})
FLAG = Amendment(GUIDELINE.digest, AmendmentAction.FLAG, "a.A.t1", "it is wrong", "board")
WITHDRAW = replace(FLAG, action=AmendmentAction.WITHDRAW, test="id-2")


def judged(*amendments: Amendment, passed: str) -> tuple[str, tuple[str, ...]]:
    compiled = compile_guideline(GUIDELINE, amendments)
    assert compiled.amendments == tuple(amendment.digest for amendment in amendments)
    evaluation = evaluate(compiled, run(entry(passed)), "compute")
    assert evaluation.amendments == compiled.amendments
    return evaluation.verdict, evaluation.flagged


def test_a_flag_sets_a_test_aside_and_a_withdrawal_takes_it_back() -> None:
    assert judged(passed="a.A.t1") == ("passed", ("a.A.t2",))
    assert judged(passed="a.A.t2") == ("failed", ("a.A.t2",))
    assert judged(WITHDRAW, passed="a.A.t1") == ("failed", ())
    assert judged(WITHDRAW, FLAG, passed="a.A.t2") == ("passed", ("a.A.t1",))


def test_the_last_amendment_wins() -> None:
    undo = replace(FLAG, action=AmendmentAction.WITHDRAW)
    assert judged(FLAG, undo, passed="a.A.t1") == ("passed", ("a.A.t2",))


def test_flagging_everything_leaves_nothing_to_certify() -> None:
    assert judged(FLAG, passed="a.A.t1")[0] == "error"


def test_the_reason_is_shown_with_the_test() -> None:
    evaluation = evaluate(compile_guideline(GUIDELINE, [FLAG]), run(), "compute")
    assert evaluation.capabilities[0].tests[0].flag_reason == "it is wrong"


def test_every_field_counts_in_the_digest() -> None:
    changes: list[dict[str, Any]] = [{name: "x"} for name in ("test", "reason", "author", "date")]
    others = [replace(FLAG, **change) for change in changes]
    assert len({FLAG.digest, WITHDRAW.digest, *(other.digest for other in others)}) == 6


@pytest.mark.parametrize("change", [{"test": "a.A.t9"}, {"test": ""}, {"guideline_digest": "0"}])
def test_an_amendment_of_nothing_here_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(AmendmentInvalid):
        compile_guideline(GUIDELINE, [replace(FLAG, **change)])
