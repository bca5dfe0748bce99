"""The fast way through a stream of version 2 and the careful one read the same, byte by byte."""

from __future__ import annotations

import struct
import zlib
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from certification.engine.formats import Limits, parse_report, parse_report_stream
from certification.engine.formats.subunit_v2 import SubunitV2
from certification.engine.report import Damage, EvidenceUnreadable, Report
from tests.engine.formats.building import BEGAN, pieces, v2

STREAMS = 150
TAGS = ({"worker-0"}, {"worker-0"}, {"worker-1"}, {"worker-1", "smoke"}, None)
SIZES = (0, 1, 63, 64, 65, 400, 16_200, 16_390, 70_000)
NAMES = ("pythonlogging:''", "pythonlogging:''", "stdout", "reason")
#: Set by mutation: a bit of the flags, of the lengths of packet, id and time, of anything else.
PLACES = (1, 2, 3, 4, 5, 9, 10, 11, 12, 13, 14, 15, None)


def tempest_like(luck: Random) -> list[bytes]:
    """Packets of tests that run side by side, now and then with something unusual."""
    packets: list[bytes] = []
    for number in range(luck.randrange(1, 7)):
        width = luck.choice((4, 30, 60, 90))
        test = {"test_id": f"a.T.test_{number % 4}{'x' * width}[id-{number % 3:036x},smoke]"}
        times = [BEGAN + timedelta(microseconds=luck.choice((0, 3, 250_001))) for _ in range(3)]
        mime = luck.choice(("text/plain;charset=utf8",) * 3 + (None,))
        content = b"y" * luck.choice(SIZES)
        log = {"file_name": luck.choice(NAMES), "file_bytes": content, "mime_type": mime}
        end = luck.choice(("success", "success", "skip", "fail", "xfail", "exists"))
        mine: list[dict[str, Any]] = [
            test | {"test_status": "inprogress", "timestamp": times[0]},
            *(test | log | {"timestamp": times[1], "eof": eof} for eof in (False, True)),
            test | {"test_status": end, "timestamp": times[2], "test_tags": luck.choice(TAGS)},
        ]
        if luck.random() < 0.2:
            del mine[luck.randrange(len(mine))]["timestamp"]
        at = luck.choice((len(packets), luck.randrange(len(packets) + 1)))
        packets[at:at] = [v2(event) for event in mine]
    return packets


def bent(packet: bytes, luck: Random) -> bytes:
    """The packet with a bit turned and its checksum right again."""
    body = bytearray(packet[:-4])
    place = luck.choice(PLACES)
    at = luck.randrange(len(body)) if place is None else min(place, len(body) - 1)
    body[at] ^= 1 << luck.randrange(8)
    return bytes(body) + struct.pack(">I", zlib.crc32(body))


def read(stream: bytes, limits: Limits, piece: int = 0) -> Report | tuple[str, str]:
    try:
        if piece:
            return parse_report_stream(pieces(stream, piece), limits)
        return parse_report(stream, limits)
    except EvidenceUnreadable as refused:
        return refused.code, refused.place


def test_both_ways_and_any_pieces_give_the_same_report(monkeypatch: pytest.MonkeyPatch) -> None:
    luck = Random(7)
    cases = []
    for _ in range(STREAMS):
        packets = tempest_like(luck)
        if luck.random() < 0.6:
            at = luck.randrange(len(packets))
            packets[at] = bent(packets[at], luck)
        limits = luck.choice((Limits(), Limits(tests=3), Limits(events=9)))
        stream = b"".join(packets)
        cases.append((stream, limits, read(stream, limits)))
        assert read(stream, limits, luck.choice((11, 1000, 17_000))) == cases[-1][2]
    monkeypatch.setattr(SubunitV2, "_scan_usual", lambda _scanner, _stream, begin: begin)
    for stream, limits, report in cases:
        assert read(stream, limits) == report
    damaged = [case for case in cases if isinstance(case[2], Report) and case[2].damage]
    assert len(damaged) > STREAMS // 10


def test_the_fast_way_reads_nearly_all_of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    careful = []
    way = SubunitV2._read_packet

    def noted(scanner: SubunitV2, stream: bytes, begin: int) -> int:
        careful.append(begin)
        return way(scanner, stream, begin)

    monkeypatch.setattr(SubunitV2, "_read_packet", noted)
    log = {"file_name": "pythonlogging:''", "mime_type": "text/plain;charset=utf8", "eof": True}
    events: list[dict[str, Any]] = []
    for number in range(100):
        test = {
            "test_id": f"a.T.test_{number}{'x' * (number % 90)}",
            "timestamp": BEGAN + timedelta(seconds=number),
        }
        events += [
            test | {"test_status": "inprogress"},
            test | log | {"file_bytes": b"y" * (200 * number)},
            test | {"test_status": "success", "test_tags": {"worker-0"}},
        ]
    assert len(parse_report(v2(*events)).entries) == 100
    assert len(careful) <= 6


def test_tags_are_counted_alike_wherever_a_piece_ends() -> None:
    event = {"test_id": "a" * 70, "test_status": "success", "timestamp": BEGAN}
    for tags in ({"worker-0"}, {"smoke", "slow"}):
        stream = v2(*[event | {"test_tags": tags}] * 12)
        whole = read(stream, Limits(events=12))
        assert [read(stream, Limits(events=12), piece) for piece in (50, 120, 260)] == [whole] * 3
        assert isinstance(whole, Report)
        assert (whole.damage is None) == (len(tags) == 1)
        assert whole.damage is None or isinstance(whole.damage, Damage)
