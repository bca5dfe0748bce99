"""Evidence packed with gzip: its members, one after the other, as RFC 1952 has them.

The reference inflate reads them. isal's is faster, and follows deflate streams whose sets of codes
are incomplete; what nobody else can unpack must prove nothing. The checksum is isal's, because the
reference's takes as long as its inflate where evidence repeats itself.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from isal.isal_zlib import crc32

from certification.engine.formats.limits import MOST_MEMBERS, Damaged

#: Pieces that stay in the cache of the processor are read faster than large ones.
_STEP_BYTES = 256 * 1024
_RAW_DEFLATE = -15
_SIGNATURE = b"\x1f\x8b\x08"
_FIXED_BYTES = 10
_CHECKED, _EXTRA, _NAME, _COMMENT, _RESERVED = 0x02, 0x04, 0x08, 0x10, 0xE0
_LONGEST_HEADER = 256 * 1024
_TRAILER_BYTES = 8


class Gzip:
    name = "gzip"

    def __init__(self) -> None:
        self._held = b""  # the beginning of a header or trailer
        self._member: _Member | None = None
        self._members = 0

    @property
    def whole(self) -> bool:
        return self._members > 0 and self._member is None and not self._held

    def inflate(self, block: bytes) -> Iterator[bytes]:
        rest, self._held = self._held + block, b""
        while rest:
            if self._member is None:
                begin = _end_of_header(rest)
                if begin is None:
                    break
                self._begin_member()
                rest = rest[begin:]
            elif self._member.ended:
                if len(rest) < _TRAILER_BYTES:
                    break
                self._member.check(rest[:_TRAILER_BYTES])
                self._member = None
                rest = rest[_TRAILER_BYTES:]
            else:
                piece, rest = self._member.read(rest)
                yield piece
        self._held = rest

    def drain(self) -> Iterator[bytes]:
        while self._member is not None and not self._member.ended:
            piece, _ = self._member.read(b"")
            if not piece:
                return
            yield piece

    def _begin_member(self) -> None:
        self._members += 1
        if self._members > MOST_MEMBERS:
            raise Damaged(f"more than {MOST_MEMBERS} members")
        self._member = _Member()


class _Member:
    """The deflated bytes of one member, and what its trailer must say of them."""

    def __init__(self) -> None:
        self._deflated = zlib.decompressobj(wbits=_RAW_DEFLATE)
        self._checksum = 0
        self._size = 0

    @property
    def ended(self) -> bool:
        return self._deflated.eof

    def read(self, rest: bytes) -> tuple[bytes, bytes]:
        """The next piece, and the bytes that were not used for it."""
        try:
            piece = self._deflated.decompress(rest, _STEP_BYTES)
        except zlib.error as error:
            raise Damaged(str(error).partition(": ")[2] or str(error)) from None
        self._checksum = crc32(piece, self._checksum)
        self._size += len(piece)
        return piece, self._deflated.unused_data or self._deflated.unconsumed_tail

    def check(self, trailer: bytes) -> None:
        if int.from_bytes(trailer[:4], "little") != self._checksum:
            raise Damaged("incorrect data check")
        if int.from_bytes(trailer[4:], "little") != self._size & 0xFFFFFFFF:
            raise Damaged("incorrect length check")


def _end_of_header(raw: bytes) -> int | None:
    """How long the header is that `raw` begins with; None if it is not all there. Raises Damaged
    for what the reference refuses too."""
    if not raw.startswith(_SIGNATURE[: len(raw)]):
        raise Damaged("incorrect header check")
    if len(raw) < _FIXED_BYTES:
        return None
    flags, at = raw[3], _FIXED_BYTES
    if flags & _RESERVED:
        raise Damaged("unknown flags in its header")
    if flags & _EXTRA:
        at += 2 + int.from_bytes(raw[at : at + 2], "little")
    for text in (_NAME, _COMMENT):
        if flags & text:
            at = raw.find(b"\0", at) + 1 or len(raw) + 1
    if flags & _CHECKED:
        at += 2
    if at > len(raw):
        if len(raw) >= _LONGEST_HEADER:
            raise Damaged(f"a header of more than {_LONGEST_HEADER} bytes")
        return None
    if (
        flags & _CHECKED
        and int.from_bytes(raw[at - 2 : at], "little") != crc32(raw[: at - 2]) & 0xFFFF
    ):
        raise Damaged("header crc mismatch")
    return at
