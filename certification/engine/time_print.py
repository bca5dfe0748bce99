"""Recognising that the times of one run were copied from another (trust.md S10, S12).

The print is the order of the tests by duration. Scaling all times, or any other way to stretch
them, leaves the order as it is; jitter moves each test by a few places. Two honest runs of one
list differ far more, even on one cloud: there the mean test moved by an eighth of the list.

With both reports at hand `likeness` also looks at how many times longer each test took. Of a copy
that ratio is the same for all tests that were taken over, however many were left as they were; in
two genuine runs of one cloud it spreads over a factor of four. Where it hardly spreads and yet is
not the same, times were jittered, or one cloud ran the same list twice in a like way: no rule can
tell these apart, so `Likeness.exact` says which of the two was found.
"""

from __future__ import annotations

import hashlib
import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from certification.engine.report import Report, TestState
from certification.engine.time_pools import service_of

#: A print keeps those tests whose marks are smallest, so that prints of any two runs share what
#: both ran, however much more one of them has.
MOST_TESTS = 256
FEWEST_TESTS = 24
_MARK_BYTES = 4
#: Mean distance between the places of a test in two orders, as a part of the list; unrelated
#: orders have a third. Short lists need a closer likeness.
_COPIED, _COPIED_SHORT, _SHORT = 0.06, 0.03, 48
_ONE_ORDER = 0.01
#: Jitter by a fixed amount shuffles quick tests and leaves the slow ones in their order.
_SLOW_PART, _COPIED_SLOW = 3, 0.05
#: Widths on the logarithm of the ratio, and the part of the tests that may lie within it by chance.
#: The narrow one finds times that were only scaled, the wide one a jitter of up to a tenth.
_EXACT, _MOST_EXACT, _FEWEST_EXACT = 0.002, 0.15, 10
_JITTERED, _MOST_JITTERED, _MOST_JITTERED_SHORT = 0.21, 0.55, 0.75
_MOST_JITTERED_LONG, _LONG = 0.45, 150
_NEARLY_ALL = 0.9
#: What a runner does itself takes so long, and the same on every cloud.
_RUNNERS_OWN_S = 0.005


@dataclass(frozen=True, slots=True)
class Likeness:
    """Of `shared` tests that both runs timed, `alike` took `factor` times as long in the first;
    all to within a thousandth where it is `exact`, which no two runs of one cloud are. `part` is
    the service that this holds for, or empty; `swapped` says that times changed their tests within
    a class."""

    shared: int
    alike: int
    factor: float
    exact: bool
    part: str = ""
    swapped: bool = False


def time_print(report: Report) -> bytes | None:
    """Marks of 4 bytes for at most 256 passed tests, quickest first.

    None where fewer than 24 passed tests have times, as in RefStack JSON.
    """
    seconds = {
        _mark(entry.name): entry.ended_at - entry.started_at
        for entry in report.entries
        if entry.state is TestState.PASSED
        and entry.started_at is not None
        and entry.ended_at is not None
    }
    if len(seconds) < FEWEST_TESTS:
        return None
    kept = sorted(seconds)[:MOST_TESTS]
    return b"".join(mark for _, mark in sorted((seconds[mark], mark) for mark in kept))


