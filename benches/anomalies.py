"""How surely copied times are found, and honest ones left in peace: `python -m benches.anomalies`.

Made from genuine runs: copies of them in every way that the rules name, and honest variations, each
of which is the run of another cloud with the same list. The spread of a variation is that of the
logarithm of how many times longer a test took; between two genuine runs of one cloud it is 0.63.
"""

from __future__ import annotations

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

from msgspec import structs

from certification.engine.anomalies import Anomaly, anomalies
from certification.engine.formats import parse_report
from certification.engine.guideline import parse_guideline
from certification.engine.odd_clocks import odd_clocks
from certification.engine.odd_tests import Suite, odd_tests
from certification.engine.report import Entry, Report
from certification.engine.time_bands import Pool, bands, wanted_bands, weights
from certification.engine.time_likeness import likeness
from certification.engine.time_pools import pools_of
from certification.engine.verdict import compile_guideline
from certification.guidelines import shipped_bytes, shipped_inventories, usual_times

RUNS = Path(__file__).parents[1] / "tests" / "data" / "runs"
WHOLE = "guideline-2020.06-parallel3"
STORED = 2_000
COPIES = 300
HONEST = 1_000
#: As the service does (`certification/time_copies.py`).
COMPARED = 24
#: How much a test differs in two runs of one cloud on one day. Not measured: an assumption.
RERUNS = (0.05, 0.1, 0.15, 0.2, 0.3)
SPREADS = (0.25, 0.4, 0.63, 0.9)

Change = Callable[[Random, float], float]


def altered(report: Report, luck: Random, change: Change) -> Report:
    """Each test takes as long as `change` says, and its worker begins the next one later."""
    entries = tuple(_altered(entry, luck, change) for entry in report.entries)
    return replace(report, entries=entries)


def _altered(entry: Entry, luck: Random, change: Change) -> Entry:
    if entry.started_at is None or entry.ended_at is None:
        return entry
    spent = change(luck, entry.ended_at - entry.started_at)
    return structs.replace(entry, ended_at=entry.started_at + spent)


def other_cloud(report: Report, luck: Random, spread: float) -> Report:
    speed = luck.uniform(0.5, 2)
    return altered(report, luck, lambda luck, s: s * speed * luck.lognormvariate(0, spread))


def in_a_row(report: Report) -> Report:
    """The same durations, one test after the other on one worker, as a serial run would be."""
    clock = report.started_at or 0.0
    entries = []
    for entry in report.entries:
        if entry.started_at is None or entry.ended_at is None:
            continue
        ended = clock + entry.ended_at - entry.started_at
        entries.append(structs.replace(entry, started_at=clock, ended_at=ended))
        clock = ended + 0.21
    return replace(report, entries=tuple(entries), workers=1, ended_at=clock)


def rerun(noise: float) -> Change:
    """The same list on the same cloud on the same day: `noise` is the standard deviation."""
    return lambda luck, s: s * luck.lognormvariate(0, noise)


def jittered(luck: Random, seconds: float) -> float:
    return seconds * luck.uniform(0.9, 1.1)


def parts(report: Report, luck: Random, name: str) -> Report:
    """The tests of one service alone, jittered."""
    kept = tuple(entry for entry in report.entries if f".{name}." in entry.name)
    return altered(replace(report, entries=kept), luck, jittered)


def of_two(report: Report, luck: Random) -> Report:
    """Object storage from one run, jittered; everything else from an honest one."""
    other = other_cloud(report, luck, 0.63)
    pairs = zip(report.entries, other.entries, strict=True)
    mixed = tuple(mine if ".object_storage." in mine.name else its for mine, its in pairs)
    return altered(replace(report, entries=mixed), luck, jittered)


def some_own(
    part: float, change: Change = lambda _luck, s: s
) -> Callable[[Report, Random], Report]:
    """A part of the tests, chosen by chance, with times of one's own."""

    def made(report: Report, luck: Random) -> Report:
        def own(luck: Random, s: float) -> float:
            return s * luck.lognormvariate(0, 0.63) if luck.random() < part else change(luck, s)

        return altered(report, luck, own)

    return made


