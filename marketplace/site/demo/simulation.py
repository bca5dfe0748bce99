"""Plausible runs for a demo: Tempest as it would have run on a cloud that does not exist.

The times follow what genuine runs look like. A test's duration is log-normal around what it took
in genuine runs, or what its kind of work takes, with a part of this cloud and a part of this run;
classes are shared out among workers, need their own set-up, and leave gaps between tests.
"""

from __future__ import annotations

import gzip
import json
import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from random import Random

from certification.engine.report import bare_name, id_in_attributes
from certification.guidelines import usual_times
from marketplace.site.demo.packets import packet

#: Seconds that the middle test of a kind takes; the first kind that matches counts.
KINDS: tuple[tuple[re.Pattern[str], float], ...] = tuple(
    (re.compile(pattern), seconds)
    for pattern, seconds in (
        (r"Negative|invalid|nonexistent|non_existent|not_exist", 0.06),
        (r"scenario\.", 38.0),
        (r"(create|rebuild|resize|reboot|shelve|rescue|attach|snapshot).*server", 9.0),
        (r"servers?\..*(create|rebuild|resize|reboot|stop|attach|image)", 7.0),
        (r"volume\..*(create|extend|clone|snapshot|backup)", 4.0),
        (r"expir", 8.0),
        (r"object_storage\.", 0.09),
        (r"network\..*(list|show)", 0.12),
        (r"network\.", 0.7),
        (r"image\..*(upload|import|register|delete)", 0.6),
        (r"list|show|get", 0.07),
        (r"", 0.25),
    )
)
_SHARED_SPREAD, _CLOUD_SPREAD, _RUN_SPREAD = 0.6, 0.7, 0.36
_SET_UP_S, _GAP_S = 3.0, 0.08
_LEAST_S = 0.0035


@dataclass(frozen=True, slots=True)
class Script:
    """What is run, and which of it does not pass.

    `tests` are ids with their attributes (`a.b.test_c[id-...]`), all else bare names. `whole_ms`:
    durations are rounded, which no runner does.
    """

    tests: Collection[str]
    failed: Collection[str] = ()
    skipped: Mapping[str, str] = field(default_factory=dict)
    missing: Collection[str] = ()
    whole_ms: bool = False


def simulated_run(
    script: Script, *, cloud: str, run: str, began_at: datetime, workers: int = 4
) -> bytes:
    """A gzipped subunit 2 stream.

    The same arguments give the same bytes. `cloud` is the seed of what runs of one cloud share.
    """
    luck = _luck(f"{cloud}/{run}")
    pace = luck.lognormvariate(0, 0.2)
    clocks = [began_at.timestamp() + luck.uniform(0, 0.4) for _ in range(workers)]
    events: list[tuple[int, bytes]] = []
    for _, members in groupby(sorted(set(script.tests)), key=_class_of):
        worker = min(range(workers), key=clocks.__getitem__)
        clocks[worker] += luck.lognormvariate(math.log(_SET_UP_S), 0.8)
        for test in _shuffled(members, luck):
            name = bare_name(test)
            if name in script.missing:
                continue
            status, seconds = _outcome(name, script, cloud, pace, luck)
            began = clocks[worker]
            clocks[worker] = began + (
                math.ceil(seconds * 1000) / 1000 if script.whole_ms else seconds
            )
            reason = script.skipped.get(name, "")
            events += _events(test, status, began, clocks[worker], f"worker-{worker}", reason)
            clocks[worker] += luck.lognormvariate(math.log(_GAP_S), 0.7)
    stream = b"".join(event for _, event in sorted(events, key=lambda event: event[0]))
    return gzip.compress(stream, mtime=0)


def simulated_passes(script: Script, *, cpid: str, run: str) -> bytes:
    """The same without times and failures: what RefStack's clients send."""
    left_out = {*script.failed, *script.skipped, *script.missing}
    results = [
        {"name": bare_name(test), "uuid": id_in_attributes(test)}
        for test in sorted(set(script.tests))
        if bare_name(test) not in left_out
    ]
    seconds = _luck(run).randint(900, 5400)
    return json.dumps({"cpid": cpid, "duration_seconds": seconds, "results": results}).encode()


def usual_seconds(name: str, cloud: str) -> float:
    """What the test takes on this cloud when nothing disturbs it."""
    service = _luck(f"{cloud}/{_service_of(name)}").gauss(0, 0.4)
    own = _luck(f"{cloud}/{name}").gauss(0, _CLOUD_SPREAD)
    return _everywhere(name) * math.exp(service + own)


def _everywhere(name: str) -> float:
    """What genuine runs took; for tests that none had, what their kind of work takes."""
    known = usual_times().get(name)
    if known is not None:
        return known / 1000
    middle = next(seconds for pattern, seconds in KINDS if pattern.search(name))
    return middle * math.exp(_luck(name).gauss(0, _SHARED_SPREAD))


def _outcome(name: str, script: Script, cloud: str, pace: float, luck: Random) -> tuple[str, float]:
    if name in script.skipped:
        return "skip", luck.lognormvariate(math.log(1.5e-4), 0.7)
    seconds = usual_seconds(name, cloud) * pace * luck.lognormvariate(0, _RUN_SPREAD)
    return "fail" if name in script.failed else "success", max(_LEAST_S, seconds)


def _events(  # noqa: PLR0913, PLR0917 - the facts of one test
    test: str, status: str, began: float, ended: float, worker: str, reason: str
) -> Sequence[tuple[int, bytes]]:
    began_us, ended_us = round(began * 1e6), round(ended * 1e6)
    return (
        (began_us, packet(test, "inprogress", began_us, worker)),
        (ended_us, packet(test, status, ended_us, worker, reason)),
    )


def _luck(seed: str) -> Random:
    return Random(seed)  # noqa: S311 - nothing secret: the same seed shall give the same run


def _shuffled(members: Iterable[str], luck: Random) -> list[str]:
    found = list(members)
    luck.shuffle(found)
    return found


def _class_of(test: str) -> str:
    return bare_name(test).rsplit(".", 1)[0]


def _service_of(name: str) -> str:
    return ".".join(name.split(".")[:3])
