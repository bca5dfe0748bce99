"""What many stored runs are short of, counted at once: the stored form of their verdicts.

The counts are those of the engine's bitmap path for each run; a test holds the two equal. Where the
bitmap cannot tell, a run is not `sure`, and its evidence has to be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from certification.engine.report import Damage, EvidenceFormat
from certification.engine.verdict import RULESET, EvidenceFacts, TargetMasks, TestMask
from certification.engine.verdict.ruling import rule
from certification.judging import GuidelineMasks
from certification.queries.guideline_batch import (
    FAILED_STATE,
    MISSING_STATE,
    SKIPPED_STATE,
    Bits,
    Codes,
    Flags,
    Stack,
    states_elsewhere,
    words_of,
)
from certification.queries.stored_runs import ID_BYTES, StoredRuns

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


class Entries:
    """Of which keys each run of a stack has an entry; asked once for all targets of a guideline."""

    def __init__(self, stack: Stack) -> None:
        entries = stack.passed | stack.failed | stack.skipped
        self.stack = stack
        self.clean = stack.passed & ~(stack.failed | stack.skipped)
        # By words, so that asking all runs for one test reads memory in a row.
        self._words = np.ascontiguousarray(entries.T)
        self._at_all = int.from_bytes(np.bitwise_or.reduce(entries, axis=0).tobytes(), "little")
        self._elsewhere: dict[int, tuple[Rows, Codes]] = {}

    def elsewhere(self, tests: Mapping[int, TestMask]) -> Iterator[tuple[Rows, Codes]]:
        """For each of the tests, by the positions of their own keys, the runs that have an entry by
        another of its keys and none by its own; and what that makes of it."""
        for position, test in tests.items():
            if not test.elsewhere & self._at_all or position >= self.stack.words * 64:
                continue
            if position not in self._elsewhere:
                rows = self._rows(position, test)
                self._elsewhere[position] = rows, states_elsewhere(test, self.stack, rows)
            yield self._elsewhere[position]

    def _rows(self, position: int, test: TestMask) -> Rows:
        bits, columns = words_of(test.elsewhere, self.stack.words)
        there = np.zeros(len(self.stack), dtype=bool)
        for word, column in zip(bits, columns, strict=True):
            there |= (self._words[column] & word) != 0
        there &= (self._words[position >> 6] & np.uint64(1 << (position & 63))) == 0
        return np.flatnonzero(there)


def shortfalls(masks: TargetMasks, entries: Entries) -> Shortfalls:
    stack = entries.stack
    own, columns = words_of(masks.own, stack.words)
    lacking = own & ~entries.clean[:, columns]
    rows = np.flatnonzero(lacking.any(axis=1))
    none = np.zeros(len(stack), dtype=np.int64)
    found = Shortfalls(none, none.copy(), none.copy(), _sure(masks, stack))
    failed = own & stack.failed[np.ix_(rows, columns)]
    skipped = own & stack.skipped[np.ix_(rows, columns)] & ~failed
    found.failed[rows] = _count(failed)
    found.skipped[rows] = _count(skipped)
    found.missing[rows] = _count(lacking[rows] & ~(failed | skipped))
    for places, states in entries.elsewhere(masks.tests):
        found.failed[places] += states == FAILED_STATE
        found.skipped[places] += states == SKIPPED_STATE
        found.missing[places] -= states != MISSING_STATE
    return found


def _sure(masks: TargetMasks, stack: Stack) -> Flags:
    if masks.own.bit_length() > stack.words * 64:
        return np.zeros(len(stack), dtype=bool)
    return stack.legible & (stack.widths >= masks.width)


def _count(bits: Bits) -> Numbers:
    counts: Numbers = np.bitwise_count(bits).sum(axis=1, dtype=np.int64)
    return counts


@dataclass(frozen=True, slots=True)
class TargetJudged:
    """`said` is one number for each run of a stack, the verdict and what is short: two runs have
    equal rows by a form of the guideline where it is equal. `endings` are those rows' ends."""

    masks: TargetMasks
    said: Numbers
    endings: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class StackJudged:
    """The verdicts of one guideline on a stack of runs. `sure`: by all its targets."""

    by: GuidelineMasks
    targets: tuple[TargetJudged, ...]
    sure: Flags

    def lines(self, stored: StoredRuns, first: int, but: Mapping[str, Flags]) -> Iterator[str]:
        """Rows for COPY, of the sure ones among the first runs, whose kinds the stack has: run,
        guideline, inputs, target, ruleset, verdict, then total, passed, failed, skipped and
        missing, between tabs. `but`: the runs that a target gives no row for, where it is named."""
        names, digits = stored.ids.tobytes().hex(), 2 * ID_BYTES
        for one in self.targets:
            wanted = self.sure[stored.kind]
            if one.masks.target in but:
                wanted &= ~but[one.masks.target]
            inputs = rf"\\x{self.by.inputs_digest}"
            begin = f"{self.by.guideline.pk}\t{inputs}\t{one.masks.target}\t{RULESET}"
            places = np.flatnonzero(wanted[:first])
            said = one.said[stored.kind[places]]
            for at, number in zip((places * digits).tolist(), said.tolist(), strict=True):
                yield f"{names[at : at + digits]}\t{begin}\t{one.endings[number]}\n"

    def same_as(self, stored: StoredRuns, held: Mapping[str, Numbers]) -> dict[str, Flags]:
        """By target the runs of which the same is said as is held; a guideline that cannot be
        judged says nothing that would hold."""
        return {
            one.masks.target: self.sure[stored.kind]
            & (one.said[stored.kind] == held[one.masks.target])
            for one in self.targets
            if one.masks.problem is None and one.masks.tests and one.masks.target in held
        }


