"""Recognising that the times of one run were copied from another (trust.md S10, S12).

Of a copy the ratio of its times to the others is the same for all tests that were taken over,
however many were left as they were; in two genuine runs of one cloud it spreads over a factor of
four. Where it hardly spreads and yet is not the same, times were jittered, or one cloud ran the
same list twice in a like way: no rule can tell these apart, so `Likeness.exact` says which of the
two was found.

The order of the tests by duration stays as it is however times are stretched; jitter moves each
test by a few places. Two honest runs of one list differ far more, even on one cloud: there the mean
test moved by an eighth of the list.
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

#: An order keeps those tests whose marks are smallest, so that those of any two runs share what
#: both ran, however much more one of them has.
MOST_TESTS = 256
FEWEST_TESTS = 24
_MARK_BYTES = 4
#: Lists with fewer shared tests need a closer likeness.
_SHORT = 48
#: Mean distance between the places of a test in two orders, as a part of the list; unrelated
#: orders have a third.
_ONE_ORDER = 0.01
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
    first, second = _order(one), _order(other)
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


def _order(report: Report) -> list[bytes]:
    """Marks of at most 256 passed tests with times, quickest first."""
    seconds = {
        _mark(entry.name): entry.ended_at - entry.started_at
        for entry in report.entries
        if entry.state is TestState.PASSED
        and entry.started_at is not None
        and entry.ended_at is not None
    }
    return sorted(sorted(seconds)[:MOST_TESTS], key=lambda mark: (seconds[mark], mark))


def _distance(one: list[bytes], other: list[bytes]) -> float:
    """0 for equal orders, about a third for unrelated ones, a half for opposite ones."""
    places = {mark: place for place, mark in enumerate(other)}
    moved = sum(abs(place - places[mark]) for place, mark in enumerate(one))
    return moved / len(one) ** 2


def _mark(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()[:_MARK_BYTES]