def scaled(change: Change) -> Callable[[Report, Random], Report]:
    """All times by one factor from a half to two, and then each as `change` says."""

    def made(report: Report, luck: Random) -> Report:
        factor = luck.uniform(0.5, 2)
        return altered(report, luck, lambda luck, s: factor * change(luck, s))

    return made


def by_service(report: Report, luck: Random) -> Report:
    """Each service by a factor of its own."""
    factors: dict[str, float] = defaultdict(lambda: luck.uniform(0.5, 2))
    return by_test(report, lambda name, s: s * factors[name.split(".")[2]])


def by_test(report: Report, change: Callable[[str, float], float]) -> Report:
    return replace(
        report,
        entries=tuple(
            structs.replace(entry, ended_at=entry.started_at + change(entry.name, _spent(entry)))
            if entry.started_at is not None and entry.ended_at is not None
            else entry
            for entry in report.entries
        ),
    )


def _spent(entry: Entry) -> float:
    return (entry.ended_at or 0.0) - (entry.started_at or 0.0)


def added(report: Report, luck: Random) -> Report:
    """The same time more for each test."""
    more = luck.uniform(0.05, 1)
    return by_test(report, lambda _, s: s + more)


def shuffled(report: Report, luck: Random) -> Report:
    """Within each class the times of its tests in another order."""
    classes: dict[str, list[float]] = defaultdict(list)
    for entry in report.entries:
        if entry.started_at is not None:
            classes[entry.name.rpartition(".")[0]].append(_spent(entry))
    for those in classes.values():
        luck.shuffle(those)
    return by_test(report, lambda name, _: classes[name.rpartition(".")[0]].pop())


def slowest(report: Report, luck: Random) -> Report:
    """The hundred slowest tests; all others from an honest run."""
    spent = sorted(map(_spent, report.entries))[-100]
    return altered(
        report, luck, lambda luck, s: s if s >= spent else s * luck.lognormvariate(0, 0.63)
    )


def other_run(report: Report) -> Report:
    """Always the same run of another cloud."""
    return other_cloud(report, Random(99), 0.63)


def mixed(*changes: Change, whole: bool = False) -> Callable[[Report, Random], Report]:
    """Each test, or each class, by chance from one of two stored runs, then changed."""

    def made(report: Report, luck: Random) -> Report:
        second = {entry.name: _spent(entry) for entry in other_run(report).entries}
        chosen: dict[str, bool] = defaultdict(lambda: luck.random() < 0.5)

        def change(name: str, s: float) -> float:
            taken = s if chosen[name.rpartition(".")[0] if whole else name] else second[name]
            for one in changes:
                taken = one(luck, taken)
            return taken

        return by_test(report, change)

    return made


KINDS: dict[str, Callable[[Report, Random], Report]] = {
    "exact": lambda report, _luck: report,
    "scaled 0.5 to 2": scaled(lambda _luck, s: s),
    "jittered up to 10 %": lambda report, luck: altered(report, luck, jittered),
    "scaled and jittered": scaled(jittered),
    "object storage alone, jittered": lambda report, luck: parts(report, luck, "object_storage"),
    "object storage in an honest run": of_two,
    "a tenth of one's own": some_own(0.1),
    "a fifth of one's own": some_own(0.2),
    "a third of one's own": some_own(1 / 3),
    "a tenth of one's own, the rest jittered": some_own(0.1, jittered),
    "a fifth of one's own, the rest jittered": some_own(0.2, jittered),
    "a third of one's own, the rest jittered": some_own(1 / 3, jittered),
    "each service by its own factor": by_service,
    "the same time added to each": added,
    "times changed about in each class": shuffled,
    "the slowest hundred alone": slowest,
    "test by test from one of two runs": mixed(),
    "class by class from one of two runs": mixed(whole=True),
    "test by test from two runs, jittered": mixed(jittered),
}


class Index:
    """The bands of stored runs in memory, as the service keeps them in PostgreSQL."""

    def __init__(self, pools: tuple[Pool, ...]) -> None:
        self._pools, self._weights, self.shared = pools, weights(pools), 0
        self._runs: list[Report] = []
        self._by_band: dict[tuple[int, int | None], list[int]] = defaultdict(list)

    def add(self, report: Report) -> None:
        for place in enumerate(bands(report, self._pools)):
            self._by_band[place].append(len(self._runs))
        self._runs.append(report)

    def found(self, report: Report) -> list[Report]:
        said: Counter[int] = Counter()
        for at, numbers in enumerate(wanted_bands(report, self._pools)):
            for number in numbers:
                for run in self._by_band.get((at, number), ()):
                    said[run] += self._weights[at]
        self.shared += len(said)
        return [self._runs[at] for at, _ in said.most_common(COMPARED)]