#: The number that says how a run stands: missing tests from bit 0 on, skipped and failed ones from
#: these, 15 bits each as in the database; then two bits of the verdict's first letter, by which the
#: three differ. PostgreSQL makes the same number of a row (`carried.py`).
SKIPPED_BIT, FAILED_BIT, VERDICT_BIT, SAID_BITS = 15, 30, 45, 47
_COUNT, _LETTER = (1 << 15) - 1, 3
#: What is said of a run that is not sure: there is no row that ends so.
UNSURE = -2


class Counted(NamedTuple):
    total: int
    passed: int
    failed: int
    skipped: int
    missing: int


#: All of the evidence's facts that enter the verdict of a sure run, which is not empty.
_FACTS = tuple(
    EvidenceFacts(EvidenceFormat.SUBUNIT_V2, False, False, False, damage)
    for damage in (None, Damage(0, "damaged"))
)


def judge_stack_of(stack: Stack, known: GuidelineMasks) -> StackJudged:
    """Every target of the guideline on every run of the stack."""
    entries = Entries(stack)
    sure = np.ones(len(stack), dtype=bool)
    targets = []
    for masks in known.targets:
        short = shortfalls(masks, entries)
        sure &= short.sure
        targets.append(_ruled(masks, short, stack))
    return StackJudged(known, tuple(targets), sure)


def _ruled(masks: TargetMasks, short: Shortfalls, stack: Stack) -> TargetJudged:
    """The verdict for each different shortfall, damaged or not."""
    counts = short.failed << FAILED_BIT | short.skipped << SKIPPED_BIT | short.missing
    counts[~short.sure] = 0
    different, places = np.unique(
        counts | stack.damaged.astype(np.int64) << VERDICT_BIT, return_inverse=True
    )
    said, endings = [], {}
    for number in different.tolist():
        failed, skipped = number >> FAILED_BIT & _COUNT, number >> SKIPPED_BIT & _COUNT
        total, missing = len(masks.tests), number & _COUNT
        counted = Counted(total, total - failed - skipped - missing, failed, skipped, missing)
        verdict = rule(masks.problem, _FACTS[number >> VERDICT_BIT], counted)[0].value
        letter = ord(verdict[0]) & _LETTER
        said.append(letter << VERDICT_BIT | number & ((1 << VERDICT_BIT) - 1))
        endings[said[-1]] = "\t".join(map(str, (verdict, *counted)))
    told = np.where(short.sure, np.array(said, dtype=np.int64)[places], UNSURE)
    return TargetJudged(masks, told, endings)
