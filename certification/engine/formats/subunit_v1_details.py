"""The details in square brackets that may follow an outcome of a subunit version 1 stream.

skip: a.b.test_x [              skip: a.b.test_x [ multipart
why                             Content-Type: text/plain;charset=utf8
]                               reason
                                3\\r\\nwhy0\\r\\n
                                ]
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

from certification.engine.formats.ledger import REASON_BYTES, Ledger
from certification.engine.formats.limits import StreamFault

LONGEST_LINE = 64 * 1024

_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})\r\n")
_LONGEST_CHUNK_SIZE = 10
_TYPE = b"Content-Type: "


class Details(Protocol):
    """The details of one outcome, until `ended`."""

    ended: bool

    @property
    def reason(self) -> bytes:
        """The text of the attachment of that name, cut soon after `REASON_BYTES`."""

    def read(self, stream: bytes, at: int) -> int | None:
        """Read on; the next position, or None where more bytes are needed."""


class PlainDetails:
    """One text up to a line that is a closing bracket; the text of a skip is its reason."""

    def __init__(self, ledger: Ledger) -> None:
        self.ended = False
        self._text = b""
        self._inside_long_line = False
        self._ledger = ledger
        ledger.events += 1

    @property
    def reason(self) -> bytes:
        """The text; a blank had been put before a bracket that begins a line."""
        return (b"\n" + self._text).replace(b"\n ]", b"\n]")[1:]

    def read(self, stream: bytes, at: int) -> int | None:
        if not self._inside_long_line and stream.startswith(b"]\n", at):
            self.ended = True
            return at + 2
        after = self._end_of_lines(stream, at)
        self._ledger.pass_over(after - at)
        room = REASON_BYTES + 1 - len(self._text)
        if room > 0:
            self._text += stream[at : min(after, at + room)]
        return after if after > at else None

    def _end_of_lines(self, stream: bytes, at: int) -> int:
        """Where the whole lines end that can be read, before a closing bracket at the latest."""
        if self._inside_long_line:
            newline = stream.find(b"\n", at)
            self._inside_long_line = newline < 0
            return len(stream) if newline < 0 else newline + 1
        closing = stream.find(b"\n]\n", at)
        after = (closing if closing >= 0 else stream.rfind(b"\n", at)) + 1
        if after <= at and len(stream) - at > LONGEST_LINE:
            self._inside_long_line = True
            return len(stream)
        return max(after, at)


class MultipartDetails:
    """Attachments with a type, a name and a body in chunks as HTTP has them."""

    def __init__(self, ledger: Ledger) -> None:
        self.ended = False
        self._reason = b""
        self._ledger = ledger
        self._read: Callable[[bytes, int], int | None] = self._read_type
        self._is_text = False
        self._is_reason = False
        self._chunk_left = 0

    @property
    def reason(self) -> bytes:
        return self._reason

    def read(self, stream: bytes, at: int) -> int | None:
        return self._read(stream, at)

    def _read_type(self, stream: bytes, at: int) -> int | None:
        line = _whole_line(stream, at)
        if line is None:
            return None
        if line == b"]":
            self.ended = True
        elif line.startswith(_TYPE):
            self._is_text = line.startswith(b"text/", len(_TYPE))
            self._read = self._read_name
        else:
            raise StreamFault("an attachment that does not begin with its Content-Type")
        return at + len(line) + 1

    def _read_name(self, stream: bytes, at: int) -> int | None:
        line = _whole_line(stream, at)
        if line is None:
            return None
        self._is_reason = self._is_text and line == b"reason"
        self._ledger.events += 1
        self._read = self._read_chunk_size
        return at + len(line) + 1

    def _read_chunk_size(self, stream: bytes, at: int) -> int | None:
        size = _CHUNK_SIZE.match(stream, at)
        if size is None:
            if len(stream) - at >= _LONGEST_CHUNK_SIZE or b"\n" in stream[at:]:
                raise StreamFault("an attachment whose chunk has no valid size")
            return None
        self._ledger.step()
        self._chunk_left = int(size[1], 16)
        self._read = self._read_chunk if self._chunk_left else self._read_type
        return size.end()

    def _read_chunk(self, stream: bytes, at: int) -> int | None:
        taken = min(self._chunk_left, len(stream) - at)
        if self._is_reason and len(self._reason) <= REASON_BYTES:
            self._reason += stream[at : at + min(taken, REASON_BYTES + 1 - len(self._reason))]
        self._chunk_left -= taken
        if not self._chunk_left:
            self._read = self._read_chunk_size
        return at + taken if taken else None


def _whole_line(stream: bytes, at: int) -> bytes | None:
    """The line without its end; None if it is not all there yet."""
    newline = stream.find(b"\n", at, at + LONGEST_LINE)
    if newline >= 0:
        return stream[at:newline]
    if len(stream) - at >= LONGEST_LINE:
        raise StreamFault("an attachment whose type or name is longer than 64 KiB")
    return None
