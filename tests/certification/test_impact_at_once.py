"""Many bitmaps at once give the verdicts and states of the engine's path for one."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.engine.guideline import parse_guideline
from certification.engine.report import (
    Damage,
    Entry,
    EvidenceFormat,
    Fixture,
    Report,
    TestState,
)
from certification.engine.verdict import (
    BitmapUnusable,
    EvidenceFacts,
    RunBitmap,
    TestDictionary,
    compile_guideline,
    compile_masks,
    evaluate,
    keys_of,
    masks_of_tests,
    verdict_of,
)
from certification.judging import GuidelineMasks
from certification.models import Guideline
from certification.queries.guideline_batch import (
    ERROR,
    FAILED,
    FAILED_STATE,
    MISSING_STATE,
    PASSED,
    PASSED_STATE,
    SKIPPED_STATE,
    UNKNOWN,
    Stack,
    judge_stack,
    matrix_of,
    states_of,
)
from certification.queries.guideline_counts import Entries, judge_stack_of, shortfalls
from tests.factories import document

CODES = {"passed": PASSED, "failed": FAILED, "error": ERROR}
STATES = {
    TestState.PASSED: PASSED_STATE,
    TestState.FAILED: FAILED_STATE,
    TestState.SKIPPED: SKIPPED_STATE,
    TestState.MISSING: MISSING_STATE,
}
COMPILED = compile_guideline(parse_guideline(document("2031.06", "a", "b", "c")))
OTHER = compile_guideline(parse_guideline(document("2031.11", "c", "d", "e")))
states = st.sampled_from([TestState.PASSED, TestState.FAILED, TestState.SKIPPED])
#: Own names, foreign names with an own id, and an entry without id: what no bitmap can say.
entries = st.builds(
    lambda name, own, state: Entry(
        f"demo.{'Tests' if own else 'Old'}.{name}", name if name != "z" else "", state
    ),
    st.sampled_from("aabbccdz"),
    st.booleans(),
    states,
)
fixtures = st.builds(
    lambda state: Fixture("demo.Tests", "setUpClass", state),
    st.sampled_from([TestState.FAILED, TestState.SKIPPED]),
)
reports = st.builds(
    lambda found, fixture, damage: Report(
        EvidenceFormat.SUBUNIT_V2,
        tuple(found),
        fixtures=tuple(fixture),
        damage=Damage(9, "torn") if damage else None,
    ),
    st.lists(entries, max_size=8, unique_by=lambda one: (one.name, one.idempotent_id)),
    st.lists(fixtures, max_size=1),
    st.booleans(),
)


def stack_of(reports: list[Report], bitmaps: list[RunBitmap]) -> Stack:
    maps = [bitmap.to_bytes(bitmap.width // 8 + 1) for bitmap in bitmaps]
    size = max(len(found[0]) for found in maps)
    matrices = [matrix_of((found[i] for found in maps), size) for i in range(3)]
    return Stack(
        *matrices,
        np.array([bitmap.width for bitmap in bitmaps], dtype=np.int64),
        np.array(
            [b.exact and bool(r.entries) for b, r in zip(bitmaps, reports, strict=True)], dtype=bool
        ),
        np.array([report.damage is not None for report in reports], dtype=bool),
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(reports, st.booleans()), min_size=1, max_size=12))
def test_the_same_verdicts_and_states(drawn: list[tuple[Report, bool]]) -> None:
    """Some of the bitmaps are older than the guideline that they are judged by."""
    dictionary = TestDictionary(keys_of(OTHER))
    found = [report for report, _ in drawn]
    early = {i: dictionary.bitmap_of(report) for i, (report, old) in enumerate(drawn) if old}
    dictionary.grow(keys_of(COMPILED))
    bitmaps = [early.get(i) or dictionary.bitmap_of(report) for i, report in enumerate(found)]
    stack = stack_of(found, bitmaps)
    masks = compile_masks(COMPILED, dictionary)["compute"]
    tests = masks_of_tests(COMPILED, dictionary)
    columns = [states_of(mask, stack) for mask in tests]
    short = shortfalls(masks, Entries(stack))
    fallen = list(zip(short.failed, short.skipped, short.missing, strict=True))
    [ruled] = judge_stack_of(stack, GuidelineMasks(Guideline(pk=1), "", (masks,))).targets
    for i, code in enumerate(judge_stack(masks, stack)):
        explained = evaluate(COMPILED, found[i], "compute")
        if short.sure[i]:
            counts = explained.required
            assert fallen[i] == (counts.failed, counts.skipped, counts.missing)
            assert found[i].entries
            row = (explained.verdict.value, counts.total, counts.passed, *fallen[i])
            assert ruled.endings[int(ruled.said[i])] == "\t".join(map(str, row))
        else:
            assert int(ruled.said[i]) not in ruled.endings
        try:
            summary = verdict_of(masks, bitmaps[i], EvidenceFacts.of(found[i]))
        except BitmapUnusable:
            assert code in (UNKNOWN, CODES[explained.verdict.value])
            continue
        if not found[i].entries:
            assert code == UNKNOWN
            continue
        assert code == CODES[summary.verdict.value] == CODES[explained.verdict.value]
        [capability] = explained.capabilities
        told = {test.name: STATES[test.state] for test in capability.tests}
        assert {mask.name: column[i] for mask, column in zip(tests, columns, strict=True)} == told
