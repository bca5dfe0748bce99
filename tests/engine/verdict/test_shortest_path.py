"""What to mend first."""

from __future__ import annotations

from certification.engine.report import Damage
from certification.engine.verdict import evaluate
from tests.engine.verdict.building import FAILED, SKIPPED, case, compiled, entry, passing_run, run

NAMES = ["a.A.t1", "a.A.t2", "a.B.t3", "b.C.t4", "b.C.t5", "b.D.t6"]
GUIDELINE = compiled({"cap": {name: case(str(i)) for i, name in enumerate(NAMES)}})


def test_skips_come_first_by_cause_then_missing_then_failed() -> None:
    report = run(
        entry("a.A.t1", SKIPPED, reason="no neutron"),
        entry("a.A.t2", FAILED),
        entry("a.B.t3", SKIPPED, reason="no swift"),
        entry("b.C.t4", SKIPPED, reason="no swift"),
        entry("b.C.t5"),
    )
    path = evaluate(GUIDELINE, report, "compute").shortest_path
    assert path.sentence == (
        "5 tests short of Compute test.1: 3 skipped (from 2 causes), "
        "1 missing (b.D), 1 failed (a.A)."
    )
    assert [(step.state, step.cause, step.tests) for step in path.steps] == [
        ("skipped", "no swift", ("a.B.t3", "b.C.t4")),
        ("skipped", "no neutron", ("a.A.t1",)),
        ("missing", "b.D", ("b.D.t6",)),
        ("failed", "a.A", ("a.A.t2",)),
    ]


def test_a_passing_run_is_short_of_nothing() -> None:
    path = evaluate(GUIDELINE, passing_run(GUIDELINE), "compute").shortest_path
    assert (path.sentence, path.steps) == ("No test is short of Compute test.1.", ())


def test_an_error_promises_no_path() -> None:
    path = evaluate(GUIDELINE, run(damage=Damage(0, "x")), "compute").shortest_path
    assert path.sentence.startswith("This run cannot be certified for Compute test.1")
