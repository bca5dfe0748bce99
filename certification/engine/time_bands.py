"""Short numbers that copies of a run's times have in common, so that an index can find them.

A band is made from the logarithms of 24 durations, taken in twelve pairs: the difference in a pair
stays as it is when all times are scaled, and moves little when they are jittered. The differences
are cut into steps and hashed together (p-stable hashing: Datar, Immorlica, Indyk, Mirrokni 2004).
Who looks for copies also asks for the neighbours of those differences that lie near a cut.

The tests are drawn from pools that a claim cannot do without, so that leaving others out changes no
band. A band says nothing by itself: `time_print.likeness` compares the two runs.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from certification.engine.report import Report, TestState

#: Bands a pool has. Ten for the two pools of a service are 64 bytes as an array of PostgreSQL.
BANDS = 5
PAIRS = 12
#: Jitter of a tenth moves a difference by 0.06 (standard deviation), another run by 0.6.
STEP = 0.45
#: How many of the twelve are also taken on the other side of their nearest cut.
UNSURE = 4
_SHORTEST_S = 1e-6

Pool = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Band:
    """The step that each pair falls in, the step beyond its nearest cut, and how far that is."""

    seed: bytes
    steps: tuple[int, ...]
    beyond: tuple[int, ...]
    distances: tuple[float, ...]

    def number(self, steps: Sequence[int]) -> int:
        text = self.seed + ",".join(map(str, steps)).encode()
        return int.from_bytes(hashlib.sha256(text).digest()[:4], "big", signed=True)

    def neighbours(self) -> Iterator[int]:
        """Its own number first, then those with some of the unsure steps on the other side."""
        unsure = sorted(range(PAIRS), key=lambda at: self.distances[at])[:UNSURE]
        choices = [
            (self.steps[at], self.beyond[at]) if at in unsure else (self.steps[at],)
            for at in range(PAIRS)
        ]
        yield from map(self.number, product(*choices))


def bands(report: Report, pools: Sequence[Pool]) -> tuple[int, ...]:
    """At most five numbers of 32 bits (signed) for each pool; none of a pool of which fewer than
    24 tests have times. `pools` are test names and must stay the same for as long as bands are
    compared."""
    return tuple(band.number(band.steps) for band in _bands(report, pools))


def wanted_bands(report: Report, pools: Sequence[Pool]) -> tuple[int, ...]:
    """The bands that runs are looked for by which may have the same times: at most 16 for each."""
    return tuple(number for band in _bands(report, pools) for number in band.neighbours())


def _bands(report: Report, pools: Sequence[Pool]) -> Iterator[_Band]:
    known = frozenset(name for pool in pools for name in pool)
    logs = {
        entry.name: math.log(max(entry.ended_at - entry.started_at, _SHORTEST_S))
        for entry in report.entries
        if entry.name in known
        and entry.state is not TestState.SKIPPED
        and entry.started_at is not None
        and entry.ended_at is not None
    }
    for at, pool in enumerate(pools):
        for number in range(BANDS):
            drawn = [logs[name] for name in _order(pool, number) if name in logs][: 2 * PAIRS]
            if len(drawn) == 2 * PAIRS:
                yield _band(b"%d/%d:" % (at, number), drawn)


def _band(seed: bytes, drawn: Sequence[float]) -> _Band:
    places = [
        (one - other) / math.sqrt(2) / STEP
        for one, other in zip(drawn[::2], drawn[1::2], strict=True)
    ]
    steps = [math.floor(place) for place in places]
    beyond = [
        step - 1 if place - step < 0.5 else step + 1
        for place, step in zip(places, steps, strict=True)
    ]
    distances = [
        min(place - step, step + 1 - place) for place, step in zip(places, steps, strict=True)
    ]
    return _Band(seed, tuple(steps), tuple(beyond), tuple(distances))


@lru_cache(maxsize=64)
def _order(pool: Pool, number: int) -> Pool:
    """The pool in an order of its own for each band, the same on every machine."""
    seed = b"%d:" % number
    return tuple(sorted(pool, key=lambda name: hashlib.sha256(seed + name.encode()).digest()))
