"""Evidence bodies that are odd in every way that a flag names."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from random import Random

import subunit

from certification.guidelines import shipped_inventories, usual_times
from tests.certification.test_joined_claims import STORED, WHOLE
from tests.engine.formats.building import BEGAN

EVERY_TEST = [f"{name}[id-{i}]" for name, i in shipped_inventories()["tempest-47.0.0"]]
INVENTED = [f"tempest.api.made.up.Test.test_{number}" for number in range(len(EVERY_TEST))]
CREATE = "tempest.api.compute.servers.test_servers.ServersTestJSON.test_create_server_with_x"
#: A test, seconds from the begin of the run to its begin and to its end, and its worker.
Line = tuple[str, float, float, int]

_TOOK = {
    entry.name: entry.ended_at - entry.started_at
    for entry in WHOLE.entries
    if entry.started_at is not None and entry.ended_at is not None
}


def spent_in_stored() -> list[float]:
    """What the tests of object storage took in the genuine run, in their order."""
    return [_TOOK[test.partition("[")[0]] for test in STORED]


def in_a_row(seconds: Iterable[float], gap_s: float = 0.31037) -> list[Line]:
    """The tests of object storage one after the other on one worker."""
    lines, clock = list[Line](), 0.0
    for test, spent in zip(STORED, seconds, strict=True):
        lines.append((test, clock, clock + spent, 0))
        clock += spent + gap_s
    return lines


def stream(lines: Iterable[Line], began: datetime = BEGAN, tagged: bool = True) -> bytes:
    """Subunit 2 of passed tests."""
    target = io.BytesIO()
    writer = subunit.StreamResultToBytes(target)
    for test, begin, end, worker in lines:
        tags = {f"worker-{worker}"} if tagged else None
        for status, seconds in (("inprogress", begin), ("success", end)):
            moment = began + timedelta(seconds=seconds)
            writer.status(test_id=test, test_status=status, timestamp=moment, test_tags=tags)
    return target.getvalue()


def passes(tests: list[str], *, cpid: str = "c", duration: int = 4000) -> bytes:
    """RefStack JSON, which holds passes alone."""
    results = [
        {"name": name, "uuid": rest.removeprefix("id-").rstrip("]")}
        for name, _, rest in (test.partition("[") for test in tests)
    ]
    return json.dumps({"cpid": cpid, "duration_seconds": duration, "results": results}).encode()


def drawn(seed: int) -> list[float]:
    """Durations by chance, of a likely spread, and none of what the tests do."""
    luck = Random(seed)
    return sorted(
        (round(luck.lognormvariate(-2, 1.6), 6) for _ in STORED),
        reverse=True,
    )


def unlike_their_usual() -> list[float]:
    """What usually takes long is quick and the other way round."""
    usual = usual_times()
    order = sorted(range(len(STORED)), key=lambda at: usual[STORED[at].partition("[")[0]])
    seconds = dict(zip(order, drawn(1), strict=True))
    return [seconds[at] for at in range(len(STORED))]


def jittered(seed: int, factor: float) -> list[float]:
    luck = Random(seed)
    return [s * factor * luck.uniform(0.91, 1.09) for s in spent_in_stored()]


def other_cloud(seed: int) -> list[float]:
    luck = Random(seed)
    return [s * luck.lognormvariate(0, 0.7) for s in spent_in_stored()]


def begun_together() -> bytes:
    return stream([(test, 0.0, s, 0) for test, s in zip(STORED, other_cloud(2), strict=True)])


def ordered_on_two_workers() -> bytes:
    lines = in_a_row(other_cloud(3))
    return stream([(*line[:3], at % 2) for at, line in enumerate(sorted(lines))])


def broken_setup() -> bytes:
    """A set-up of a class that failed, and its tests that passed; one test without its end."""
    scope = STORED[0].partition("[")[0].rpartition(".")[0]
    target = io.BytesIO()
    writer = subunit.StreamResultToBytes(target)
    writer.status(test_id=f"setUpClass ({scope})", test_status="fail", timestamp=BEGAN)
    writer.status(test_id="demo.Tests.bare", test_status="success")
    return target.getvalue() + stream(in_a_row(other_cloud(4)))


def reversed_and_instant() -> bytes:
    lines = in_a_row([0.0004 + 0.000_013 * n for n in range(len(STORED))], gap_s=0.0)
    backwards = [(test, end + 0.01, begin, worker) for test, begin, end, worker in lines[:3]]
    return stream([*backwards, *lines[3:], (CREATE, 90.0, 90.004, 0)])


def ahead() -> bytes:
    return stream(in_a_row(other_cloud(5)), datetime.now(UTC) + timedelta(hours=5))


def same_digit() -> bytes:
    return stream(in_a_row([round(s, 4) + 0.000_003 for s in other_cloud(6)], gap_s=0.31))


def wrong_ids() -> bytes:
    """Forty tests with other ids, and twelve a second time under another name."""
    moved = [f"{test[:-5]}0000]" for test in EVERY_TEST[:40]]
    again = [f"{name}_again[{i}" for name, _, i in (t.partition("[") for t in EVERY_TEST[40:52])]
    return passes([*STORED, *moved, *EVERY_TEST[40:80], *again])


Made = Callable[[], bytes]
#: What comes in, and by which flag and words a reviewer hears of it.
ODD: tuple[tuple[Made, dict[str, str]], ...] = (
    (
        reversed_and_instant,
        {
            "times-reversed": "3 tests ended before they began",
            "times-instant": "quicker than a cloud answers",
            "times-impossible": "genuine runs need 400 ms",
            "times-adjoining": "began at the very moment when another ended",
        },
    ),
    (
        begun_together,
        {
            "times-together": "58 of 58 tests began at the same moment",
            "times-overlap": "each does one test at a time",
            "times-sum": "but 1 workers had",
        },
    ),
    (
        lambda: stream(in_a_row([1.0] * len(STORED))),
        {
            "times-constant": "58 of 58 passed tests took the same 1 s",
            "times-rounded": "took whole milliseconds",
            "times-even": "lie too close together",
        },
    ),
    (ordered_on_two_workers, {"times-in-order": "began in the order of their names"}),
    (
        broken_setup,
        {
            "fixture-contradicted": "in a class whose set-up did not",
            "times-absent": "1 passed tests have no start or no end",
        },
    ),
    (ahead, {"times-ahead": "hours after it was uploaded"}),
    (same_digit, {"times-digits": "end in the digit 3"}),
    (
        lambda: stream(in_a_row(unlike_their_usual())),
        {"times-unrelated": "has nothing to do with what they do"},
    ),
    (
        lambda: passes([*STORED, *INVENTED, *STORED[:4]], duration=0),
        {
            "tests-too-many": "Tempest 47.0.0 has",
            "passes-repeated": "4 results name a test",
            "duration-impossible": "genuine runs need a tenth of a second for each",
        },
    ),
    (
        wrong_ids,
        {
            "ids-contradicted": "40 of",
            "tests-invented": "12 tests passed under more names than Tempest 47.0.0 has",
        },
    ),
)
