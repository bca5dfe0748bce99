"""The format is told from the bytes; gzip is opened in steps and never trusted."""

from __future__ import annotations

import gzip
import json
import time
import tracemalloc
from collections.abc import Iterator

import pytest
from isal import isal_zlib

from certification.engine.formats import Limits, parse_report, parse_report_stream
from certification.engine.report import Damage, EvidenceFormat, EvidenceUnreadable
from tests.engine.formats.building import PASSED, RUNS, packet, pieces, ran, v2

V2 = b"".join(ran(f"a.T.test_{n}") for n in range(50))
V1 = b"test: a.T.test_x\nsuccess: a.T.test_x\n"
JSON = json.dumps({"cpid": "", "duration_seconds": 1, "results": [{"name": "a"}]}).encode()
MIB = 1 << 20


@pytest.mark.parametrize(
    ("raw", "form"),
    [
        (V2, EvidenceFormat.SUBUNIT_V2),
        (V1, EvidenceFormat.SUBUNIT_V1),
        (b"\n\nsome text first\n" + V1, EvidenceFormat.SUBUNIT_V1),
        (JSON, EvidenceFormat.REFSTACK_JSON),
        (b" \r\n\t" * 1000 + JSON, EvidenceFormat.REFSTACK_JSON),
    ],
)
def test_each_format_is_recognised_plain_and_as_gzip(raw: bytes, form: EvidenceFormat) -> None:
    report = parse_report(raw)
    assert report.format is form
    assert report.inflated_bytes == len(raw)
    packed = gzip.compress(raw)
    assert parse_report(packed) == report
    for size in (1, 3, 50):
        assert parse_report_stream(pieces(raw, size)) == report
        assert parse_report_stream(pieces(packed, size)) == report


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "evidence-empty"),
        (gzip.compress(b"", mtime=0), "evidence-empty"),
        (gzip.compress(V2, mtime=0)[:8], "evidence-damaged"),
        (b"\x1f\x8b", "evidence-damaged"),
        (b"\x1f\x8bnonsense" * 9, "evidence-damaged"),
        (b"\x1f", "evidence-format-unknown"),
        (b"Ran 3 tests in 0.1s\n\nOK\n", "evidence-format-unknown"),
        (b"time: 2026-11-01 12:00:00Z\n", "evidence-format-unknown"),
        (b"\xef\xbb\xbfhello", "evidence-format-unknown"),
        (gzip.compress(gzip.compress(V2, mtime=0), mtime=0), "evidence-packed-twice"),
        (b"\xb3", "evidence-damaged"),
        (b"\xb3" * 1000, "evidence-damaged"),
        (b"   ", "evidence-format-unknown"),
    ],
)
def test_what_is_no_evidence_is_refused_with_its_place(raw: bytes, code: str) -> None:
    with pytest.raises(EvidenceUnreadable) as refused:
        parse_report(raw)
    assert refused.value.code == code
    assert refused.value.place == "byte 0"
    assert len(str(refused.value)) > 30


def test_members_of_a_gzip_file_are_read_one_after_the_other() -> None:
    members = gzip.compress(V2[:100]) + gzip.compress(b"", mtime=0) + gzip.compress(V2[100:])
    assert parse_report(members) == parse_report(V2)


def test_what_was_inflated_of_a_truncated_gzip_file_is_read() -> None:
    packed = gzip.compress(V2)
    whole = parse_report(V2)
    for size in range(20, len(packed)):
        try:
            report = parse_report(packed[:size])
        except EvidenceUnreadable as refused:
            assert refused.code == "evidence-damaged"
            continue
        assert report.damage is not None
        assert report.damage.reason == "the gzip container ends too early"
        assert report.damage.offset <= len(V2)
        assert set(report.entries) <= set(whole.entries) or report.looks_incomplete
    report = parse_report(packed[:-8])
    assert (report.entries, report.damage) == (
        whole.entries,
        Damage(len(V2), "the gzip container ends too early"),
    )


def test_a_gzip_file_with_bytes_after_its_end_is_damaged() -> None:
    report = parse_report(gzip.compress(V2) + b"garbage that is not gzip")
    assert report.damage is not None
    assert report.damage.offset == len(V2)
    assert report.count(PASSED) == 50


