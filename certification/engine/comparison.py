"""Two runs held against each other: what was gained, what was lost, what became slower.

Tests are paired by name, then by idempotent id where a name is in one run alone, so that a test
which Tempest renamed stays one test. Nothing is judged here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from certification.engine.report import SEVERITY, Entry, Report, TestState
from certification.engine.verdict.compiled import scope_of

#: A class is slower from this factor on, and only where the difference can be felt.
SLOWER_FACTOR = 1.5
SLOWER_BY_S = 0.5
#: Fewer timed tests than this in both runs say nothing about a class.
ENOUGH_TIMED = 2


@dataclass(frozen=True, slots=True)
class Change:
    """A test whose state differs. `name` is the later run's, where it has the test."""

    name: str
    before: TestState
    after: TestState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SlowerClass:
    """Medians over the tests that passed in both runs, in seconds."""

    scope: str
    tests: int
    before_s: float
    after_s: float

    @property
    def factor(self) -> float:
        return self.after_s / self.before_s if self.before_s else float("inf")


@dataclass(frozen=True, slots=True)
class TimedTest:
    """A test that passed in both runs, in seconds. `factor` is 0 where the earlier took none."""

    name: str
    before_s: float
    after_s: float

    @property
    def factor(self) -> float:
        return self.after_s / self.before_s if self.before_s else 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """`gained` pass in the later run alone, `lost` in the earlier one alone; `other` changed and
    pass in neither. All are sorted by name, `slower` by what it costs, the most first. `same` is
    the number of tests with one state in both. `passes_only`: one of the two names passes alone,
    so that what it does not name may have failed, been skipped or never have run."""

    gained: tuple[Change, ...]
    lost: tuple[Change, ...]
    other: tuple[Change, ...]
    slower: tuple[SlowerClass, ...]
    same: int
    passes_only: bool

    @property
    def is_even(self) -> bool:
        return not (self.gained or self.lost or self.other or self.slower)


def compare(before: Report, after: Report) -> Comparison:
    pairs = list(_pairs(_worst(before.entries), _worst(after.entries)))
    changes = sorted(
        (change for old, new in pairs if (change := _change(old, new)) is not None),
        key=lambda change: change.name,
    )
    passed = TestState.PASSED
    return Comparison(
        gained=tuple(c for c in changes if c.after is passed),
        lost=tuple(c for c in changes if c.before is passed),
        other=tuple(c for c in changes if passed not in (c.before, c.after)),
        slower=_slower(pairs),
        same=len(pairs) - len(changes),
        passes_only=before.passes_only or after.passes_only,
    )


def longest_in_both(before: Report, after: Report, most: int) -> tuple[TimedTest, ...]:
    """Those that took longest in the earlier run, with the same test of the later one beside: what
    somebody looks at who wants to know whether times were copied."""
    found = [
        TimedTest(new.name, old_s, new_s)
        for old, new in _pairs(_worst(before.entries), _worst(after.entries))
        if old is not None
        and new is not None
        and old.state is new.state is TestState.PASSED
        and (old_s := _seconds(old)) is not None
        and (new_s := _seconds(new)) is not None
    ]
    return tuple(sorted(found, key=lambda one: (-one.before_s, one.name))[:most])


def _worst(entries: Iterable[Entry]) -> dict[str, Entry]:
    """One entry a name: the worst state wins, as in a verdict."""
    found: dict[str, Entry] = {}
    for entry in entries:
        known = found.get(entry.name)
        if known is None or SEVERITY[entry.state] > SEVERITY[known.state]:
            found[entry.name] = entry
    return found


Pair = tuple[Entry | None, Entry | None]


def _pairs(before: dict[str, Entry], after: dict[str, Entry]) -> Iterable[Pair]:
    for name in before.keys() & after.keys():
        yield before[name], after[name]
    gone = _by_id(entry for name, entry in before.items() if name not in after)
    come = _by_id(entry for name, entry in after.items() if name not in before)
    for key in gone.keys() | come.keys():
        yield gone.get(key), come.get(key)


def _by_id(entries: Iterable[Entry]) -> dict[str, Entry]:
    """By idempotent id where it names one test alone, else by name."""
    grouped: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        grouped[entry.idempotent_id].append(entry)
    found: dict[str, Entry] = {}
    for key, those in grouped.items():
        alone = bool(key) and len(those) == 1
        found |= {f"id {key}" if alone else f"name {one.name}": one for one in those}
    return found


def _change(before: Entry | None, after: Entry | None) -> Change | None:
    old = before.state if before else TestState.MISSING
    new = after.state if after else TestState.MISSING
    shown = after or before
    if old is new or shown is None:
        return None
    return Change(shown.name, old, new, after.reason if after else "")


def _slower(pairs: Iterable[Pair]) -> tuple[SlowerClass, ...]:
    timed: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for old, new in pairs:
        if old is None or new is None or not old.state is new.state is TestState.PASSED:
            continue
        took = _seconds(old), _seconds(new)
        if took[0] is not None and took[1] is not None:
            timed[scope_of(new.name)].append((took[0], took[1]))
    found = [
        SlowerClass(
            scope, len(those), median(old for old, _ in those), median(new for _, new in those)
        )
        for scope, those in timed.items()
        if len(those) >= ENOUGH_TIMED
    ]
    slow = [
        one
        for one in found
        if one.after_s - one.before_s >= SLOWER_BY_S and one.after_s >= one.before_s * SLOWER_FACTOR
    ]
    return tuple(sorted(slow, key=lambda one: (one.before_s - one.after_s, one.scope)))


def _seconds(entry: Entry) -> float | None:
    if entry.started_at is None or entry.ended_at is None:
        return None
    return max(entry.ended_at - entry.started_at, 0.0)