def signs(report: Report) -> tuple[Anomaly, ...]:
    """All that one run's times say by themselves, taken as uploaded when it was over."""
    ended = report.ended_at or 0.0
    return (*anomalies(report), *odd_clocks(report, ended + 60, usual_times()))


def by_chance(report: Report, luck: Random) -> Report:
    """Invented times of a likely spread, on one worker."""
    return in_a_row(altered(report, luck, lambda luck, _: luck.lognormvariate(-2, 1.6)))


def flagged(index: Index, report: Report) -> bool:
    return any(likeness(report, other) is not None for other in index.found(report))


def pools() -> tuple[Pool, ...]:
    """As the service has them (`certification/time_copies.py`)."""
    compiled = compile_guideline(parse_guideline(shipped_bytes("2026.11")))
    return pools_of(compiled, ("object", "compute"))


def genuine() -> Iterator[tuple[str, Report]]:
    for path in sorted(RUNS.glob("*.gz")):
        yield path.name, parse_report(path.read_bytes())


def main() -> None:
    out, luck = sys.stdout.write, Random(1)
    base = parse_report((RUNS / f"{WHOLE}.v2.gz").read_bytes())
    index = Index(pools())
    began = time.process_time()
    for number in range(STORED):
        index.add(other_cloud(base, luck, SPREADS[number % len(SPREADS)]))
    each_ms = (time.process_time() - began) * 1000 / STORED
    out(f"{STORED} honest runs stored, {each_ms:.2f} ms of CPU each to make and to note\n")
    hits = 0
    for number in range(HONEST):
        run = other_cloud(base, luck, SPREADS[number % len(SPREADS)])
        found = index.found(run)
        hits += any(likeness(run, other) is not None for other in found)
    out(f"honest runs flagged as copies: {hits} of {HONEST}; ")
    out(f"{index.shared / HONEST:.2f} runs share a band with each\n")
    for noise in RERUNS:
        again = [altered(base, luck, rerun(noise)) for _ in range(COPIES)]
        alike = [found for one in again if (found := likeness(one, base)) is not None]
        out(f"the same cloud again, every time {noise:.0%} off: {len(alike) / COPIES:6.1%} alike, ")
        out(f"{sum(found.exact for found in alike) / COPIES:.1%} called exact, by another vendor; ")
        out("0 by the same one, whose runs are never compared\n")
    index.add(base)
    index.add(other_run(base))
    for kind, made in KINDS.items():
        seen = sum(flagged(index, made(base, luck)) for _ in range(COPIES))
        out(f"copies flagged, {kind:>40}: {seen:4} of {COPIES} ({seen / COPIES:.1%})\n")
    suite = Suite.of("Tempest 47.0.0", shipped_inventories()["tempest-47.0.0"])
    odd = {
        name: [found.code for found in (*signs(report), *odd_tests(report, suite))]
        for name, report in genuine()
    }
    out(f"genuine runs with any other flag: {sum(map(bool, odd.values()))} of {len(odd)}\n")
    runs = [report for name, report in genuine() if ".v2." in name]
    varied = [
        in_a_row(other_cloud(runs[number % len(runs)], luck, SPREADS[number % len(SPREADS)]))
        for number in range(HONEST)
    ]
    codes = Counter(found.code for run in varied for found in signs(run))
    out(f"flags of {HONEST} honest variations of them: {dict(codes) or 'none'}\n")
    invented = sum(bool(signs(by_chance(base, luck))) for _ in range(COPIES))
    out(f"runs with times by chance, flagged: {invented} of {COPIES}\n")
    alike = sum(likeness(a, b) is not None for a in runs for b in runs if a is not b)
    out(f"genuine runs taken for copies of each other: {alike} of {len(runs) * (len(runs) - 1)}\n")


if __name__ == "__main__":
    main()
