"""The three ways to pack evidence: gzip, xz and zstd, each inflated in steps of bounded size.

All are read alike: member after member until the bytes end, for each of them lets files be joined
by writing one behind the other. A window larger than 64 MiB is refused, whatever a header asks for.
"""

from __future__ import annotations

import lzma
from collections.abc import Iterator
from typing import Protocol

import zstandard

from certification.engine.formats.gzip_members import Gzip
from certification.engine.formats.limits import MIB, MOST_MEMBERS, Damaged

#: What `xz -9` and `zstd -19` need at most, with some room for the tables of the decoder.
_WINDOW_BYTES = 64 * MIB
_XZ_MEMORY_BYTES = _WINDOW_BYTES + 4 * MIB
_STEP_BYTES = MIB
#: zstd offers no limit on what one call gives; a block of 128 KiB takes four bytes or more, so that
#: this much input gives at most 8 MiB.
_ZSTD_INPUT_BYTES = 256
_XZ_PADDING = 4


class Container(Protocol):
    """`name` stands in messages. `whole`: the bytes may end here."""

    name: str

    @property
    def whole(self) -> bool: ...

    def inflate(self, block: bytes) -> Iterator[bytes]:
        """What the next bytes hold, in pieces of a few MiB. Raises Damaged."""
        ...

    def drain(self) -> Iterator[bytes]:
        """What is left to give after the last block. Raises Damaged."""
        ...


class Xz:
    """Between two streams of xz zeros may stand, in multiples of four."""

    name = "xz"

    def __init__(self) -> None:
        self._members = 0
        self._member = self._fresh()
        self._zeros = 0

    @property
    def whole(self) -> bool:
        return self._member.eof and self._zeros % _XZ_PADDING == 0

    def inflate(self, block: bytes) -> Iterator[bytes]:
        rest = block
        try:
            while rest or not (self._member.eof or self._member.needs_input):
                if self._member.eof:
                    rest = self._past_padding(rest)
                    if not rest:
                        return
                yield self._member.decompress(rest, _STEP_BYTES)
                rest = self._member.unused_data if self._member.eof else b""
        except lzma.LZMAError as error:
            raise Damaged(_xz_words(error)) from None

    def drain(self) -> Iterator[bytes]:
        yield from self.inflate(b"")

    def _past_padding(self, rest: bytes) -> bytes:
        """What follows the zeros, of which a stream begins."""
        after = rest.lstrip(b"\0")
        self._zeros += len(rest) - len(after)
        if after:
            if self._zeros % _XZ_PADDING:
                raise Damaged("padding of a wrong length")
            self._member, self._zeros = self._fresh(), 0
        return after

    def _fresh(self) -> lzma.LZMADecompressor:
        self._members = _one_more(self._members)
        return lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=_XZ_MEMORY_BYTES)


def _xz_words(error: lzma.LZMAError) -> str:
    if "emory" in str(error):
        return f"it needs a window of more than {_WINDOW_BYTES // MIB} MiB; pack it with `xz -6`"
    return str(error)


class Zstd:
    name = "zstd"

    def __init__(self) -> None:
        self._opener = zstandard.ZstdDecompressor(max_window_size=_WINDOW_BYTES)
        self._frames = 1
        self._frame = self._opener.decompressobj()

    @property
    def whole(self) -> bool:
        return bool(self._frame.eof)

    def inflate(self, block: bytes) -> Iterator[bytes]:
        for begin in range(0, len(block), _ZSTD_INPUT_BYTES):
            rest = block[begin : begin + _ZSTD_INPUT_BYTES]
            while rest:
                if self._frame.eof:
                    self._frames = _one_more(self._frames)
                    self._frame = self._opener.decompressobj()
                try:
                    piece = self._frame.decompress(rest)
                except zstandard.ZstdError as error:
                    raise Damaged(_zstd_words(error)) from None
                rest = self._frame.unused_data if self._frame.eof else b""
                yield piece

    def drain(self) -> Iterator[bytes]:
        return iter(())


def _zstd_words(error: Exception) -> str:
    if "too much memory" in str(error):
        return f"it needs a window of more than {_WINDOW_BYTES // MIB} MiB; pack it with `zstd -3`"
    return str(error).removeprefix("zstd decompressor error: ")


def _one_more(members: int) -> int:
    if members >= MOST_MEMBERS:
        raise Damaged(f"more than {MOST_MEMBERS} members")
    return members + 1


#: How each begins. The last is a frame that zstd passes over; parallel writers put it first.
_SIGNATURES: tuple[tuple[bytes, type[Gzip] | type[Xz] | type[Zstd]], ...] = (
    (b"\x1f\x8b", Gzip),
    (b"\xfd7zXZ\0", Xz),
    (b"\x28\xb5\x2f\xfd", Zstd),
    *((bytes((first,)) + b"\x2a\x4d\x18", Zstd) for first in range(0x50, 0x60)),
)
LONGEST_SIGNATURE = max(len(signature) for signature, _ in _SIGNATURES)


def container_of(head: bytes) -> Container | None:
    """A reader for bytes that begin like this; None where they are packed in no way we read."""
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind()
    return None