def is_copy(one: bytes, other: bytes) -> bool:
    """True if the times of one run look made from those of the other.

    False where the two share fewer than 24 tests. Raises ValueError for what is no print.
    """
    first, second = _marks(one), _marks(other)
    shared = frozenset(first) & frozenset(second)
    if len(shared) < FEWEST_TESTS:
        return False
    first = [mark for mark in first if mark in shared]
    second = [mark for mark in second if mark in shared]
    if _distance(first, second) < (_COPIED if len(shared) >= _SHORT else _COPIED_SHORT):
        return True
    slow = max(FEWEST_TESTS, len(shared) // _SLOW_PART)
    slowest = frozenset(first[-slow:])
    remaining = [mark for mark in second if mark in slowest]
    limit = _COPIED_SLOW if slow >= _SHORT else _COPIED_SHORT
    return _distance(first[-slow:], remaining) < limit


def likeness(one: Report, other: Report) -> Likeness | None:
    """How far the times of one run look made from those of the other; None where they do not, or
    where both have timed fewer than 24 of the same tests. Looked at are all tests together and
    those of each service, for times may be put together from several runs."""
    first, second = _durations(one), _durations(other)
    shared = sorted(first.keys() & second.keys())
    ratios: dict[str, list[float]] = {"": []}
    for name in shared:
        ratio = math.log(first[name] / second[name])
        ratios[""].append(ratio)
        ratios.setdefault(service_of(name), []).append(ratio)
    looked_at = ((part, _likeness_of(ratios[part])) for part in sorted(ratios))
    found = [replace(like, part=part) for part, like in looked_at if like is not None]
    if (swapped := _swapped(shared, first, second)) is not None:
        found.append(swapped)
    if found:
        return max(found, key=_clearness)
    return _in_one_order(one, other, ratios[""])


def _clearness(like: Likeness) -> tuple[bool, bool, int]:
    """What is said of nearly all tests of a part is clearer than what is said of some of all."""
    return like.exact, like.alike > _NEARLY_ALL * like.shared, like.alike


def _likeness_of(unsorted: list[float]) -> Likeness | None:
    total = len(unsorted)
    if total < FEWEST_TESTS:
        return None
    ratios = sorted(unsorted)
    exact, at = _densest(ratios, _EXACT)
    if exact >= max(_FEWEST_EXACT, _MOST_EXACT * total):
        return Likeness(total, exact, math.exp(at), exact=True)
    near, at = _densest(ratios, _JITTERED)
    if near >= _most_jittered(total) * total:
        return Likeness(total, near, math.exp(at), exact=False)
    return None


def _most_jittered(total: int) -> float:
    if total < _SHORT:
        return _MOST_JITTERED_SHORT
    return _MOST_JITTERED if total < _LONG else _MOST_JITTERED_LONG


def _in_one_order(one: Report, other: Report, ratios: Sequence[float]) -> Likeness | None:
    """Stretched otherwise than by one factor, or with a time added, times keep their order."""
    prints = time_print(one), time_print(other)
    if prints[0] is None or prints[1] is None:
        return None
    first, second = _marks(prints[0]), _marks(prints[1])
    shared = frozenset(first) & frozenset(second)
    kept = [[mark for mark in marks if mark in shared] for marks in (first, second)]
    if len(shared) < FEWEST_TESTS or _distance(*kept) >= _ONE_ORDER:
        return None
    factor = math.exp(median(ratios)) if ratios else 1.0
    return Likeness(len(shared), len(shared), factor, exact=True)


def _swapped(
    names: Sequence[str], first: Mapping[str, float], second: Mapping[str, float]
) -> Likeness | None:
    """The quickest test of a class held against the quickest one, and so on: only for exact times,
    since classes in order are somewhat alike in any two runs."""
    classes: dict[str, list[str]] = defaultdict(list)
    for name in names:
        classes[name.rpartition(".")[0]].append(name)
    ratios = [
        math.log(one / other)
        for those in classes.values()
        for one, other in zip(
            sorted(first[name] for name in those),
            sorted(second[name] for name in those),
            strict=True,
        )
    ]
    like = _likeness_of(ratios)
    return replace(like, swapped=True) if like is not None and like.exact else None


def _durations(report: Report) -> dict[str, float]:
    """Seconds of the tests that ran; a failure that was turned into a pass keeps its time."""
    seconds = (
        (entry.name, entry.ended_at - entry.started_at)
        for entry in report.entries
        if entry.state is not TestState.SKIPPED
        and entry.started_at is not None
        and entry.ended_at is not None
    )
    return {name: spent for name, spent in seconds if spent >= _RUNNERS_OWN_S}


def _densest(rising: Sequence[float], width: float) -> tuple[int, float]:
    """The most values that lie within that width, and the middle of the place."""
    best, place = 0, 0.0
    for at, value in enumerate(rising):
        count = bisect_right(rising, value + width) - at
        if count > best:
            best, place = count, (value + rising[at + count - 1]) / 2
    return best, place


def _distance(one: list[bytes], other: list[bytes]) -> float:
    """0 for equal orders, about a third for unrelated ones, a half for opposite ones."""
    places = {mark: place for place, mark in enumerate(other)}
    moved = sum(abs(place - places[mark]) for place, mark in enumerate(one))
    return moved / len(one) ** 2


def _mark(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()[:_MARK_BYTES]


def _marks(time_print: bytes) -> list[bytes]:
    if len(time_print) % _MARK_BYTES:
        raise ValueError(f"A print has marks of {_MARK_BYTES} bytes; this has {len(time_print)}.")
    return [
        time_print[place : place + _MARK_BYTES] for place in range(0, len(time_print), _MARK_BYTES)
    ]
