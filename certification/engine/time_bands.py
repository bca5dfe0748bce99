"""Short numbers that copies of a run's times have in common, so that an index can find them.

A band is made from a few durations, as places on scales that stay as they are when all times are
scaled, and move little when they are jittered. The places are cut into steps and hashed together
(p-stable hashing: Datar, Immorlica, Indyk, Mirrokni 2004). Who looks for copies also asks for the
steps beyond the nearest cuts.

What a copier may do decides the kinds: each bears something else. All tests of a band are of one
service, so that services may be scaled apart or taken from different runs. They are drawn from
pools that a claim cannot do without, so that leaving others out changes no band. A band says
nothing by itself: `time_likeness.likeness` compares the two runs.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise, product
from statistics import fmean

from certification.engine.report import Report, TestState

Pool = tuple[str, ...]
#: Seconds by test, of one pool.
Times = Mapping[str, float]
Places = Callable[[Pool, int, Times], list[float] | None]

_SHORTEST_S = 1e-6
_TESTS, _FEWEST_BESIDE = 7, 16
_FINE_TESTS, _SHIFTED_TESTS = 3, 4
_FEWEST_OF_CLASS = 6
#: Beyond every logarithm of a ratio of two differences of times, so that its sign can stand before.
_BEYOND = 100.0


@dataclass(frozen=True, slots=True)
class Kind:
    """`bands` a pool has of this kind. `unsure` places are also taken on the other side of their
    nearest cut. `weight` is how much one in common says beside one of another kind."""

    bands: int
    places: Places
    step: float
    unsure: int
    weight: int


@dataclass(frozen=True, slots=True)
class _Band:
    """`places` in steps: 3.7 is in the fourth step, and nearest to the fifth."""

    seed: bytes
    unsure: int
    places: tuple[float, ...]

    def own(self) -> int:
        return self._number(map(math.floor, self.places))

    def neighbours(self) -> Iterator[int]:
        """Its own number first, then those with some of the unsure places beyond their cut."""
        cuts = [abs(place - round(place)) for place in self.places]
        unsure = sorted(range(len(cuts)), key=cuts.__getitem__)[: self.unsure]
        choices = [
            (step, step - 1 if place - step < 0.5 else step + 1) if at in unsure else (step,)
            for at, place in enumerate(self.places)
            for step in (math.floor(place),)
        ]
        yield from map(self._number, product(*choices))

    def _number(self, steps: Iterable[int]) -> int:
        text = self.seed + ",".join(map(str, steps)).encode()
        return int.from_bytes(hashlib.sha256(text).digest()[:4], "big", signed=True)


def bands(report: Report, pools: Sequence[Pool]) -> tuple[int | None, ...]:
    """A number of 32 bits (signed) for each place: as many of each kind as it says, pool after
    pool. None where too few tests of the pool have times. `pools` are test names and must stay the
    same for as long as bands are compared."""
    found = _bands(report, pools)
    return tuple(band.own() if band else None for band in found)


def wanted_bands(report: Report, pools: Sequence[Pool]) -> tuple[tuple[int, ...], ...]:
    """By place the bands that runs are looked for by which may have the same times: at most 32."""
    return tuple(tuple(band.neighbours()) if band else () for band in _bands(report, pools))


def weights(pools: Sequence[Pool]) -> tuple[int, ...]:
    """By place how much it says that two runs have that band in common."""
    return tuple(kind.weight for _, kind in _slots(pools))


def _slots(pools: Sequence[Pool]) -> list[tuple[int, Kind]]:
    return [(i, kind) for i in range(len(pools)) for kind in KINDS for _ in range(kind.bands)]


def _bands(report: Report, pools: Sequence[Pool]) -> list[_Band | None]:
    spent = {
        entry.name: max(entry.ended_at - entry.started_at, _SHORTEST_S)
        for entry in report.entries
        if entry.state is not TestState.SKIPPED
        and entry.started_at is not None
        and entry.ended_at is not None
    }
    timed = [{name: spent[name] for name in pool if name in spent} for pool in pools]
    return [
        _band(at, kind, kind.places(pools[i], at, timed[i]))
        for at, (i, kind) in enumerate(_slots(pools))
    ]


def _band(at: int, kind: Kind, found: list[float] | None) -> _Band | None:
    if found is None:
        return None
    return _Band(b"%d:" % at, kind.unsure, tuple(place / kind.step for place in found))


def _beside_the_middle(pool: Pool, at: int, timed: Times) -> list[float] | None:
    """How far seven tests lie from the middle of their service: bears jitter, and a few tests with
    times of one's own. The middle is the mean of the middle third, which moves least under both."""
    if len(timed) < _FEWEST_BESIDE:
        return None
    rising, third = sorted(map(math.log, timed.values())), len(timed) // 3
    middle = fmean(rising[third : len(rising) - third])
    return [math.log(seconds) - middle for seconds in _drawn(_order(pool, at), timed, _TESTS)]


