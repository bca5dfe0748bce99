"""The bitmap path: the same verdict and counts as the explaining path, in microseconds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from certification.engine.report import TestState
from certification.engine.verdict.compiled import (
    CompiledGuideline,
    CompiledTarget,
    CompiledTest,
    Reason,
)
from certification.engine.verdict.dictionary import (
    ANY_ID,
    Key,
    RunBitmap,
    TestDictionary,
    fixture_key,
    keys_of,
)
from certification.engine.verdict.evaluation import EvidenceFacts, Verdict
from certification.engine.verdict.ruling import rule


class BitmapUnusable(ValueError):
    """The bitmap cannot be judged by these masks: judge the evidence itself. `code` is
    `bitmap-inexact` or `bitmap-older-than-guideline` (make the bitmap again)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class TestMask:
    """The keys of one test: `own` name (one bit), `alias`, `by_id` (names foreign to the guideline)
    and `fixture`; `elsewhere` unites the last three. The first with any bit in the run decides."""

    name: str
    own: int
    alias: int
    by_id: int
    fixture: int
    elsewhere: int


@dataclass(frozen=True, slots=True)
class TargetMasks:
    """`own` unites the own keys of all counted tests, one bit per test: a run that passed all of
    them, and failed or skipped none, passes. `elsewhere` unites their other keys. `tests` are by
    the position of their own key. `width` is the least dictionary that a bitmap needs."""

    target: str
    problem: Reason | None
    own: int
    elsewhere: int
    tests: dict[int, TestMask]
    width: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Verdict and counts of the counted required tests, with the names of those that fall short,
    sorted. The explaining path adds capabilities, reasons of single tests, flags and warnings."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    total: int
    passed: int
    failed: int
    skipped: int
    missing: int
    failed_tests: tuple[str, ...] = ()
    skipped_tests: tuple[str, ...] = ()
    missing_tests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Counts:
    total: int
    passed: int
    failed: int
    skipped: int
    missing: int


def compile_masks(
    compiled: CompiledGuideline, dictionary: TestDictionary
) -> dict[str, TargetMasks]:
    """Masks by target name. The dictionary must have grown by `keys_of(compiled)` before (else
    KeyError); masks are made anew whenever it grows."""
    needed = keys_of(compiled)
    missing = [key for key in needed if dictionary.position(key) is None]
    if missing:
        raise KeyError(f"The dictionary lacks {len(missing)} keys of {compiled.guideline.id}.")
    width = 1 + max((dictionary.position(key) or 0 for key in needed), default=-1)
    masks = masks_of_tests(compiled, dictionary)
    return {name: _target_masks(target, masks, width) for name, target in compiled.targets.items()}


def masks_of_tests(compiled: CompiledGuideline, dictionary: TestDictionary) -> list[TestMask]:
    """Of every test of the guideline, counted or not, in the order of `compiled.tests`. The
    dictionary must know them, as for `compile_masks`."""
    return [_test_mask(test, compiled, dictionary) for test in compiled.tests]


def verdict_of(masks: TargetMasks, bitmap: RunBitmap, facts: EvidenceFacts) -> Summary:
    """Judge a run by its bitmap. Raises BitmapUnusable rather than answer wrongly."""
    _check(masks, bitmap)
    names = _short(masks, bitmap) if _falls_short(masks, bitmap) else _NOTHING_SHORT
    failed, skipped, missing = names
    short = len(failed), len(skipped), len(missing)
    return summary_of(masks.problem, facts, len(masks.tests), short, names)


def counts_of(masks: TargetMasks, bitmap: RunBitmap, facts: EvidenceFacts) -> Summary:
    """What `verdict_of` gives without the names, which nobody stores: a run that falls short by
    hundreds of tests is counted as quickly as one that passes."""
    _check(masks, bitmap)
    short = _count_short(masks, bitmap) if _falls_short(masks, bitmap) else (0, 0, 0)
    return summary_of(masks.problem, facts, len(masks.tests), short)


def _falls_short(masks: TargetMasks, bitmap: RunBitmap) -> bool:
    return bool(masks.own & ~(bitmap.passed & ~bitmap.failed & ~bitmap.skipped))


_Names = tuple[str, ...]
_ShortNames = tuple[_Names, _Names, _Names]
_NOTHING_SHORT: _ShortNames = ((), (), ())


