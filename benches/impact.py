"""A draft against every stored run, as ratios to judging one by one: `python -m benches.impact`."""

from __future__ import annotations

import random
import sys
import time

import numpy as np

from benches.configured import DJANGO
from certification.engine.guideline import parse_guideline
from certification.engine.report import EvidenceFormat
from certification.engine.verdict import (
    EvidenceFacts,
    RunBitmap,
    TargetMasks,
    TestDictionary,
    compile_guideline,
    compile_masks,
    keys_of,
    verdict_of,
)
from certification.guidelines import shipped_bytes, shipped_inventories
from certification.queries.guideline_batch import PASSED, Stack, judge_stack, matrix_of

ROWS = (1_000, 10_000, 100_000)
CHUNK = 10_000
#: Different runs that the stored ones repeat in another order: what a run costs depends on its bits
#: alone.
KINDS = 1_000
TARGET_S = 1.0


def main() -> None:
    """Write the seconds of processor time that two guidelines' targets take over so many runs."""
    compiled = [
        compile_guideline(parse_guideline(shipped_bytes(n))) for n in ("2026.11", "2027.05")
    ]
    dictionary = TestDictionary(key for one in compiled for key in keys_of(one))
    for tests in shipped_inventories().values():
        dictionary.grow(tests)
    masks = [mask for one in compiled for mask in compile_masks(one, dictionary).values()]
    runs = _runs(masks, len(dictionary))
    size = len(dictionary) // 8 + 1
    sys.stdout.write(f"Django {DJANGO}, numpy {np.__version__}\n")
    sys.stdout.write(f"{len(masks)} targets, bitmaps of {size} bytes, {KINDS} kinds of runs\n")
    for rows in ROWS:
        stacks = [_stack(runs, min(CHUNK, rows), size) for _ in range(max(1, rows // CHUNK))]
        began = time.process_time()
        passed = sum(int((judge_stack(m, s) == PASSED).sum()) for s in stacks for m in masks)
        spent = time.process_time() - began
        sys.stdout.write(f"{rows:8,} runs: {spent:7.3f} s, {passed:,} verdicts passed\n")
    verdict = "met" if spent <= TARGET_S else "MISSED"
    sys.stdout.write(f"target {TARGET_S:.0f} s at {ROWS[-1]:,}: {verdict}\n")
    sys.stdout.write(f"one by one, {KINDS} runs: {_one_by_one(masks, runs):.3f} s\n")


def _runs(masks: list[TargetMasks], width: int) -> list[RunBitmap]:
    """Of ten runs four passed all, three failed some, two lack some, one has old names."""
    dice = random.Random(7)
    everything = 0
    for mask in masks:
        everything |= mask.own
    return [_run(number % 10, dice, masks, everything, width) for number in range(KINDS)]


def _run(
    kind: int, dice: random.Random, masks: list[TargetMasks], everything: int, width: int
) -> RunBitmap:
    passed, failed = everything, 0
    tests = [test for mask in masks for test in mask.tests.values()]
    for test in dice.sample(tests, 0 if kind < 4 else 5):
        passed &= ~test.own
        if kind < 7:
            failed |= test.own
        elif kind == 9:
            passed |= test.by_id & -test.by_id
    return RunBitmap(passed, failed, 0, True, width)


def _stack(runs: list[RunBitmap], rows: int, size: int) -> Stack:
    maps = [run.to_bytes(size) for run in runs]
    columns = [matrix_of((found[i] for found in maps), size) for i in range(3)]
    order = np.random.default_rng(7).integers(0, len(runs), rows)
    return Stack(
        passed=columns[0][order],
        failed=columns[1][order],
        skipped=columns[2][order],
        widths=np.full(rows, runs[0].width, dtype=np.int64),
        legible=np.ones(rows, dtype=bool),
        damaged=np.zeros(rows, dtype=bool),
    )


def _one_by_one(masks: list[TargetMasks], runs: list[RunBitmap]) -> float:
    facts = EvidenceFacts(EvidenceFormat.SUBUNIT_V2, False, False, False, None)
    began = time.process_time()
    for run in runs:
        for mask in masks:
            verdict_of(mask, run, facts)
    return time.process_time() - began


if __name__ == "__main__":
    main()
