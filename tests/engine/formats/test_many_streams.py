"""A hundred and fifty thousand made streams, in both forms, some with a fault in them, read as
python-subunit reads them."""

from __future__ import annotations

import io
from datetime import timedelta
from random import Random
from typing import Any

import pytest
import subunit

from certification.engine.formats import parse_report_stream
from tests.engine.formats.building import BEGAN, Read, Recorder, pieces, states_of, v2
from tests.engine.formats.test_subunit_v1_agrees import agrees as text_agrees
from tests.engine.formats.test_subunit_v2_agrees import agrees as packets_agree
from tests.engine.formats.test_subunit_v2_agrees import report_of

FEW, MANY = 200, 50_000
#: The test in whose name python-subunit says that it cannot read on.
_PARSER = "subunit.parser"
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
    "time: 2026-11-21 00:49:13.629117Z\n", "time: 1999-01-01 00:00:00Z\n", "hello\r\n", "\r\n",
    "time: 2026-11-21 00:49:14.5+02:00\n", "tags: worker-1\r\n", "\ufefftest: a\n",
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
        event["file_bytes"] = b"x" * luck.choice((0, 1, 30, 60, 63, 64, 300, 16_383, 17_000))
    return event


def spoilt_agrees(calls: list[dict[str, Any]], luck: Random) -> None:
    """What stands before a packet with a wrong sum, other text or the end of the bytes is read as
    python-subunit reads it, which stops at the same packet; nothing after it is."""
    parts = [v2(call) for call in calls]
    at = luck.randrange(len(parts))
    before, bad = b"".join(parts[:at]), parts[at]
    cut = luck.randrange(1, len(bad))
    wrong_sum = bad[:-1] + bytes((bad[-1] ^ 1 << luck.randrange(8),))
    spoilt = before + luck.choice(
        (bad[:cut], wrong_sum + b"".join(parts[at:]), b"text\r\n" + b"".join(parts[at:]))
    )
    expected = states_of(_read_until_refused(spoilt))
    assert expected == states_of(_read_until_refused(before))
    report = report_of(spoilt)
    found = report.entries if report else ()
    assert {(entry.name, entry.idempotent_id): entry.state for entry in found} == expected
    if report:
        assert report.damage is not None
        assert report.damage.offset == len(before)
        assert parse_report_stream(pieces(spoilt, luck.randrange(1, 99))) == report


def _read_until_refused(stream: bytes) -> list[Read]:
    """python-subunit tells of bytes that it cannot follow as of a test, or raises."""
    recorder = Recorder()
    try:
        subunit.ByteStreamToStreamResult(io.BytesIO(stream)).run(recorder)
    except Exception as refused:
        assert refused.args[0] == "Non subunit content"
    names = [event.test_id for event in recorder.events]
    end = names.index(_PARSER) if _PARSER in names else len(names)
    return recorder.events[:end]


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
        all_agree(number)


@pytest.mark.long
def test_a_hundred_and_fifty_thousand_made_streams() -> None:
    for number in range(FEW, FEW + MANY):
        all_agree(number)


def all_agree(number: int) -> None:
    """One stream in each form, and the one of packets once more with a fault in it."""
    luck = Random(number)
    calls = packets(luck)
    packets_agree(calls)
    spoilt_agrees(calls, luck)
    text_agrees(text(luck))
