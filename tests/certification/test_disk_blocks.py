"""Files written and read past the page cache hold what was written, whatever the disk can do."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from certification import disk_blocks
from certification.disk_blocks import BLOCK_BYTES, BlockWriter, blocks_of

PIECE = BLOCK_BYTES // 4
SIZES = (0, 1, PIECE, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 2 * BLOCK_BYTES + 4097)


def put(place: Path, pieces: Sequence[bytes]) -> None:
    with place.open("wb", buffering=0) as file:
        writer = BlockWriter(file.fileno())
        for piece in pieces:
            writer.write(piece)
        writer.finish()


def got(place: Path) -> list[bytes]:
    with place.open("rb", buffering=0) as file:
        return list(blocks_of(file.fileno(), PIECE))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("piece", [PIECE, 300_001])
def test_what_was_written_comes_back(tmp_path: Path, size: int, piece: int) -> None:
    raw = os.urandom(size)
    put(tmp_path / "file", [raw[begin : begin + piece] for begin in range(0, size, piece)])
    assert (tmp_path / "file").read_bytes() == raw
    pieces = got(tmp_path / "file")
    assert b"".join(pieces) == raw
    assert all(0 < len(piece) <= PIECE for piece in pieces)


def test_a_disk_that_takes_no_such_blocks_gets_them_the_ordinary_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = []
    write, readv = os.write, os.readv

    def refuse(handle: int) -> None:
        if disk_blocks._is_direct(handle):
            refused.append(handle)
            raise OSError(errno.EINVAL, "Invalid argument")

    def picky_write(handle: int, block: memoryview) -> int:
        refuse(handle)
        return write(handle, block)

    def picky_readv(handle: int, blocks: list[memoryview]) -> int:
        refuse(handle)
        return readv(handle, blocks)

    monkeypatch.setattr(os, "write", picky_write)
    monkeypatch.setattr(os, "readv", picky_readv)
    raw = os.urandom(2 * BLOCK_BYTES + 5)
    put(tmp_path / "file", [raw])
    assert b"".join(got(tmp_path / "file")) == raw
    # Once each, where the folder of the tests lies on a file system that knows the way at all.
    assert len(refused) in (0, 2)


def test_a_write_that_stops_midway_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, block: write(handle, block[: 64 * 1024 + 512]))
    raw = os.urandom(BLOCK_BYTES + 777)
    put(tmp_path / "file", [raw])
    assert (tmp_path / "file").read_bytes() == raw


def test_any_other_failure_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int, _block: memoryview) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space left"):
        put(tmp_path / "file", [b"x" * BLOCK_BYTES])
