"""The evidence as bytes, inflated if it came as gzip, in pieces and under the limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

from isal import isal_zlib

from certification.engine.formats.limits import MIB, Limits

#: The stubs of isal say that its exception class is an instance.
DamagedDeflateError = cast(type[Exception], isal_zlib.error)

_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 31
#: Input in blocks of one size, however it arrives: what can be read of a damaged gzip stream then
#: depends on its bytes alone.
_BLOCK_BYTES = 64 * 1024
_STEP_BYTES = MIB


class EvidenceBytes:
    """Iterate over it once. Afterwards `total_bytes` is what it gave, and `cut` says why it stopped
    before the end of the evidence; `cut` is empty if all is there. `packed` is true, from the first
    piece on, if it came as gzip.
    """

    def __init__(self, chunks: Iterable[bytes], limits: Limits) -> None:
        self.total_bytes = 0
        self.cut = ""
        self.packed = False
        self._chunks = chunks
        self._limits = limits

    def __iter__(self) -> Iterator[bytes]:
        head, wire = _at_least(len(_GZIP), self._wire())
        self.packed = head == _GZIP
        pieces = self._inflate(wire) if self.packed else wire
        for piece in pieces:
            room = self._limits.inflated_bytes - self.total_bytes
            self.total_bytes += min(len(piece), room)
            yield piece[:room]
            if len(piece) > room:
                self.cut = f"more than {self._limits.inflated_bytes} bytes of evidence"
                return

    def _wire(self) -> Iterator[bytes]:
        room = self._limits.wire_bytes
        for chunk in self._chunks:
            if len(chunk) > room:
                yield chunk[:room]
                self.cut = f"more than {self._limits.wire_bytes} bytes sent"
                return
            room -= len(chunk)
            if chunk:
                yield chunk

    def _inflate(self, wire: Iterable[bytes]) -> Iterator[bytes]:
        """All members of a gzip file, one after the other."""
        member = isal_zlib.decompressobj(wbits=_GZIP_WINDOW)
        try:
            for block in _blocks(wire):
                rest = block
                while rest:
                    if member.eof:
                        member = isal_zlib.decompressobj(wbits=_GZIP_WINDOW)
                    piece = member.decompress(rest, _STEP_BYTES)
                    rest = member.unused_data if member.eof else member.unconsumed_tail
                    yield piece
            while not member.eof and (piece := member.decompress(b"", _STEP_BYTES)):
                yield piece
        except DamagedDeflateError as error:
            self.cut = self.cut or f"the gzip container is damaged ({error})"
            return
        if not member.eof:
            self.cut = self.cut or "the gzip container ends too early"


def _at_least(size: int, chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The first `size` bytes, and an iterator that still gives all of them."""
    head = b""
    for chunk in chunks:
        head = head + chunk if head else chunk
        if len(head) >= size:
            break
    return head[:size], _with_first(head, chunks)


def _with_first(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


def _blocks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    held = b""
    for chunk in chunks:
        held += chunk
        for begin in range(0, len(held) - _BLOCK_BYTES + 1, _BLOCK_BYTES):
            yield held[begin : begin + _BLOCK_BYTES]
        held = held[len(held) - len(held) % _BLOCK_BYTES :]
    if held:
        yield held