def test_a_wrong_checksum_of_a_large_gzip_file_is_damage_at_its_end() -> None:
    stream = (RUNS / "guideline-2020.06-parallel3.v2.gz").read_bytes()
    big = gzip.decompress(stream) * 3
    packed = bytearray(gzip.compress(big, 0))
    packed[-5] ^= 1
    report = parse_report(bytes(packed))
    assert report.damage is not None
    assert report.damage.reason.startswith("the gzip container is damaged")
    assert report.count(PASSED) > 300
    for size in (1, 777):
        assert parse_report_stream(pieces(bytes(packed), size * 1000)) == report


def test_json_in_a_torn_container_is_read_and_marked() -> None:
    report = parse_report(gzip.compress(JSON)[:-4])
    assert report.damage == Damage(len(JSON), "the gzip container ends too early")
    assert report.count(PASSED) == 1


def test_limits_of_size_hold_on_the_wire_and_inflated() -> None:
    first = ran("a.T.test_0")
    for raw, limits in (
        (V2, Limits(wire_bytes=len(first) + 5)),
        (V2, Limits(inflated_bytes=len(first) + 5)),
        (gzip.compress(V2, mtime=0), Limits(inflated_bytes=len(first) + 5)),
    ):
        report = parse_report(raw, limits)
        assert report == parse_report_stream(pieces(raw, 10), limits)
        assert report.damage is not None
        assert report.damage.offset == len(first)
        assert report.damage.reason.startswith("more than ")
        assert [entry.name for entry in report.entries] == ["a.T.test_0"]
    assert parse_report(V2, Limits(inflated_bytes=len(V2), wire_bytes=len(V2))).damage is None


def bomb(start: bytes, filler: bytes) -> bytes:
    """A gzip file of `start` and then about 140 MiB of `filler`."""
    packer = isal_zlib.compressobj(1, wbits=31)
    block = filler * (8 * MIB // len(filler))
    blocks = (packer.compress(block) for _ in range(18))
    return packer.compress(start) + b"".join(blocks) + packer.flush()


FULL_PACKET = packet(0x2840, b"\x01a\x01f\xc0\x1f\xff\xed" + bytes(0x1FFFED))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("start", "filler"),
    [
        (b"", b"\0"),
        (b"", b"\n"),
        (b"", b" "),
        (b"{", b" "),
        (b"", b"x"),
        (b"", b"\xb3"),
        (V2, b"\0"),
        (V2, FULL_PACKET),
        (V1, b"\n"),
        (V1 + b"test: b\nskip: b [\n", b"x"),
        (V1 + b"test: b\nskip: b [\n", b"\n"),
        (V1 + b"test: b\nskip: b [ multipart\nContent-Type: text/a\nreason\nFFFFFFFF\r\n", b"x"),
    ],
    ids=range(12),
)
def test_a_gzip_bomb_costs_little_time_and_memory(start: bytes, filler: bytes) -> None:
    """A bomb of 1 GiB costs the same as one of 140 MiB, for reading ends at 128 MiB."""
    packed = bomb(start, filler)
    assert len(packed) < 2 * MIB
    tracemalloc.start()
    began = time.process_time()
    try:
        report = parse_report(packed)
        assert report.damage is not None
        assert report.count(PASSED) in (1, 50)
    except EvidenceUnreadable as refused:
        assert refused.code in (
            "evidence-damaged",
            "evidence-format-unknown",
            "evidence-too-large",
        )
    spent = time.process_time() - began
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 32 * MIB
    assert spent < 1.0


@pytest.mark.slow
def test_a_hundred_megabytes_in_pieces_cost_bounded_memory() -> None:
    log = v2({"test_id": "a", "file_name": "log", "file_bytes": bytes(3_500_000), "eof": True})

    def stream() -> Iterator[bytes]:
        for number in range(30):
            yield from pieces(ran(f"a.T.test_{number}") + log, 65_536)

    tracemalloc.start()
    report = parse_report_stream(stream())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert report.count(PASSED) == 30
    assert report.inflated_bytes > 100_000_000
    assert peak < 16 * MIB
