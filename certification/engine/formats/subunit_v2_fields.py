"""The fields inside a packet of subunit version 2: how each is read and checked."""

from __future__ import annotations

import struct
from typing import NamedTuple

from certification.engine.formats.limits import StreamFault

FILE, MIME = 0x0040, 0x0020

#: One reason for all of these, because which field is found to overrun depends on what follows.
UNEVEN = "a packet whose fields do not fill it exactly"

SMALLEST_PACKET = 8
_LONGEST_LABEL = 1024

_WORD = struct.Struct(">I").unpack_from


def packet_length(stream: bytes, at: int) -> tuple[int, int]:
    """The length of a packet in one to three bytes, and where its fields begin."""
    if stream[at] >= 0xC0:
        raise StreamFault("a packet length of more than three bytes")
    length, fields_at = number(stream, at)
    if length < SMALLEST_PACKET:
        raise StreamFault("a packet shorter than its own frame")
    return length, fields_at


def moment(seconds: int, nanoseconds: int) -> float:
    """Seconds since the epoch, to the microsecond."""
    # The division rounds as `datetime.timestamp` does, so that version 1 gives the same figure.
    when: float = (seconds * 1_000_000 + nanoseconds // 1000) / 1_000_000
    return when


def number(stream: bytes, at: int) -> tuple[int, int]:
    """A number of one to four bytes, whose first two bits say how many follow the first."""
    first = stream[at]
    width = first >> 6
    if width == 1:
        return (first & 63) << 8 | stream[at + 1], at + 2
    if width == 0:
        return first, at + 1
    if width == 2:
        return (first & 63) << 16 | stream[at + 1] << 8 | stream[at + 2], at + 3
    return _WORD(stream, at)[0] & 0x3FFFFFFF, at + 4


def label(stream: bytes, at: int, limit: int) -> tuple[bytes, int]:
    """A short UTF-8 string as bytes: MIME type, file name, route code or tag."""
    length = stream[at]
    if length < 64:
        at += 1
    else:
        length, at = number(stream, at)
    end = at + length
    if end > limit:
        raise StreamFault(UNEVEN)
    if length > _LONGEST_LABEL:
        raise StreamFault(f"a text field of more than {_LONGEST_LABEL} bytes")
    text = stream[at:end]
    if 0 in text:
        raise StreamFault("a text field with a NUL byte")
    if not text.isascii():
        try:
            text.decode()
        except UnicodeDecodeError:
            raise StreamFault("a text field that is not UTF-8") from None
    return text, end


def past_labels(stream: bytes, at: int, limit: int) -> int:
    """Where a counted list of labels ends; each of them is checked."""
    count, at = number(stream, at)
    for _ in range(count):
        _, at = label(stream, at, limit)
    return at


class Attachment(NamedTuple):
    """Type and name, and where those two fields end, the content begins and the content ends."""

    mime: bytes
    name: bytes
    named_at: int
    begin: int
    end: int


def attachment(stream: bytes, at: int, limit: int, flags: int) -> Attachment:
    mime = name = b""
    if flags & MIME:
        mime, at = label(stream, at, limit)
    if not flags & FILE:
        return Attachment(mime, name, at, at, at)
    name, named_at = label(stream, at, limit)
    length, begin = number(stream, named_at)
    return Attachment(mime, name, named_at, begin, begin + length)
