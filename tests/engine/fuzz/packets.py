"""Packets of subunit 2 made by hand, with right sums and whatever fields."""

from __future__ import annotations

from random import Random

from tests.engine.formats.building import packet
from tests.engine.fuzz.bodies import TESTS, V1

_ODD_IDS = (
    *("a", "", "a\0b", " ", "é", "setUpClass (a.T)", "a" * 513, f"a[{'x' * 100_000}]"),
    *("a\x1bb", "[id-1]", "a]b[", "a[id-1](v4)", "a[id-é]", "\U0001f600"),
)


def packets(luck: Random) -> bytes:
    """Packets of subunit 2 with right sums and any fields, and sometimes text between them."""
    return b"".join(_one_packet(luck) for _ in range(luck.randrange(1, 9)))


def _one_packet(luck: Random) -> bytes:
    if luck.random() < 0.03:
        return luck.choice((b"hello\n", b"\xb3", b"\0", V1))
    flags = 0x2000 | luck.choice((0x0800, 0x0800, 0, 0x0C00)) | luck.randrange(8)
    flags |= (
        luck.choice((0, 0, 0x0200)) | luck.choice((0, 0, 0x0080)) | luck.choice((0, 0, 0x60, 0x40))
    )
    flags |= luck.choice((0, 0x0100, 0x0010)) | (0x0008 if luck.random() < 0.02 else 0)
    body = b""
    if flags & 0x0200:
        seconds = luck.choice((0, 1, 1_800_000_000, 0xFFFFFFFF))
        body += seconds.to_bytes(4, "big") + _number(
            luck.choice((0, 5, 999_999_999, 0x3FFFFFFF)), luck
        )
    if flags & 0x0800:
        ids = (
            *TESTS,
            "a",
            "",
            "a\0b",
            " ",
            "é",
            "setUpClass (a.T)",
            "a" * 513,
            "a[" + "x" * 100_000 + "]",
        )
        body += _field(luck.choice(ids).encode(), luck)
    if flags & 0x0080:
        tags = [b"worker-1"] * luck.choice((0, 1, 1, 2, 70))
        body += _number(len(tags) + luck.choice((0, 0, 0, 1)), luck)
        body += b"".join(_field(tag, luck) for tag in tags)
    if flags & 0x0020:
        body += _field(luck.choice((b"text/plain;charset=utf8", b"", b"\xff")), luck)
    if flags & 0x0040:
        body += _field(luck.choice((b"reason", b"log", b"\xff")), luck)
        body += _field(b"x" * luck.choice((0, 3, 17_000)), luck)
    if flags & 0x0400:
        body += _field(luck.choice((b"0", b"0/1", b"", b"\0")), luck)
    return packet(flags, body + luck.choice((b"",) * 20 + (b"x",)))


def _field(text: bytes, luck: Random) -> bytes:
    return _number(len(text), luck) + text


def _number(value: int, luck: Random) -> bytes:
    """In as few bytes as it takes, now and then in more."""
    widths = [n for n in (1, 2, 3, 4) if value < 1 << (8 * n - 2)]
    width = widths[0] if luck.random() < 0.95 else luck.choice(widths)
    return ((width - 1) << (8 * width - 2) | value).to_bytes(width, "big")
