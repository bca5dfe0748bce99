"""What a container may say of itself: read as the reference reads it, and at a bounded cost."""

from __future__ import annotations

import gzip
import lzma
import zlib
from random import Random

import pytest
import zstandard
from isal import isal_zlib

from certification.engine.formats import parse_report, parse_report_stream
from certification.engine.formats.limits import MOST_MEMBERS
from certification.engine.report import EvidenceUnreadable
from tests.engine.formats.building import PASSED, pieces
from tests.engine.fuzz.deflated import deflated
from tests.engine.fuzz.running import FOUND

V1 = b"test: a.T.x\nsuccess: a.T.x\n"
#: Whole, with the right checksum, and with a set of codes that leaves some bits without a meaning.
INCOMPLETE = FOUND / "243c5ca668525d4b"


def of_header(flags: int, rest: bytes) -> bytes:
    """V1 as gzip with these flags, and what they say follows."""
    head = b"\x1f\x8b\x08" + bytes((flags,)) + bytes(6) + rest
    if flags & 0x02:
        head += (zlib.crc32(head) & 0xFFFF).to_bytes(2, "little")
    return head + gzip.compress(V1, mtime=0)[10:]


def reads_whole(raw: bytes) -> bool:
    """Whether the reference inflate reads all members."""
    try:
        while raw:
            member = zlib.decompressobj(31)
            member.decompress(raw)
            if not member.eof:
                return False
            raw = member.unused_data
    except zlib.error:
        return False
    return True


def test_a_stream_that_only_a_lenient_inflate_follows_proves_nothing() -> None:
    raw = INCOMPLETE.read_bytes()
    assert b"success: " in isal_zlib.decompress(raw, 31)
    assert not reads_whole(raw)
    with pytest.raises(EvidenceUnreadable, match="invalid distances set") as refused:
        parse_report(raw)
    assert refused.value.code == "evidence-damaged"


def test_made_streams_are_whole_where_the_reference_says_so() -> None:
    whole = 0
    for number in range(150):
        raw = deflated(Random(number))
        try:
            report = parse_report(raw)
        except EvidenceUnreadable:
            assert not reads_whole(raw)
            continue
        refused = report.damage is not None and "container" in report.damage.reason
        assert refused != reads_whole(raw)
        whole += not refused
    assert whole > 5


@pytest.mark.parametrize(
    ("flags", "rest"),
    [
        (0x01, b""),
        (0x04, b"\x03\x00abc"),
        (0x08, b"run.subunit\0"),
        (0x10, b"\0"),
        (0x02, b""),
        (0x1F, b"\x00\x00run\0why\0"),
    ],
    ids=["text", "extra", "name", "comment", "checked", "all"],
)
def test_every_field_of_a_gzip_header_is_stepped_over(flags: int, rest: bytes) -> None:
    raw = of_header(flags, rest)
    assert parse_report(raw) == parse_report(V1)
    assert parse_report_stream(pieces(raw + raw, 1)) == parse_report(V1 + V1)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (of_header(0x20, b""), "unknown flags in its header"),
        (b"\x1f\x8b\x07" + bytes(40), "incorrect header check"),
        (of_header(0x02, b"").replace(b"\x02\0\0\0", b"\x02\0\0\1", 1), "header crc mismatch"),
        (of_header(0x08, b"n" * 300_000), "a header of more than 262144 bytes"),
    ],
    ids=["flags", "method", "sum", "long"],
)
def test_a_header_that_is_none_is_refused(raw: bytes, reason: str) -> None:
    with pytest.raises(EvidenceUnreadable, match=reason):
        parse_report(raw)


@pytest.mark.parametrize(("at", "reason"), [(-8, "data"), (-4, "length")])
def test_a_trailer_that_says_something_else_is_damage(at: int, reason: str) -> None:
    raw = bytearray(gzip.compress(V1, mtime=0))
    raw[at] ^= 1
    report = parse_report(bytes(raw))
    assert report.count(PASSED) == 1
    assert report.damage is not None
    assert report.damage.reason == f"the gzip container is damaged (incorrect {reason} check)"


@pytest.mark.parametrize(
    ("first", "member"),
    [
        (gzip.compress(V1), gzip.compress(b"")),
        (lzma.compress(V1), lzma.compress(b"")),
        (zstandard.compress(V1), b"\x50\x2a\x4d\x18\0\0\0\0"),
    ],
    ids=["gzip", "xz", "zstd"],
)
def test_a_crowd_of_empty_members_is_not_followed_to_its_end(first: bytes, member: bytes) -> None:
    assert parse_report(first + member * 100).damage is None
    report = parse_report(first + member * MOST_MEMBERS)
    assert report.damage is not None
    assert f"more than {MOST_MEMBERS} members" in report.damage.reason
