"""A passing run of Powered 2026.11 loses one test at a time: no loss may go unnoticed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from certification.engine.guideline import parse_guideline
from certification.engine.report import Entry, Report
from certification.engine.verdict import (
    EvidenceFacts,
    TestDictionary,
    compile_guideline,
    compile_masks,
    evaluate,
    keys_of,
    verdict_of,
)
from certification.guidelines import shipped_bytes
from tests.engine.verdict.building import FAILED, MISSING, SKIPPED, State, passing_run, run

COMPILED = compile_guideline(parse_guideline(shipped_bytes("2026.11")))
DICTIONARY = TestDictionary(keys_of(COMPILED))
MASKS = compile_masks(COMPILED, DICTIONARY)
WHOLE = passing_run(COMPILED).entries


def mutants(name: str) -> Iterator[tuple[State, Report]]:
    others = [e for e in WHOLE if e.name != name]
    (lost,) = (e for e in WHOLE if e.name == name)
    yield MISSING, run(*others)
    for state in (FAILED, SKIPPED):
        yield state, run(*others, Entry(lost.name, lost.idempotent_id, state))


@pytest.mark.slow
@pytest.mark.parametrize("target", ["compute", "object", "platform"])
def test_every_required_test_decides_on_both_paths(target: str) -> None:
    aim = COMPILED.targets[target]
    for index in aim.counted:
        name = COMPILED.tests[index].name
        for state, report in mutants(name):
            summary = verdict_of(
                MASKS[target], DICTIONARY.bitmap_of(report), EvidenceFacts.of(report)
            )
            assert summary.verdict == "failed", name
            assert getattr(summary, f"{state}_tests") == (name,)
            evaluation = evaluate(COMPILED, report, target)
            assert evaluation.verdict == "failed", name
            assert getattr(evaluation, state.value) == (name,)


@pytest.mark.parametrize("target", ["compute", "platform"])
def test_no_flagged_test_ever_decides(target: str) -> None:
    flagged = COMPILED.targets[target].flagged
    assert len(flagged) == 5
    for index in flagged:
        for _, report in mutants(COMPILED.tests[index].name):
            assert evaluate(COMPILED, report, target).verdict == "passed"
            bitmap = DICTIONARY.bitmap_of(report)
            assert verdict_of(MASKS[target], bitmap, EvidenceFacts.of(report)).verdict == "passed"
