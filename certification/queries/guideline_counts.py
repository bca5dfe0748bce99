"""What many stored runs are short of, counted at once: the stored form of their verdicts.

The counts are those of the engine's bitmap path for each run; a test holds the two equal. Where the
bitmap cannot tell, or the evidence is damaged, a run is not `sure`, and has to be looked at by
itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from certification.engine.report import EvidenceFormat
from certification.engine.verdict import RULESET, EvidenceFacts, TargetMasks, TestMask
from certification.engine.verdict.ruling import rule
from certification.judging import GuidelineMasks
from certification.queries.guideline_batch import (
    FAILED_STATE,
    MISSING_STATE,
    SKIPPED_STATE,
    Bits,
    Flags,
    Stack,
    states_elsewhere,
    words_of,
)

Numbers = NDArray[np.int64]
Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Shortfalls:
    """For each run of a stack: how many counted tests failed, were skipped, are missing. They say
    nothing of a run that is not `sure`."""

    failed: Numbers
    skipped: Numbers
    missing: Numbers
    sure: Flags

    def rows(self) -> list[tuple[int, int, int]]:
        columns = (self.failed.tolist(), self.skipped.tolist(), self.missing.tolist())
        return list(zip(*columns, strict=True))


def shortfalls(masks: TargetMasks, stack: Stack) -> Shortfalls:
    own, columns = words_of(masks.own, stack.words)
    passed = stack.passed[:, columns] & own
    failed = stack.failed[:, columns] & own
    skipped = stack.skipped[:, columns] & own
    missing = _count(own & ~(passed | failed | skipped))
    sure = stack.legible & ~stack.damaged & (stack.widths >= masks.width)
    if masks.own.bit_length() > stack.words * 64:
        sure = np.zeros(len(stack), dtype=bool)
    found = Shortfalls(_count(failed), _count(skipped & ~failed), missing, sure)
    for test, rows in _seen_elsewhere(masks, stack):
        states = states_elsewhere(test, stack, rows)
        found.failed[rows] += states == FAILED_STATE
        found.skipped[rows] += states == SKIPPED_STATE
        found.missing[rows] -= states != MISSING_STATE
    return found


def _seen_elsewhere(masks: TargetMasks, stack: Stack) -> Iterator[tuple[TestMask, Rows]]:
    """Each test with the runs that lack it under its own name, where any run has one of its other
    keys."""
    seen = stack.passed | stack.failed | stack.skipped
    at_all = int.from_bytes(np.bitwise_or.reduce(seen, axis=0).tobytes(), "little")
    for position, test in masks.tests.items():
        if test.elsewhere & at_all and position < stack.words * 64:
            rows = np.flatnonzero(seen[:, position >> 6] & np.uint64(1 << (position & 63)) == 0)
            if len(rows):
                yield test, rows


def _count(bits: Bits) -> Numbers:
    counts: Numbers = np.bitwise_count(bits).sum(axis=1, dtype=np.int64)
    return counts


@dataclass(frozen=True, slots=True)
class StackJudged:
    """The verdicts of one guideline on a stack of runs. `sure`: by all its targets."""

    by: GuidelineMasks
    targets: tuple[tuple[TargetMasks, Shortfalls], ...]
    sure: Flags

    def lines(self, ids: Sequence[UUID], but: Mapping[str, Flags]) -> Iterator[str]:
        """Rows for COPY, of the sure ones among the first runs, whose ids these are: run,
        guideline, inputs, target, ruleset, verdict, then total, passed, failed, skipped and
        missing, between tabs. `but`: the runs that a target gives no row for, where it is named."""
        for masks, short in self.targets:
            wanted = self.sure & ~but[masks.target] if masks.target in but else self.sure
            inputs = rf"\\x{self.by.inputs_digest}"
            begin = f"\t{self.by.guideline.pk}\t{inputs}\t{masks.target}\t{RULESET}\t"
            rows = short.rows()
            ends = {found: f"{begin}{_ending(masks, *found)}\n" for found in set(rows)}
            for i in np.flatnonzero(wanted[: len(ids)]).tolist():
                yield f"{ids[i]}{ends[rows[i]]}"

    def same_as(self, former: StackJudged) -> dict[str, Flags]:
        """By target the runs whose verdict and shortfalls a former form of the guideline had found,
        too: what can be judged has the same verdict with the same shortfalls."""
        found = {masks.target: (masks, short) for masks, short in former.targets}
        same = {}
        for masks, short in self.targets:
            was, before = found.get(masks.target, (None, None))
            if was is None or before is None or not (_can_judge(masks) and _can_judge(was)):
                continue
            same[masks.target] = (
                self.sure
                & former.sure
                & (short.failed == before.failed)
                & (short.skipped == before.skipped)
                & (short.missing == before.missing)
            )
        return same


def _can_judge(masks: TargetMasks) -> bool:
    return masks.problem is None and bool(masks.tests)


def _ending(masks: TargetMasks, failed: int, skipped: int, missing: int) -> str:
    total = len(masks.tests)
    counts = Counted(total, total - failed - skipped - missing, failed, skipped, missing)
    verdict, _ = rule(masks.problem, _WHOLE, counts)
    return "\t".join(map(str, (verdict.value, *counts)))


class Counted(NamedTuple):
    total: int
    passed: int
    failed: int
    skipped: int
    missing: int


#: Evidence that is neither empty nor damaged, as that of every sure run is: nothing else of it
#: enters the verdict.
_WHOLE = EvidenceFacts(EvidenceFormat.SUBUNIT_V2, False, False, False, None)


def judge_stack_of(stack: Stack, known: GuidelineMasks) -> StackJudged:
    """Every target of the guideline on every run of the stack."""
    targets = tuple((one, shortfalls(one, stack)) for one in known.targets)
    sure = np.ones(len(stack), dtype=bool)
    for _, short in targets:
        sure &= short.sure
    return StackJudged(known, targets, sure)
