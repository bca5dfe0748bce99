"""Signs that a run did not happen when it says, or in no way that a runner works.

What an inventor of times does who knows the checks of `anomalies`: draw them by chance from a
likely spread, write down few digits, put the tests in the order of a list, or let the run end
tomorrow. As with `anomalies` a person decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from statistics import correlation

from certification.engine.anomalies import ENOUGH_TESTS, Anomaly
from certification.engine.report import Entry, Report, TestState

#: Clocks of testers are set badly now and then.
_MOST_AHEAD_S = 600
_MOST_TOGETHER = 0.1
#: Chi-square of ten digits, which chance passes once in a million runs.
_MOST_UNEVEN = 45.0
#: Rank correlation with what each test takes elsewhere: 0.8 between two genuine runs with other
#: workers, at least 0.6 in honest variations of one service; by chance at most 0.25 in 97 of 100.
_LEAST_RELATED, _ENOUGH_KNOWN = 0.25, 50

Clocked = list[tuple[Entry, float, float]]


def odd_clocks(
    report: Report, received_at: float, usual_ms: Mapping[str, int]
) -> tuple[Anomaly, ...]:
    """What is odd, in a fixed order. `received_at` is in seconds since the epoch;
    `usual_ms` says what tests took in genuine runs."""
    clocked: Clocked = sorted(
        (
            (entry, entry.started_at, entry.ended_at)
            for entry in report.entries
            if entry.started_at is not None and entry.ended_at is not None
        ),
        key=lambda one: one[1:],
    )
    return (
        *_ahead(report, received_at),
        *_together(clocked),
        *_in_order_of_names(clocked, report.workers),
        *_uneven_digits(clocked),
        *_unrelated(clocked, usual_ms),
    )


def _ahead(report: Report, received_at: float) -> Iterator[Anomaly]:
    ended = report.ended_at
    if ended is not None and ended > received_at + _MOST_AHEAD_S:
        yield Anomaly(
            "times-ahead",
            f"The run ended {(ended - received_at) / 3600:.1f} hours after it was "
            "uploaded, by its own clock; a run is uploaded when it is over.",
        )


def _together(clocked: Clocked) -> Iterator[Anomaly]:
    total = len(clocked)
    if total < ENOUGH_TESTS:
        return
    count = Counter(round(began, 5) for _, began, _ in clocked).most_common(1)[0][1]
    if count > _MOST_TOGETHER * total:
        yield Anomaly(
            "times-together",
            f"{count} of {total} tests began at the same moment; a runner begins one test for each "
            "worker at a time, and no two at the same microsecond.",
        )


def _in_order_of_names(clocked: Clocked, workers: int) -> Iterator[Anomaly]:
    """One worker follows the list; several do so side by side, and the whole is out of order."""
    if workers < 2 or len(clocked) < ENOUGH_TESTS:
        return
    back = sum(one.name > other.name for (one, *_), (other, *_) in pairwise(clocked))
    if back < workers:
        yield Anomaly(
            "times-in-order",
            f"{len(clocked)} tests began in the order of their names, with {back} exceptions, "
            f"though {workers} workers are named; classes that run side by side mix their tests.",
        )


def _uneven_digits(clocked: Clocked) -> Iterator[Anomaly]:
    spent = [round(ended * 1e6) - round(began * 1e6) for _, began, ended in clocked]
    if len(spent) < ENOUGH_TESTS or 2 * sum(one % 1000 == 0 for one in spent) > len(spent):
        return  # too few, or whole milliseconds: that has a sign of its own
    found = Counter(one % 10 for one in spent)
    expected = len(spent) / 10
    if sum((found[digit] - expected) ** 2 / expected for digit in range(10)) > _MOST_UNEVEN:
        digit, count = found.most_common(1)[0]
        yield Anomaly(
            "times-digits",
            f"{count} of {len(spent)} times end in the digit {digit}, counted in microseconds; a "
            "clock leaves each digit in a tenth of them.",
        )


def _unrelated(clocked: Clocked, usual_ms: Mapping[str, int]) -> Iterator[Anomaly]:
    known = [
        (ended - began, usual_ms[entry.name])
        for entry, began, ended in clocked
        if entry.state is TestState.PASSED and entry.name in usual_ms
    ]
    if len(known) < _ENOUGH_KNOWN:
        return
    related = correlation(_ranks([one for one, _ in known]), _ranks([one for _, one in known]))
    if related < _LEAST_RELATED:
        yield Anomaly(
            "times-unrelated",
            f"Which of {len(known)} tests are quick and which are slow has nothing to do with what "
            f"they do: the rank correlation with genuine runs is {related:.2f}, and 0.6 or more in "
            "honest ones.",
        )


def _ranks(values: list[float]) -> list[int]:
    ranks = [0] * len(values)
    for rank, at in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        ranks[at] = rank
    return ranks
