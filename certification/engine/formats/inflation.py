"""The evidence as bytes, inflated if it came packed, in pieces and under the limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from certification.engine.formats.containers import (
    LONGEST_SIGNATURE,
    Container,
    container_of,
)
from certification.engine.formats.limits import Damaged, Limits

#: Input in blocks of one size, however it arrives: what can be read of a damaged container then
#: depends on its bytes alone.
_BLOCK_BYTES = 64 * 1024


class EvidenceBytes:
    """Iterate over it once. Afterwards `total_bytes` is what it gave, and `cut` says why it stopped
    before the end of the evidence; `cut` is empty if all is there. `packed` is true, from the first
    piece on, if it came as gzip, xz or zstd.
    """

    def __init__(self, chunks: Iterable[bytes], limits: Limits) -> None:
        self.total_bytes = 0
        self.cut = ""
        self.packed = False
        self._chunks = chunks
        self._limits = limits

    def __iter__(self) -> Iterator[bytes]:
        head, wire = _at_least(LONGEST_SIGNATURE, self._wire())
        container = container_of(head)
        self.packed = container is not None
        pieces = self._inflate(container, wire) if container else wire
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

    def _inflate(self, container: Container, wire: Iterable[bytes]) -> Iterator[bytes]:
        """All members of a container, one after the other."""
        try:
            for block in _blocks(wire):
                yield from container.inflate(block)
            yield from container.drain()
        except Damaged as fault:
            self.cut = self.cut or f"the {container.name} container is damaged ({fault})"
            return
        if not container.whole:
            self.cut = self.cut or f"the {container.name} container ends too early"


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
