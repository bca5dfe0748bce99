"""Evidence packed with gzip, xz or zstd reads as what is inside; no container is trusted."""

from __future__ import annotations

import gzip
import json
import lzma
import time
import tracemalloc
from collections.abc import Callable
from random import Random

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.engine.formats import Limits, parse_report, parse_report_stream
from certification.engine.report import Damage, EvidenceUnreadable, Report
from tests.engine.formats.building import PASSED, RUNS, pieces, ran

MIB = 1 << 20
Pack = Callable[[bytes], bytes]


def zstd_with_checksum(raw: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True).compress(raw)


PACKED: dict[str, Pack] = {
    "gzip": lambda raw: gzip.compress(raw, mtime=0),
    "xz": lzma.compress,
    "xz without check": lambda raw: lzma.compress(raw, check=lzma.CHECK_NONE),
    "zstd": zstandard.compress,
    "zstd with checksum": zstd_with_checksum,
}
NAMES = {"gzip": "gzip", "xz": "xz", "zstd": "zstd", "zstd with checksum": "zstd"}
V2 = b"".join(ran(f"a.T.test_{n}") for n in range(50))
SAMPLES = (
    V2,
    b"test: a.T.test_x\nsuccess: a.T.test_x\n" * 3,
    json.dumps({"cpid": "", "duration_seconds": 1, "results": [{"name": "a"}]}).encode(),
    b'<testsuite><testcase classname="a.T" name="test_x"/></testsuite>',
    b"1..1\nok 1 - a.T.test_x\n",
    b"Ran 3 tests in 0.1s\n\nOK\n",
    V2[:-3],
    b"",
)


def outcome(raw: bytes, size: int = 0) -> Report | tuple[str, str]:
    try:
        return parse_report_stream(pieces(raw, size)) if size else parse_report(raw)
    except EvidenceUnreadable as refused:
        return refused.code, refused.place


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(SAMPLES) | st.binary(max_size=300),
    st.sampled_from(sorted(PACKED)),
    st.integers(0, 2_000),
    st.sampled_from((0, 1, 3, 50)),
)
def test_however_it_is_packed_the_report_is_the_same(
    raw: bytes, how: str, cut: int, size: int
) -> None:
    pack = PACKED[how]
    members = pack(raw[:cut]) + pack(b"") + pack(raw[cut:])
    if not raw.startswith((b"\x1f\x8b", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")):
        assert outcome(members, size) == outcome(pack(raw)) == outcome(raw)


@pytest.mark.parametrize("how", NAMES)
def test_genuine_runs_packed_anew(how: str) -> None:
    packed = (RUNS / "identity-serial.v2.gz").read_bytes()
    anew = PACKED[how](gzip.decompress(packed))
    assert parse_report_stream(pieces(anew, 777)) == parse_report(packed)


@pytest.mark.parametrize("how", NAMES)
def test_a_container_cut_short_is_damage_where_its_bytes_end(how: str) -> None:
    whole, packed = parse_report(V2), PACKED[how](V2)
    assert whole.damage is None
    for size in range(1, len(packed)):
        found = outcome(packed[:size])
        if isinstance(found, Report):
            assert found.damage is not None
            assert found.damage.offset <= len(V2)
            assert found.damage.reason == f"the {NAMES[how]} container ends too early"
            assert set(found.entries) <= set(whole.entries) or found.looks_incomplete
        else:
            assert found[0] in ("evidence-damaged", "evidence-format-unknown")


@pytest.mark.parametrize("how", NAMES)
def test_bytes_after_the_end_are_damage(how: str) -> None:
    report = parse_report(PACKED[how](V2) + b"garbage that is in no container")
    assert report.damage is not None
    assert report.damage.offset == len(V2)
    assert report.damage.reason.startswith(f"the {NAMES[how]} container is damaged")
    assert report.count(PASSED) == 50


def test_padding_between_streams_of_xz_is_read_over() -> None:
    packed = lzma.compress(V2[:99]) + bytes(8) + lzma.compress(V2[99:]) + bytes(4)
    assert parse_report(packed) == parse_report(V2)
    assert parse_report_stream(pieces(packed, 1)) == parse_report(V2)
    for wrong in (lzma.compress(V2) + bytes(3), lzma.compress(V2) + bytes(3) + lzma.compress(V2)):
        damage = parse_report(wrong).damage
        assert damage is not None
        assert damage.offset == len(V2)


def test_a_frame_that_zstd_passes_over_may_come_first() -> None:
    passed_over = b"\x5a\x2a\x4d\x18" + (5).to_bytes(4, "little") + b"hello"
    assert parse_report(passed_over + zstandard.compress(V2)) == parse_report(V2)


def test_limits_of_size_hold() -> None:
    first = ran("a.T.test_0")
    for how in NAMES:
        report = parse_report(PACKED[how](V2), Limits(inflated_bytes=len(first) + 5))
        assert report.damage == Damage(len(first), f"more than {len(first) + 5} bytes of evidence")


def large_window_of_zstd() -> bytes:
    parameters = zstandard.ZstdCompressionParameters(window_log=27)
    packer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    return packer.compress(Random(1).randbytes(2 * MIB)) + packer.flush()


def large_window_of_xz() -> bytes:
    return lzma.compress(V2, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 128 * MIB}])


@pytest.mark.parametrize("packed", [large_window_of_zstd, large_window_of_xz])
def test_a_window_too_large_is_refused_with_a_hint(packed: Callable[[], bytes]) -> None:
    with pytest.raises(EvidenceUnreadable, match="more than 64 MiB; pack it with") as refused:
        parse_report(packed())
    assert refused.value.code == "evidence-damaged"


@pytest.mark.parametrize(
    ("raw", "code", "words"),
    [
        (gzip.compress(lzma.compress(V2), mtime=0), "evidence-packed-twice", "Unpack it once"),
        (zstandard.compress(gzip.compress(V2, mtime=0)), "evidence-packed-twice", "Unpack it once"),
        (b"BZh91AY&SY" + bytes(90), "evidence-format-unknown", "bzip2"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(90), "evidence-format-unknown", "7-Zip"),
        (b"%PDF-1.7 ...", "evidence-format-unknown", "PDF"),
    ],
    ids=range(5),
)
def test_what_is_sent_by_mistake_is_named(raw: bytes, code: str, words: str) -> None:
    with pytest.raises(EvidenceUnreadable, match=words) as refused:
        parse_report(raw)
    assert (refused.value.code, refused.value.place) == (code, "byte 0")


def bomb_of_zstd(start: bytes) -> bytes:
    """Blocks of four bytes that each give 128 KiB: the worst that the format allows."""
    block = (128 * 1024 << 3 | 1 << 1).to_bytes(3, "little") + b"x"
    frame = b"\x28\xb5\x2f\xfd\x00\x88" + block * 8_192
    return (zstandard.compress(start) if start else b"") + frame


def bomb_of_xz(start: bytes) -> bytes:
    return lzma.compress(start + bytes(140 * MIB), preset=0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("bomb", "start"), [(bomb_of_zstd, b""), (bomb_of_zstd, V2), (bomb_of_xz, V2)], ids=range(3)
)
def test_a_bomb_costs_little_time_and_memory(bomb: Callable[[bytes], bytes], start: bytes) -> None:
    packed = bomb(start)
    assert len(packed) < MIB
    tracemalloc.start()
    began = time.process_time()
    found = outcome(packed)
    spent = time.process_time() - began
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert not isinstance(found, Report) or found.damage is not None
    assert peak < 32 * MIB
    assert spent < 1.0
