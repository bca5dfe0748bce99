"""Bombs, depths and crowds: small to send, and dear to whoever reads them without limits."""

from __future__ import annotations

import lzma
import struct
import tarfile
import zlib
from collections.abc import Callable, Iterable
from itertools import repeat

import zstandard

from tests.engine.bundle.building import files
from tests.engine.formats.building import packet
from tests.engine.fuzz.bodies import JSON, V1, V2, zipped

MIB = 1 << 20
LARGE: list[Callable[[], bytes]] = []
_CASE = b"<testsuite><testcase name='x'/>"
_ENVELOPE = b'{"cpid":"","duration_seconds":1,"results":%s}'
_TWICE = b'{"cpid":"","duration_seconds":1,"results":%s,"results":[{"name":"a"}]}'
#: Four bytes in UTF-8, and it makes every other letter of its text take four bytes in memory.
_WIDE = "\U0001f600"


def _is_large(make: Callable[[], bytes]) -> Callable[[], bytes]:
    LARGE.append(make)
    return make


def _gzip(*pieces: Iterable[bytes]) -> bytes:
    """Made piece by piece, so that making it takes no memory."""
    packer = zlib.compressobj(1, wbits=31)
    packed = [packer.compress(piece) for part in pieces for piece in part]
    return b"".join(packed) + packer.flush()


@_is_large
def zeros() -> bytes:
    return _gzip(repeat(bytes(MIB), 140))


@_is_large
def empty_lines() -> bytes:
    return _gzip((V1,), repeat(b"\n" * MIB, 140))


@_is_large
def a_million_tests() -> bytes:
    return _gzip(b"test: t%d\nsuccess: t%d\n" % (n, n) for n in range(1_000_000))


@_is_large
def a_million_packets_of_one_test() -> bytes:
    return _gzip(repeat(packet(0x2803, _text(b"a.T.x")) * 1000, 1_001))


@_is_large
def many_results() -> bytes:
    return _ENVELOPE % b"[%s]" % b",".join(b'{"name":"a.b.test_%d"}' % n for n in range(300_000))


@_is_large
def lists_beside_the_results() -> bytes:
    return _TWICE % (b"[" + b"[]," * 2_700_000 + b"[]]")


@_is_large
def the_same_key_again_and_again() -> bytes:
    return b'{"duration_seconds":1,' + b'"cpid":"",' * 800_000 + b'"results":[{"name":"a"}]}'


@_is_large
def json_depths() -> bytes:
    return b'{"cpid":' + b"[" * 500_000


@_is_large
def json_depths_of_objects() -> bytes:
    return b'{"a":' * 200_000


@_is_large
def half_a_pair() -> bytes:
    return _ENVELOPE % b'[{"name": "\\ud800"}]'


@_is_large
def a_key_twice() -> bytes:
    return JSON.replace(b'"cpid"', b'"cpid": "x", "cpid"')


@_is_large
def xml_depths() -> bytes:
    return b"<testsuite>" * 20_000


@_is_large
def xml_crowd() -> bytes:
    return b"<testsuite>" + b"<testcase name='x'/>" * 400_000


@_is_large
def xml_of_long_names() -> bytes:
    return _gzip((_CASE,), (b"<a%d%s/>" % (n, b"b" * (MIB - 100)) for n in range(120)))


@_is_large
def xml_of_long_namespaces() -> bytes:
    return _gzip((_CASE,), (b"<a xmlns='%d%s'/>" % (n, b"u" * 900_000) for n in range(126)))


@_is_large
def xml_of_line_ends() -> bytes:
    return _gzip((_CASE,), repeat(b"\n" * MIB, 126))


@_is_large
def a_crowd_of_points() -> bytes:
    return b"1..100000\n" + b"ok 1\n" * 100_000


@_is_large
def a_million_points() -> bytes:
    return _gzip((b"1..3\n",), repeat(b"ok 1 \\\\\\#\\\n" * 100_000, 11))


@_is_large
def packets_full_of_tags() -> bytes:
    size = 4 * MIB - 100
    one = _longest(0x2883, _text(b"a") + (0xC0000000 | size).to_bytes(4, "big") + bytes(size))
    return _gzip(repeat(one, 31))


@_is_large
def packets_with_long_ids_and_routes() -> bytes:
    tail = b"x" * (4 * MIB - 60)
    return _gzip(_longest(0x2C02, _text(b"a.b%d[%s]" % (n, tail)) + _text(b"1")) for n in range(31))


@_is_large
def wide_ids_in_a_large_window() -> bytes:
    name = (_WIDE * 200).encode() + b"[" + b"x" * 1000 + b"]"
    stream = b"".join(
        packet(0x2C02, _text(b"a.b%05d" % n + name) + _text(b"1" * 1000)) for n in range(19_999)
    )
    return _asking_for_64_mib(lzma.compress(stream, preset=0))


@_is_large
def a_large_window_of_zstd() -> bytes:
    wanted = zstandard.ZstdCompressionParameters(window_log=26)
    packer = zstandard.ZstdCompressor(compression_params=wanted).compressobj()
    one = packet(0x2870, _text(b"a") + _text(b"a/b") + _text(b"log") + _text(b"x" * MIB))
    return packer.compress(V2) + b"".join(map(packer.compress, [one] * 90)) + packer.flush()


@_is_large
def lines_full_of_tags() -> bytes:
    return _gzip((b"test: a\n",), repeat(b"tags: " + b"a " * 30_000 + b"\n", 2_000))


@_is_large
def a_crowd_of_members() -> bytes:
    return _gzip((V1,)) + _gzip(()) * 25_000


@_is_large
def a_crowd_of_frames() -> bytes:
    return zstandard.compress(V1) + b"\x50\x2a\x4d\x18\0\0\0\0" * 25_000


@_is_large
def a_crowd_of_folders_with_long_names() -> bytes:
    def blocks() -> Iterable[bytes]:
        for number in range(1_900):
            member = tarfile.TarInfo(f"{_WIDE}{'a' * 65_000}{number}/1")
            yield member.tobuf(tarfile.GNU_FORMAT)

    return _gzip(blocks(), (bytes(1024),))


@_is_large
def a_bundle_of_blanks() -> bytes:
    names = [name for name in files() if name.startswith("footprints/")]
    return zipped({**files(), **dict.fromkeys(names, b" " * (8 * MIB))})


def _text(text: bytes) -> bytes:
    """A number and so many bytes, as a field of subunit 2."""
    size = len(text)
    for width, mark in ((1, 0), (2, 0x4000), (3, 0x800000)):
        if size < 1 << (8 * width - 2):
            return (mark | size).to_bytes(width, "big") + text
    return (0xC0000000 | size).to_bytes(4, "big") + text


def _longest(flags: int, body: bytes) -> bytes:
    """A packet whose length takes three bytes: up to 4 MiB."""
    size = 3 + 3 + len(body) + 4
    content = b"\xb3" + struct.pack(">H", flags) + (0x800000 | size).to_bytes(3, "big") + body
    return content + struct.pack(">I", zlib.crc32(content))


def _asking_for_64_mib(packed: bytes) -> bytes:
    """A file of xz that wants a larger window than it needs: to make one that needs it would take
    400 MiB. The size stands in the header of its block (".xz File Format", 3.1 and 5.3.1)."""
    end = 12 + 4 * (packed[12] + 1)
    header = bytearray(packed[12 : end - 4])
    header[header.index(b"\x21\x01") + 2] = 28
    return packed[:12] + header + zlib.crc32(header).to_bytes(4, "little") + packed[end:]
