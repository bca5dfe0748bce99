"""Signs that the times of a run were made up. They only flag; a person decides (trust.md S12).

Times exist in subunit alone, so RefStack JSON has nothing to look at. What counts as odd was set
beside genuine Tempest runs: a cloud's answers spread over two to three powers of ten, the runner
spends time between two tests, its clock counts microseconds, and one worker does one test at a
time. Who invents times with more care than that passes; a challenge is the answer to it, not this.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from certification.engine.report import Entry, EvidenceFormat, Report, TestState

#: Fewer passed tests than this say nothing about how their times are spread.
ENOUGH_TESTS = 30
#: Clocks are set while a run goes on, and subunit 1 keeps microseconds.
TOLERANCE_S = 0.001
#: No cloud has made, changed or removed a server in this time; genuine runs need 0.4 s and more.
QUICKEST_SERVER_S = 0.02
#: A request over the network, answered by a service with a database behind it.
QUICKEST_ANSWER_S = 0.002
#: The slowest twentieth of genuine passed tests takes over 45 times as long as the quickest one,
#: and over 3.5 times as long as the middle one.
LEAST_SPREAD = 12.0
LEAST_TAIL = 2.2
_GRID_S = 0.001
#: Workers of a run that names none.
_MOST_UNNAMED = 64
_MOST_ALIKE, _MOST_ROUNDED, _MOST_ADJOINING, _MOST_INSTANT = 0.1, 0.5, 0.2, 0.5

_SERVER_TEST = re.compile(
    r"tempest\.(?:api\.compute\.servers|scenario)\.(?!.*Negative).*"
    r"\.test_(?:create|rebuild|resize|reboot|shelve|rescue)_server(?:_|$).*"
)


@dataclass(frozen=True, slots=True)
class Anomaly:
    """`code` is stable, `text` says to a reviewer what is odd, in numbers, and what is normal.
    `pair` are the ids of two runs that were held against each other."""

    code: str
    text: str
    pair: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Span:
    """One test that has both its times."""

    entry: Entry
    started_at: float
    ended_at: float

    @property
    def seconds(self) -> float:
        return self.ended_at - self.started_at


@dataclass(frozen=True, slots=True)
class _Times:
    """What all checks look at: every span, and the durations of passed tests in rising order."""

    report: Report
    spans: tuple[_Span, ...]
    passed_s: tuple[float, ...]

    @classmethod
    def of(cls, report: Report) -> _Times:
        spans = tuple(
            _Span(entry, entry.started_at, entry.ended_at)
            for entry in report.entries
            if entry.started_at is not None and entry.ended_at is not None
        )
        passed = (span.seconds for span in spans if span.entry.state is TestState.PASSED)
        return cls(report, spans, tuple(sorted(passed)))


def anomalies(report: Report) -> tuple[Anomaly, ...]:
    """What is odd about the run, in a fixed order; empty for formats that have no times."""
    if report.format is EvidenceFormat.REFSTACK_JSON:
        return ()
    times = _Times.of(report)
    return tuple(found for check in _CHECKS for found in check(times))


def _absent(times: _Times) -> Iterator[Anomaly]:
    without = times.report.count(TestState.PASSED) - len(times.passed_s)
    if without:
        yield Anomaly(
            "times-absent",
            f"{without} passed tests have no start or no end, so nobody can tell whether they "
            "were copied.",
        )


def _reversed(times: _Times) -> Iterator[Anomaly]:
    wrong = [span.entry.name for span in times.spans if span.seconds < -TOLERANCE_S]
    if wrong:
        yield Anomaly(
            "times-reversed", f"{len(wrong)} tests ended before they began, such as {wrong[0]}."
        )


def _impossible(times: _Times) -> Iterator[Anomaly]:
    instant = [
        span.entry.name
        for span in times.spans
        if span.entry.state is TestState.PASSED
        and span.seconds < QUICKEST_SERVER_S
        and _SERVER_TEST.fullmatch(span.entry.name)
    ]
    if instant:
        yield Anomaly(
            "times-impossible",
            f"{len(instant)} tests that work on a server passed in less than "
            f"{QUICKEST_SERVER_S * 1000:.0f} ms, such as {instant[0]}; genuine runs need 400 ms "
            "and more.",
        )
    quick = sum(seconds < QUICKEST_ANSWER_S for seconds in times.passed_s)
    if quick > _MOST_INSTANT * len(times.passed_s):
        yield Anomaly(
            "times-instant",
            f"{quick} of {len(times.passed_s)} passed tests took less than "
            f"{QUICKEST_ANSWER_S * 1000:.0f} ms, quicker than a cloud answers.",
        )


def _alike(times: _Times) -> Iterator[Anomaly]:
    """Equal to the tenth of a millisecond: genuine tests are not even equal to the microsecond."""
    total = len(times.passed_s)
    if total < ENOUGH_TESTS:
        return
    seconds, count = Counter(round(seconds, 4) for seconds in times.passed_s).most_common(1)[0]
    if count > _MOST_ALIKE * total:
        yield Anomaly(
            "times-constant",
            f"{count} of {total} passed tests took the same {seconds:g} s; in genuine runs hardly "
            "two do.",
        )


def _rounded(times: _Times) -> Iterator[Anomaly]:
    total = len(times.passed_s)
    on_grid = sum(
        abs(seconds / _GRID_S - round(seconds / _GRID_S)) < 0.003 for seconds in times.passed_s
    )
    if total >= ENOUGH_TESTS and on_grid > _MOST_ROUNDED * total:
        yield Anomaly(
            "times-rounded",
            f"{on_grid} of {total} passed tests took whole milliseconds; clocks count a thousand "
            "times finer.",
        )


def _even(times: _Times) -> Iterator[Anomaly]:
    total = len(times.passed_s)
    if total < ENOUGH_TESTS:
        return
    quick, middle, slow = (times.passed_s[int(total * part)] for part in (0.05, 0.5, 0.95))
    if slow < LEAST_SPREAD * quick or slow < LEAST_TAIL * middle:
        yield Anomaly(
            "times-even",
            f"The times of {total} passed tests lie too close together: a twentieth is below "
            f"{quick:.3g} s, half below {middle:.3g} s, a twentieth above {slow:.3g} s. "
            "In genuine runs the last is over 45 times the first.",
        )


def _adjoining(times: _Times) -> Iterator[Anomaly]:
    """Between two tests a runner sets up and cleans up; the end of one is no start of another."""
    ends = {round(span.ended_at, 5) for span in times.spans if span.seconds > 0}
    starts = sum(round(span.started_at, 5) in ends for span in times.spans)
    total = len(times.spans)
    if total >= ENOUGH_TESTS and starts > _MOST_ADJOINING * total:
        yield Anomaly(
            "times-adjoining",
            f"{starts} of {total} tests began at the very moment when another ended; a runner "
            "spends time between two.",
        )


def _crowded(times: _Times) -> Iterator[Anomaly]:
    workers = times.report.workers
    most = _most_at_once(times.spans)
    if most > (workers or _MOST_UNNAMED):
        yield Anomaly(
            "times-overlap",
            f"{most} tests ran at the same time, but the run names {workers or 'no'} workers; each "
            "does one test at a time.",
        )
    began, ended = times.report.started_at, times.report.ended_at
    if not workers or began is None or ended is None:
        return
    total_s = sum(span.seconds for span in times.spans)
    room_s = workers * (ended - began)
    if total_s > room_s * 1.05 + 1:
        yield Anomaly(
            "times-sum",
            f"The tests took {total_s:.0f} s together, but {workers} workers had {room_s:.0f} s.",
        )


def _most_at_once(spans: tuple[_Span, ...]) -> int:
    lasting = [span for span in spans if span.seconds > 2 * TOLERANCE_S]
    steps = [(span.started_at + TOLERANCE_S, 1) for span in lasting]
    steps += [(span.ended_at - TOLERANCE_S, -1) for span in lasting]
    running = most = 0
    for _, step in sorted(steps):
        running += step
        most = max(most, running)
    return most


def _contradicted(times: _Times) -> Iterator[Anomaly]:
    """A class whose set-up did not pass runs none of its tests."""
    scopes = tuple(
        f"{fixture.scope}."
        for fixture in times.report.fixtures
        if fixture.kind == "setUpClass" and fixture.state is not TestState.PASSED
    )
    if not scopes:
        return
    passed = [
        entry.name
        for entry in times.report.entries
        if entry.state is TestState.PASSED and entry.name.startswith(scopes)
    ]
    if passed:
        yield Anomaly(
            "fixture-contradicted",
            f"{len(passed)} tests passed in a class whose set-up did not, such as {passed[0]}; "
            "then a runner begins none of them.",
        )


_CHECKS: tuple[Callable[[_Times], Iterator[Anomaly]], ...] = (
    *(_absent, _reversed, _impossible, _alike, _rounded, _even, _adjoining, _crowded),
    _contradicted,
)
