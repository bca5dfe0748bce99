"""The evidence store: the bytes as they came, under their SHA-256, or nothing at all."""

from __future__ import annotations

import hashlib
import os
import resource
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytest_django import Settings

from certification import evidence
from certification.evidence import (
    EvidenceAltered,
    EvidenceEmpty,
    EvidenceGone,
    EvidenceStoreFull,
    EvidenceTooLarge,
    forget_broken_uploads,
    keep_report,
    read_evidence,
    read_report,
    store_evidence,
)
from tests.factories import evidence_files

LIMIT = 4 * 1024 * 1024


def place_of(folder: Path, sha256: str) -> Path:
    return folder / evidence.evidence_name(sha256)


def test_the_bytes_lie_under_their_sha256(evidence_folder: Path) -> None:
    stored = store_evidence([b"one ", b"", b"run"], limit=LIMIT)
    assert stored.sha256 == hashlib.sha256(b"one run").hexdigest()
    assert stored.size == 7
    place = place_of(evidence_folder, stored.sha256)
    assert place.read_bytes() == b"one run"
    assert place.stat().st_mode & 0o777 == 0o440
    assert list(evidence_files(evidence_folder)) == [place]


def test_large_evidence_comes_back_in_pieces(evidence_folder: Path) -> None:
    raw = os.urandom(3 * evidence.CHUNK_BYTES + 17)
    stored = store_evidence([raw], limit=LIMIT)
    pieces = list(read_evidence(stored.sha256))
    assert b"".join(pieces) == raw
    assert max(map(len, pieces)) == evidence.CHUNK_BYTES


def test_the_same_bytes_twice_are_kept_once(evidence_folder: Path) -> None:
    first = store_evidence([b"twice"], limit=LIMIT)
    written = place_of(evidence_folder, first.sha256).stat().st_ino
    assert store_evidence([b"tw", b"ice"], limit=LIMIT) == first
    assert place_of(evidence_folder, first.sha256).stat().st_ino == written
    assert len(list(evidence_files(evidence_folder))) == 1


def test_the_limit_is_the_most_that_is_taken(evidence_folder: Path) -> None:
    assert store_evidence([b"1234", b"5678"], limit=8).size == 8
    with pytest.raises(EvidenceTooLarge, match="Send it compressed") as refused:
        store_evidence([b"1234", b"56789"], limit=8)
    assert refused.value.code == "evidence-too-large"
    assert len(list(evidence_files(evidence_folder))) == 1


def test_beyond_the_limit_nothing_more_is_read() -> None:
    read = []

    def endless() -> Iterator[bytes]:
        while True:
            read.append(1)
            yield b"x" * 1000

    with pytest.raises(EvidenceTooLarge):
        store_evidence(endless(), limit=5000)
    assert len(read) == 6


@pytest.mark.parametrize("chunks", [[], [b""], [b"", b""]])
def test_an_empty_upload_is_refused(chunks: list[bytes], evidence_folder: Path) -> None:
    with pytest.raises(EvidenceEmpty, match="no bytes") as refused:
        store_evidence(chunks, limit=LIMIT)
    assert refused.value.code == "evidence-empty"
    assert not list(evidence_files(evidence_folder))


def test_an_upload_that_breaks_off_leaves_nothing(evidence_folder: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"x" * 100_000
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store_evidence(broken(), limit=LIMIT)
    assert not list(evidence_files(evidence_folder))


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """The kernel itself refuses to write more, as it does on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("piece", [100, 100_000])
def test_where_no_more_can_be_written_no_part_is_kept(piece: int, evidence_folder: Path) -> None:
    earlier = store_evidence([b"earlier"], limit=LIMIT)
    with no_file_larger_than(50_000):
        with pytest.raises(EvidenceStoreFull, match="Nothing was kept") as refused:
            store_evidence([os.urandom(piece)] * (200_000 // piece), limit=LIMIT)
        assert b"".join(read_evidence(earlier.sha256)) == b"earlier"
    assert refused.value.code == "evidence-store-full"
    assert list(evidence_files(evidence_folder)) == [place_of(evidence_folder, earlier.sha256)]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "hallmark-test", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.slow
def test_a_full_disk_keeps_no_part_and_gives_what_it_holds(
    small_disk: Path, settings: Settings
) -> None:
    settings.EVIDENCE_DIR = small_disk
    local = settings.STORAGES["evidence"] | {"OPTIONS": {"location": str(small_disk)}}
    settings.STORAGES = settings.STORAGES | {"evidence": local}
    earlier = store_evidence([os.urandom(20_000)], limit=LIMIT)
    with pytest.raises(EvidenceStoreFull):
        store_evidence([os.urandom(50_000)] * 10, limit=LIMIT)
    assert len(list(evidence_files(small_disk))) == 1
    assert sum(map(len, read_evidence(earlier.sha256))) == 20_000
    assert store_evidence([os.urandom(50_000)], limit=LIMIT).size == 50_000


@pytest.mark.slow
def test_a_full_disk_has_no_room_for_folders_either(small_disk: Path, settings: Settings) -> None:
    settings.EVIDENCE_DIR = small_disk / "new"
    filler = (small_disk / "filler").open("wb", buffering=0)
    with filler, pytest.raises(OSError, match="No space"):
        while True:
            filler.write(bytes(4096))
    with pytest.raises(EvidenceStoreFull):
        store_evidence([b"x"], limit=LIMIT)


@pytest.mark.slow
def test_a_crash_leaves_no_evidence_under_a_final_name(evidence_folder: Path) -> None:
    def dying() -> Iterator[bytes]:
        yield b"x" * 500_000
        os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:
        store_evidence(dying(), limit=LIMIT)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert not (evidence_folder / "evidence").exists()
    [left] = evidence_files(evidence_folder)
    assert left.parent.name == "incoming"

    assert forget_broken_uploads() == 0, "another process may still be writing it"
    yesterday = time.time() - 25 * 3600
    os.utime(left, (yesterday, yesterday))
    assert forget_broken_uploads() == 1
    assert not list(evidence_files(evidence_folder))


def test_what_is_gone_is_named() -> None:
    with pytest.raises(EvidenceGone, match="abc") as gone:
        list(read_evidence("abc"))
    assert gone.value.code == "evidence-gone"


def test_bytes_that_changed_on_the_disk_are_not_taken_for_the_evidence(
    evidence_folder: Path,
) -> None:
    stored = store_evidence([b"t" * 1000], limit=LIMIT)
    place = place_of(evidence_folder, stored.sha256)
    place.chmod(0o600)
    place.write_bytes(b"t" * 999 + b"u")
    with pytest.raises(EvidenceAltered, match=stored.sha256) as altered:
        list(read_evidence(stored.sha256))
    assert altered.value.code == "evidence-altered"


def test_a_report_beside_the_evidence_may_be_made_anew() -> None:
    assert read_report("ab" * 32) is None
    keep_report("ab" * 32, b"first")
    keep_report("ab" * 32, b"second")
    assert read_report("ab" * 32) == b"second"


def test_deleting_takes_evidence_and_report_and_may_be_repeated(evidence_folder: Path) -> None:
    stored = store_evidence([b"old"], limit=LIMIT)
    keep_report(stored.sha256, b"report")
    for _ in range(2):
        evidence.delete_evidence(stored.sha256)
        assert not list(evidence_files(evidence_folder))
        assert not evidence.evidence_stands(stored.sha256)
