"""Writing subunit version 2, as far as a simulated run needs it.

Fields and their order are specified in the README of python-subunit ("Version 2").
"""

from __future__ import annotations

import struct
import zlib

_SIGNATURE = 0xB3
_VERSION_2, _TEST_ID, _TIME, _TAGS, _MIME, _RUNNABLE, _FILE = (
    *(0x2000, 0x0800, 0x0200, 0x0080, 0x0020, 0x0100, 0x0040),
)
STATUSES = {"inprogress": 2, "success": 3, "skip": 5, "fail": 6}
_CHECKSUM_BYTES = 4


def packet(test_id: str, status: str, at_us: int, worker: str, reason: str = "") -> bytes:
    """One event of a test; `at_us` is microseconds since the epoch, `reason` why it was skipped."""
    flags = _VERSION_2 | _TEST_ID | _TIME | _TAGS | _RUNNABLE | STATUSES[status]
    seconds, microseconds = divmod(at_us, 1_000_000)
    body = [struct.pack(">I", seconds), _number(microseconds * 1000)]
    body += [_text(test_id), _number(1), _text(worker)]
    if reason:
        flags |= _MIME | _FILE
        body += [_text("text/plain;charset=utf8"), _text("reason"), _text(reason)]
    return _framed(flags, b"".join(body))


def _framed(flags: int, body: bytes) -> bytes:
    """The length counts the whole packet, its own bytes too."""
    around = 1 + 2 + _CHECKSUM_BYTES
    width = next(width for width in (1, 2, 3) if around + width + len(body) < _beyond(width))
    length = _number(around + width + len(body), width)
    head = struct.pack(">BH", _SIGNATURE, flags) + length + body
    return head + struct.pack(">I", zlib.crc32(head))


def _beyond(width: int) -> int:
    """The first number that `width` bytes cannot hold: two bits say the width."""
    return 1 << (8 * width - 2)


def _number(value: int, width: int = 0) -> bytes:
    width = width or next(width for width in (1, 2, 3, 4) if value < _beyond(width))
    return (value | (width - 1) << (8 * width - 2)).to_bytes(width, "big")


def _text(text: str) -> bytes:
    raw = text.encode()
    return _number(len(raw)) + raw
