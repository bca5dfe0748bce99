"""Many stored runs at once: their bitmaps as arrays, judged by a guideline's masks.

The verdict is that of the engine's bitmap path for each run; a test holds the two equal. Where the
bitmap of a run cannot tell, its verdict is `UNKNOWN`, and the evidence itself has to be read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from certification.engine.verdict import TargetMasks, TestMask

FAILED, PASSED, ERROR, UNKNOWN = range(4)
Bits = NDArray[np.uint64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Stack:
    """`n` runs. The bitmaps are (n, words of 64 bits), little endian; `widths` is how many keys the
    dictionary had for each. `legible` is false where only the evidence can tell: an inexact bitmap,
    or no entry at all.
    """

    passed: Bits
    failed: Bits
    skipped: Bits
    widths: NDArray[np.int64]
    legible: Flags
    damaged: Flags

    def __len__(self) -> int:
        return len(self.widths)

    @property
    def words(self) -> int:
        return int(self.passed.shape[1])


def matrix_of(maps: Iterable[bytes | memoryview], size: int) -> Bits:
    """One row of 64-bit words for each map, all as long as `size` bytes need."""
    padded = -(-size // 8) * 8
    whole = b"".join(bytes(bits).ljust(padded, b"\0") for bits in maps)
    return np.frombuffer(whole, dtype="<u8").reshape(-1, padded // 8)


def judge_stack(masks: TargetMasks, stack: Stack) -> Codes:
    """One code per run: what `verdict_of` says, or `UNKNOWN` where it would refuse.

    A run that failed or skipped a counted test under the test's own name fails even where its
    bitmap is older than the guideline: no later key can change that.
    """
    if masks.problem is not None:
        return np.full(len(stack), ERROR, dtype=np.int8)
    own, columns = words_of(masks.own, stack.words)
    passed = stack.passed[:, columns]
    spoiled = ((stack.failed[:, columns] | stack.skipped[:, columns]) & own).any(axis=1)
    whole = ((passed & own) == own).all(axis=1) & _fits(masks.own, stack)
    old = stack.widths < masks.width
    codes = np.full(len(stack), FAILED, dtype=np.int8)
    sound = ~spoiled & ~stack.damaged
    codes[sound & whole] = PASSED
    # What spoiled no test, and has not all under their own names: by others, or not at all.
    open_ = np.flatnonzero(sound & ~whole & stack.legible & ~old)
    codes[_proved_elsewhere(masks, stack, open_)] = PASSED
    codes[~stack.legible | (old & sound)] = UNKNOWN
    return codes


def _fits(mask: int, stack: Stack) -> bool:
    return mask.bit_length() <= stack.words * 64


def _proved_elsewhere(masks: TargetMasks, stack: Stack, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Of these rows those where each test without an own entry passed by another of its keys."""
    others = 0
    for test in masks.tests.values():
        others |= test.elsewhere
    bits, columns = words_of(others, stack.words)
    rows = rows[(stack.passed[np.ix_(rows, columns)] & bits).any(axis=1)]
    for position, test in masks.tests.items():
        if not len(rows):
            break
        without = stack.passed[rows, position >> 6] & np.uint64(1 << (position & 63)) == 0
        if without.any():
            stays = ~without
            stays[without] = states_elsewhere(test, stack, rows[without]) == PASSED_STATE
            rows = rows[stays]
    return rows


FAILED_STATE, SKIPPED_STATE, MISSING_STATE, PASSED_STATE = range(4)


def states_elsewhere(test: TestMask, stack: Stack, rows: NDArray[np.intp]) -> Codes:
    """By alias, else by id, else by the class's fixture; the first with any entry decides."""
    states = np.full(len(rows), MISSING_STATE, dtype=np.int8)
    for tier in filter(None, (test.alias, test.by_id, test.fixture)):
        found = _tier(tier, stack, rows)
        states = np.where(states == MISSING_STATE, found, states)
    return states


def states_of(test: TestMask, stack: Stack) -> Codes:
    """The state of one test in each run of the stack; it says nothing of runs that are not
    `legible` or whose bitmap is older than the guideline."""
    rows = np.arange(len(stack))
    states = _tier(test.own, stack, rows)
    without = np.flatnonzero(states == MISSING_STATE)
    states[without] = states_elsewhere(test, stack, without)
    return states


def _tier(mask: int, stack: Stack, rows: NDArray[np.intp]) -> Codes:
    """The worst state under these keys: failed, skipped, passed; missing without any entry."""
    bits, columns = words_of(mask, stack.words)
    states = np.full(len(rows), MISSING_STATE, dtype=np.int8)
    if len(columns):
        for state, matrix in (
            (PASSED_STATE, stack.passed),
            (SKIPPED_STATE, stack.skipped),
            (FAILED_STATE, stack.failed),
        ):
            states[(matrix[np.ix_(rows, columns)] & bits).any(axis=1)] = state
    return states


def words_of(mask: int, words: int) -> tuple[Bits, NDArray[np.intp]]:
    """The words of the mask that are not zero, and where they stand; of the first `words`."""
    size = max(words, mask.bit_length() // 64 + 1)
    whole = np.frombuffer(mask.to_bytes(size * 8, "little"), dtype="<u8")[:words]
    columns = np.flatnonzero(whole)
    return whole[columns], columns