def _ratios(pool: Pool, at: int, timed: Times) -> list[float] | None:
    """Of three tests of one class, for who takes whole classes over: bears that many tests got
    times of one's own, as long as these three were only scaled."""
    drawn = _drawn(_order_of_one_class(pool, at), timed, _FINE_TESTS)
    return _chained(drawn) if len(drawn) == _FINE_TESTS else None


def _shifted_ratios(pool: Pool, at: int, timed: Times) -> list[float] | None:
    """Ratios of the differences of four tests: bears that the same time was added to all."""
    drawn = _drawn(_order(pool, at), timed, _SHIFTED_TESTS)
    if len(drawn) < _SHIFTED_TESTS:
        return None
    gaps = [one - other for one, other in pairwise(drawn)]
    return [
        math.copysign(_BEYOND + one - other, first * second)
        for (one, first), (other, second) in pairwise(
            (math.log(max(abs(gap), _SHORTEST_S)), gap) for gap in gaps
        )
    ]


def _sums_of_classes(pool: Pool, at: int, timed: Times) -> list[float] | None:
    """Ratios of what three classes took together: bears times that changed places in a class."""
    sums: dict[str, float] = defaultdict(float)
    for name, seconds in timed.items():
        sums[_class_of(name)] += seconds
    kept = tuple(key for key, tests in Counter(map(_class_of, pool)).items() if tests > 1)
    drawn = _drawn(_order(kept, at), sums, _FINE_TESTS)
    return _chained(drawn) if len(drawn) == _FINE_TESTS else None


def _chained(drawn: Sequence[float]) -> list[float]:
    return [math.log(one / other) for one, other in pairwise(drawn)]


def _drawn(order: Pool, timed: Times, count: int) -> list[float]:
    return list(islice((timed[name] for name in order if name in timed), count))


def _class_of(name: str) -> str:
    return name.rpartition(".")[0]


def _hashed(at: int, word: str) -> bytes:
    return hashlib.sha256(b"%d:" % at + word.encode()).digest()


@lru_cache(maxsize=256)
def _order(pool: Pool, at: int) -> Pool:
    """The pool in an order of its own for each place, the same on every machine."""
    return tuple(sorted(pool, key=lambda name: _hashed(at, name)))


@lru_cache(maxsize=256)
def _order_of_one_class(pool: Pool, at: int) -> Pool:
    """The same, class by class; small classes are left out, for they give few different bands."""
    sizes = Counter(map(_class_of, pool))
    large = [name for name in pool if sizes[_class_of(name)] >= _FEWEST_OF_CLASS]
    return tuple(sorted(large, key=lambda name: (_hashed(at, _class_of(name)), _hashed(at, name))))


#: Jitter of a tenth moves a place by 0.06 (standard deviation), another run by 0.6. Clocks count
#: microseconds, which is less than a fine step for all but the quickest tests.
KINDS = (
    Kind(bands=6, places=_beside_the_middle, step=0.28, unsure=5, weight=1),
    Kind(bands=3, places=_ratios, step=0.0014, unsure=2, weight=5),
    Kind(bands=1, places=_shifted_ratios, step=0.004, unsure=2, weight=5),
    Kind(bands=1, places=_sums_of_classes, step=0.0014, unsure=2, weight=5),
)
