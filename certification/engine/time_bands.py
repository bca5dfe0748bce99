"""Short numbers that copies of a run's times have in common, so that an index can find them.

A band is made from the logarithms of a few durations, taken in pairs: the difference in a pair
stays as it is when all times are scaled, and moves little when they are jittered. The differences
are cut into steps and hashed together (p-stable hashing: Datar, Immorlica, Indyk, Mirrokni 2004).
Who looks for copies also asks for the neighbours of those differences that lie near a cut.

There are two kinds. A *wide* band has many tests and wide steps: it bears jitter, but hardly a test
with a time of one's own. A *fine* band has three tests and very fine steps: it bears that many
tests got times of one's own, as long as what was copied was only scaled.

The tests are drawn from pools that a claim cannot do without, so that leaving others out changes no
band. A band says nothing by itself: `time_print.likeness` compares the two runs.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise, product

from certification.engine.report import Report, TestState


@dataclass(frozen=True, slots=True)
class Kind:
    """`bands` a pool has of this kind, from so many `tests` each. Differences are taken of pairs;
    where it is `chained`, of each test and the next one. `unsure` of them are also taken on the
    other side of their nearest cut."""

    bands: int
    tests: int
    chained: bool
    step: float
    unsure: int

    def differences(self, logs: Sequence[float]) -> list[float]:
        pairs = pairwise(logs) if self.chained else zip(logs[::2], logs[1::2], strict=True)
        return [(one - other) / math.sqrt(2) for one, other in pairs]


#: Jitter of a tenth moves a difference by 0.06 (standard deviation), another run by 0.6.
WIDE = Kind(bands=2, tests=24, chained=False, step=0.45, unsure=5)
#: Clocks count microseconds, which is less than a step for all but the quickest tests.
FINE = Kind(bands=4, tests=3, chained=True, step=0.001, unsure=2)
KINDS = (WIDE, FINE)
_SHORTEST_S = 1e-6

Pool = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Band:
    """The step that each pair falls in, the step beyond its nearest cut, and how far that is."""

    seed: bytes
    unsure: int
    steps: tuple[int, ...]
    beyond: tuple[int, ...]
    distances: tuple[float, ...]

    def number(self, steps: Sequence[int]) -> int:
        text = self.seed + ",".join(map(str, steps)).encode()
        return int.from_bytes(hashlib.sha256(text).digest()[:4], "big", signed=True)

    def neighbours(self) -> Iterator[int]:
        """Its own number first, then those with some of the unsure steps on the other side."""
        unsure = sorted(range(len(self.steps)), key=lambda at: self.distances[at])[: self.unsure]
        choices = [
            (self.steps[at], self.beyond[at]) if at in unsure else (self.steps[at],)
            for at in range(len(self.steps))
        ]
        yield from map(self.number, product(*choices))


def bands(report: Report, pools: Sequence[Pool]) -> tuple[int | None, ...]:
    """A number of 32 bits (signed) for each place: as many of each kind as it says, pool after
    pool. None where too few tests of the pool have times. `pools` are test names and must stay the
    same for as long as bands are compared."""
    found = _bands(report, pools)
    return tuple(band.number(band.steps) if band else None for band in found)


def wanted_bands(report: Report, pools: Sequence[Pool]) -> tuple[tuple[int, ...], ...]:
    """By place the bands that runs are looked for by which may have the same times: at most 32."""
    return tuple(tuple(band.neighbours()) if band else () for band in _bands(report, pools))


def _bands(report: Report, pools: Sequence[Pool]) -> list[_Band | None]:
    known = frozenset(name for pool in pools for name in pool)
    logs = {
        entry.name: math.log(max(entry.ended_at - entry.started_at, _SHORTEST_S))
        for entry in report.entries
        if entry.name in known
        and entry.state is not TestState.SKIPPED
        and entry.started_at is not None
        and entry.ended_at is not None
    }
    places = [(pool, kind, n) for pool in pools for kind in KINDS for n in range(kind.bands)]
    return [
        _band(at, kind, _drawn(pool, at, kind, logs)) for at, (pool, kind, _) in enumerate(places)
    ]


def _drawn(pool: Pool, at: int, kind: Kind, logs: Mapping[str, float]) -> list[float]:
    there = (logs[name] for name in _order(pool, at) if name in logs)
    return list(islice(there, kind.tests))


def _band(at: int, kind: Kind, drawn: Sequence[float]) -> _Band | None:
    if len(drawn) < kind.tests:
        return None
    places = [difference / kind.step for difference in kind.differences(drawn)]
    steps = [math.floor(place) for place in places]
    beyond = [
        step - 1 if place - step < 0.5 else step + 1
        for place, step in zip(places, steps, strict=True)
    ]
    distances = [
        min(place - step, step + 1 - place) for place, step in zip(places, steps, strict=True)
    ]
    return _Band(b"%d:" % at, kind.unsure, tuple(steps), tuple(beyond), tuple(distances))


@lru_cache(maxsize=64)
def _order(pool: Pool, at: int) -> Pool:
    """The pool in an order of its own for each place, the same on every machine."""
    seed = b"%d:" % at
    return tuple(sorted(pool, key=lambda name: hashlib.sha256(seed + name.encode()).digest()))
