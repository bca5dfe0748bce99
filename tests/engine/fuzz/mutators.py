"""Ways to spoil evidence; each takes bytes and luck and gives bytes."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from random import Random

from tests.engine.fuzz import written
from tests.engine.fuzz.bodies import PACKERS, TESTS, bundle, plain
from tests.engine.fuzz.deflated import deflated
from tests.engine.fuzz.packets import packets

Mutator = Callable[[bytes, Random], bytes]

_WORDS = (
    b"\0", b"\xff", b"\xb3", b"\xed\xa0\x80", b"\\ud800", b"\\u0000", b"\r\n", b"\xef\xbb\xbf",
    b"<failure/>", b"<!DOCTYPE x>", b"]]>", b"&#0;", b"{}", b"[", b"]\n", b"success: ",
    b"failure: ", b"1..9\n", b"Bail out!\n", b"not ok 1\n", b"# SKIP\n",
    b"time: 9999-12-31 23:59:59Z\n", b"-1", b"1e999", b"NaN", b'"name":"x",',
    b"\x1f\x8b", b"ustar\0",
)  # fmt: skip
_NUMBER = re.compile(rb"\d+")


def flip_bits(raw: bytes, luck: Random) -> bytes:
    out = bytearray(raw)
    for _ in range(luck.choice((1, 1, 2, 9))):
        out[luck.randrange(len(out))] ^= 1 << luck.randrange(8)
    return bytes(out)


def cut_off(raw: bytes, luck: Random) -> bytes:
    return raw[: luck.randrange(len(raw))]


def cut_out(raw: bytes, luck: Random) -> bytes:
    at = luck.randrange(len(raw))
    return raw[:at] + raw[at + luck.randrange(1, 60) :]


def repeat(raw: bytes, luck: Random) -> bytes:
    at = luck.randrange(len(raw))
    piece = raw[at : at + luck.randrange(1, 200)]
    return raw[:at] + piece * luck.choice((2, 2, 3, 20)) + raw[at + len(piece) :]


def splice(raw: bytes, luck: Random) -> bytes:
    other = luck.choice(plain())
    return raw[: luck.randrange(len(raw))] + other[luck.randrange(len(other)) :]


def join(raw: bytes, luck: Random) -> bytes:
    return raw + luck.choice(plain())


def insert(raw: bytes, luck: Random) -> bytes:
    at = luck.randrange(len(raw))
    return raw[:at] + luck.choice(_WORDS) * luck.choice((1, 1, 1, 40)) + raw[at:]


def numbers(raw: bytes, luck: Random) -> bytes:
    """Another number: lengths, counts, times, in whichever order then follows from them."""
    found = list(_NUMBER.finditer(raw))
    if not found:
        return flip_bits(raw, luck)
    one = luck.choice(found)
    new = luck.choice((b"0", b"-1", b"1", b"99999999999999999999", b"%d" % luck.randrange(10**6)))
    return raw[: one.start()] + new + raw[one.end() :]


def line_ends(raw: bytes, luck: Random) -> bytes:
    return raw.replace(b"\n", luck.choice((b"\r\n", b"\r", b"\n\n", b"")))


def mark_first(raw: bytes, luck: Random) -> bytes:
    return luck.choice((b"\xef\xbb\xbf", b"\xff\xfe", b"\0", b" \n" * 50, b"\n")) + raw


def swap_lines(raw: bytes, luck: Random) -> bytes:
    """Outcomes before beginnings, ends before starts, a header behind its content."""
    lines = raw.splitlines(keepends=True)
    first, second = luck.randrange(len(lines)), luck.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    return b"".join(lines)


def of_words(_raw: bytes, luck: Random) -> bytes:
    """Nothing but words that some format knows."""
    words = (*_WORDS, *(test.encode() + b"\n" for test in TESTS), b"test: ", b"ok ", b"<testsuite>")
    return b"".join(luck.choice(words) for _ in range(luck.randrange(1, 60)))


def checksums_mended(raw: bytes, luck: Random) -> bytes:
    """A packet of subunit 2 changed, with a checksum that is right again."""
    at = raw.find(b"\xb3", luck.randrange(len(raw)))
    if at < 0 or len(raw) - at < 12 or raw[at + 3] & 0xC0 != 0x40:
        return flip_bits(raw, luck)
    size = (raw[at + 3] & 0x3F) << 8 | raw[at + 4]
    body = bytearray(raw[at : at + size - 4])
    if len(body) < 6:
        return flip_bits(raw, luck)
    body[luck.randrange(1, len(body))] = luck.randrange(256)
    return raw[:at] + bytes(body) + zlib.crc32(body).to_bytes(4, "big") + raw[at + size :]


SMALL: tuple[Mutator, ...] = (
    *(flip_bits, flip_bits, cut_off, cut_out, repeat, splice, join, insert, insert, numbers),
    *(line_ends, mark_first, swap_lines, of_words, checksums_mended, checksums_mended),
)


#: Made from nothing but luck; spoilt rarely, because most of them are odd already.
WRITTEN: tuple[Callable[[Random], bytes], ...] = (
    *(deflated, written.packed, written.folder, written.results, written.suite, written.points),
    *(packets, packets, written.inside_each_other),
)


def mutated(luck: Random) -> bytes:
    """One body: spoilt plain and packed afterwards, or packed and spoilt afterwards."""
    if luck.random() < 0.01:
        raw = luck.choice(SMALL)(bundle(), luck)
        return raw if luck.random() < 0.9 else bundle()
    if luck.random() < 0.2:
        raw = luck.choice(WRITTEN)(luck) or b"\n"
        kinds = (0, 0, 0, 1)
    else:
        raw = luck.choice(plain())
        kinds = (0, 1, 1, 1, 2, 3)
    for _ in range(luck.choice(kinds)):
        raw = luck.choice(SMALL)(raw, luck) or b"\n"
    return _packed(raw, luck) if luck.random() < 0.25 else raw


def _packed(raw: bytes, luck: Random) -> bytes:
    raw = luck.choice(PACKERS)(raw)
    if luck.random() < 0.5:
        raw = luck.choice(SMALL[:9])(raw, luck) or b"\n"
    return raw