def summary_of(
    problem: Reason | None,
    facts: EvidenceFacts,
    total: int,
    short: tuple[int, int, int],
    names: _ShortNames = _NOTHING_SHORT,
) -> Summary:
    """`short`: how many of `total` failed, were skipped, are missing; `names`: which."""
    counts = _Counts(total, total - sum(short), *short)
    verdict, reasons = rule(problem, facts, counts)
    return Summary(verdict, reasons, total, counts.passed, *short, *names)


def _count_short(masks: TargetMasks, bitmap: RunBitmap) -> tuple[int, int, int]:
    """How many failed, were skipped, are missing. Single tests are looked at only where the run
    has keys that may stand for a test under another name."""
    own = masks.own
    seen = bitmap.passed | bitmap.failed | bitmap.skipped
    unseen = own & ~seen
    counts = {
        TestState.FAILED: (own & bitmap.failed).bit_count(),
        TestState.SKIPPED: (own & bitmap.skipped & ~bitmap.failed).bit_count(),
        TestState.MISSING: unseen.bit_count(),
        TestState.PASSED: 0,
    }
    if unseen and masks.elsewhere & seen:
        for test in masks.tests.values():
            if test.elsewhere & seen and test.own & unseen:
                counts[TestState.MISSING] -= 1
                counts[_elsewhere(test, bitmap)] += 1
    return counts[TestState.FAILED], counts[TestState.SKIPPED], counts[TestState.MISSING]


def _short(masks: TargetMasks, bitmap: RunBitmap) -> _ShortNames:
    """Names of the tests that failed, were skipped, are missing; each sorted."""
    own, tests = masks.own, masks.tests
    failed = [tests[p].name for p in _positions(own & bitmap.failed)]
    skipped = [tests[p].name for p in _positions(own & bitmap.skipped & ~bitmap.failed)]
    missing: list[str] = []
    lists = {TestState.FAILED: failed, TestState.SKIPPED: skipped, TestState.MISSING: missing}
    seen = bitmap.passed | bitmap.failed | bitmap.skipped
    for position in _positions(own & ~seen):
        test = tests[position]
        state = _elsewhere(test, bitmap) if test.elsewhere & seen else TestState.MISSING
        if state is not TestState.PASSED:
            lists[state].append(test.name)
    return tuple(sorted(failed)), tuple(sorted(skipped)), tuple(sorted(missing))


def _elsewhere(test: TestMask, bitmap: RunBitmap) -> TestState:
    for tier in (test.alias, test.by_id, test.fixture):
        if bitmap.failed & tier:
            return TestState.FAILED
        if bitmap.skipped & tier:
            return TestState.SKIPPED
        if bitmap.passed & tier:
            return TestState.PASSED
    return TestState.MISSING


def _positions(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        bits ^= lowest
        yield lowest.bit_length() - 1


def _check(masks: TargetMasks, bitmap: RunBitmap) -> None:
    if not bitmap.exact:
        raise BitmapUnusable("bitmap-inexact", "The run needs more than its bitmap says.")
    if bitmap.width < masks.width:
        raise BitmapUnusable(
            "bitmap-older-than-guideline",
            f"The bitmap knows {bitmap.width} keys, the guideline needs {masks.width}.",
        )


def _test_mask(
    test: CompiledTest, compiled: CompiledGuideline, dictionary: TestDictionary
) -> TestMask:
    id_key = test.idempotent_id or ANY_ID
    foreign: list[Key] = []
    if test.idempotent_id:
        names = dictionary.names_with_id(test.idempotent_id) - compiled.names
        foreign = [("", test.idempotent_id), *((name, test.idempotent_id) for name in names)]
    alias = _mask(dictionary, [(alias, id_key) for alias in test.aliases])
    by_id = _mask(dictionary, foreign)
    fixture = _mask(dictionary, [fixture_key(scope) for scope in test.scopes])
    own = _mask(dictionary, [(test.name, id_key)])
    return TestMask(test.name, own, alias, by_id, fixture, alias | by_id | fixture)


def _target_masks(target: CompiledTarget, masks: list[TestMask], width: int) -> TargetMasks:
    counted = [masks[i] for i in target.counted]
    own = elsewhere = 0
    for mask in counted:
        own |= mask.own
        elsewhere |= mask.elsewhere
    tests = {mask.own.bit_length() - 1: mask for mask in counted}
    return TargetMasks(target.target.name, target.problem, own, elsewhere, tests, width)


def _mask(dictionary: TestDictionary, keys: Iterable[Key]) -> int:
    mask = 0
    for key in keys:
        position = dictionary.position(key)
        if position is not None:
            mask |= 1 << position
    return mask
