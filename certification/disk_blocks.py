"""Large files written and read past the page cache, in aligned blocks.

A stream of 100 MB is written once, and read once a moment later. Pages that hold it can cost more
processor time than all else that is done with it, and push out pages that others need. Where the
file system knows no such way, the ordinary one is taken; a file below one block takes it too.
"""

from __future__ import annotations

import errno
import fcntl
import mmap
import os
from collections.abc import Iterator
from contextlib import suppress

#: A multiple of what any disk wants its blocks aligned to.
BLOCK_BYTES = 1024 * 1024
_DIRECT: int = getattr(os, "O_DIRECT", 0)


class BlockWriter:
    """Writes pieces of any size to an empty file, whole blocks past the page cache.

    `handle` stays the caller's; call `finish` after the last piece. Raises OSError as `write` does.
    """

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._block = _new_block()
        self._used = 0
        self._begun = False

    def write(self, piece: bytes | memoryview) -> None:
        rest = memoryview(piece)
        while rest:
            part = rest[: BLOCK_BYTES - self._used]
            self._block[self._used : self._used + len(part)] = part
            self._used += len(part)
            rest = rest[len(part) :]
            if self._used == BLOCK_BYTES:
                if not self._begun:
                    self._begun = True
                    _go_direct(self._handle, wanted=True)
                self._put(self._block)
                self._used = 0

    def finish(self) -> None:
        """Write the last part of a block, which is not aligned, and wait for the disk."""
        if self._begun:
            _go_direct(self._handle, wanted=False)
        self._put(self._block[: self._used])
        self._used = 0
        os.fsync(self._handle)

    def _put(self, rest: memoryview) -> None:
        while rest:
            try:
                rest = rest[os.write(self._handle, rest) :]
            except OSError as error:
                # Some file systems take the flag and then want other blocks than ours.
                if error.errno != errno.EINVAL or not _is_direct(self._handle):
                    raise
            if rest:
                _go_direct(self._handle, wanted=False)


def blocks_of(handle: int, piece_bytes: int) -> Iterator[bytes]:
    """The rest of a file in pieces; `piece_bytes` divides a block. Raises OSError as `read`."""
    block = _new_block()
    _go_direct(handle, wanted=True)
    while filled := _filled(handle, block):
        for begin in range(0, filled, piece_bytes):
            yield bytes(block[begin : min(begin + piece_bytes, filled)])
        if filled < BLOCK_BYTES:
            return


def _new_block() -> memoryview:
    """An anonymous map begins at a page; a bytearray need not. It is shared with children, as
    open(2) asks for: a private one could be read wrongly where the process forks meanwhile."""
    return memoryview(mmap.mmap(-1, BLOCK_BYTES))


def _filled(handle: int, block: memoryview) -> int:
    """How many bytes were read into the block; fewer than a block only at the end of the file."""
    filled = 0
    while filled < len(block):
        try:
            count = os.readv(handle, [block[filled:]])
        except OSError as error:
            if error.errno != errno.EINVAL or not _is_direct(handle):
                raise
            _go_direct(handle, wanted=False)
            continue
        if not count:
            break
        filled += count
        if filled < len(block):
            _go_direct(handle, wanted=False)
    return filled


def _is_direct(handle: int) -> bool:
    return bool(fcntl.fcntl(handle, fcntl.F_GETFL) & _DIRECT)


def _go_direct(handle: int, *, wanted: bool) -> None:
    flags = fcntl.fcntl(handle, fcntl.F_GETFL)
    chosen = flags | _DIRECT if wanted else flags & ~_DIRECT
    if chosen != flags:
        with suppress(OSError):  # a file system without this way
            fcntl.fcntl(handle, fcntl.F_SETFL, chosen)
