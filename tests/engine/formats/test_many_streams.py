"""A hundred thousand made streams, in both forms, read as python-subunit reads them."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

import pytest

from tests.engine.formats.building import BEGAN
from tests.engine.formats.test_subunit_v1_agrees import agrees as text_agrees
from tests.engine.formats.test_subunit_v2_agrees import agrees as packets_agree

FEW, MANY = 250, 50_000
IDS = (*(f"a.b.C.test_{n}[id-{n:036x},smoke]" for n in range(4)), "a.b.C.test_x(v4)", "b é", "s:x")
STATUSES = (
    None,
    "exists",
    "inprogress",
    "success",
    "success",
    "uxsuccess",
    "skip",
    "fail",
    "xfail",
)
LINES = (
    "hello\n", "\n", " test: a\n", "testing\n", "]\n", "tags: worker-0 smoke\n", "progress: +2\n",
    "time: 2026-11-21 00:49:13.629117Z\n", "time: 1999-01-01 00:00:00Z\n",
)  # fmt: skip
STRAY = ("success", "successful", "skip", "failure", "error", "xfail")
DETAILS = (
    "", "", " [\nline\n ] quoted\ntest: x\n]", " [\n]",
    " [ multipart\nContent-Type: text/plain;charset=utf8\nreason\n6\r\nab\n]é0\r\n]",
)  # fmt: skip


def packets(luck: Random) -> list[dict[str, Any]]:
    return [_packet(luck) for _ in range(luck.randrange(1, 13))]


def _packet(luck: Random) -> dict[str, Any]:
    event: dict[str, Any] = {
        "test_id": luck.choice((None, *IDS)),
        "test_status": luck.choice(STATUSES),
        "test_tags": luck.choice((None, None, {"worker-0"}, {"worker-1", "smoké"})),
        "route_code": luck.choice((None, None, "0", "0/é")),
        "timestamp": luck.choice((None, BEGAN + timedelta(seconds=luck.uniform(-1e6, 1e6)))),
        "eof": luck.random() < 0.5,
        "mime_type": luck.choice((None, "text/plain;charset=utf8", "a/b")),
    }
    if luck.random() < 0.4:
        event["file_name"] = luck.choice(("reason", "pythonlogging:''", "log é"))
        event["file_bytes"] = b"x" * luck.choice((1, 30, 60, 300, 17_000))
    return event


def text(luck: Random) -> bytes:
    return "".join(_part(luck) for _ in range(luck.randrange(1, 10))).encode() + b"\n"


def _part(luck: Random) -> str:
    test = luck.choice(IDS)
    stray = f"{luck.choice(STRAY)}: {luck.choice(IDS)}{luck.choice(DETAILS)}\n"
    kind = luck.random()
    if kind < 0.2:
        return luck.choice(LINES)
    if kind < 0.3:
        return stray
    outcome = f"{luck.choice((*STRAY, 'uxsuccess'))}: {test}{luck.choice(DETAILS)}\n"
    return f"test: {test}\n{luck.choice(('', *LINES))}{outcome if kind < 0.9 else stray}"


def test_some_made_streams() -> None:
    for number in range(FEW):
        packets_agree(packets(Random(number)))
        text_agrees(text(Random(number)))


@pytest.mark.long
def test_a_hundred_thousand_made_streams() -> None:
    for number in range(MANY):
        packets_agree(packets(Random(FEW + number)))
        text_agrees(text(Random(FEW + number)))
