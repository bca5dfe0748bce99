"""Recognising that the times of one run were copied from another (trust.md S10, S12).

The print is the order of the tests by duration. Scaling all times, or any other way to stretch
them, leaves the order as it is; jitter moves each test by a few places. Two honest runs of one
list differ far more, even on one cloud: there the mean test moved by an eighth of the list.
"""

from __future__ import annotations

import hashlib

from certification.engine.report import Report, TestState

#: A print keeps those tests whose marks are smallest, so that prints of any two runs share what
#: both ran, however much more one of them has.
MOST_TESTS = 256
FEWEST_TESTS = 24
_MARK_BYTES = 4
#: Mean distance between the places of a test in two orders, as a part of the list; unrelated
#: orders have a third. Short lists need a closer likeness.
_COPIED, _COPIED_SHORT, _SHORT = 0.06, 0.03, 48
#: Jitter by a fixed amount shuffles quick tests and leaves the slow ones in their order.
_SLOW_PART, _COPIED_SLOW = 3, 0.05


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
