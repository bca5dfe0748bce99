"""The evidence store: raw bytes, named by their SHA-256, never changed."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from io import FileIO
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.db import connection

from certification.disk_blocks import BLOCK_BYTES, BlockWriter, blocks_of

CHUNK_BYTES = 256 * 1024
#: First half of the two-number advisory lock on one piece of evidence.
LOCK_SPACE = 4_711_003
#: An upload that has not ended by then never will.
SPOOL_HOURS = 24


class EvidenceTooLarge(ValueError):
    code = "evidence-too-large"


class EvidenceEmpty(ValueError):
    code = "evidence-empty"


class EvidenceStoreFull(OSError):
    """No room: nothing of the upload is kept (trust.md R8)."""

    code = "evidence-store-full"


class EvidenceGone(LookupError):
    code = "evidence-gone"


class EvidenceAltered(EvidenceGone):
    """What lies in the store is not what was uploaded: nothing may be concluded from it (S6)."""

    code = "evidence-altered"


@dataclass(frozen=True, slots=True)
class StoredEvidence:
    sha256: str
    size: int


def _store() -> Storage:
    return storages["evidence"]


def evidence_name(sha256: str) -> str:
    return f"evidence/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def report_name(sha256: str) -> str:
    """The parsed report beside the evidence; derived, so it may be deleted and made again."""
    return f"reports/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def store_evidence(chunks: Iterable[bytes], *, limit: int) -> StoredEvidence:
    """Write the bytes while hashing them. When this returns they are on the disk (S1, S6).

    Raises EvidenceTooLarge, EvidenceEmpty, EvidenceStoreFull; then nothing is left behind.
    """
    try:
        with tempfile.NamedTemporaryFile(
            dir=_incoming_folder(), prefix="upload-", delete=False, buffering=0
        ) as spool:
            try:
                stored = _spool(spool.fileno(), chunks, limit)
                _keep(Path(spool.name), evidence_name(stored.sha256))
            finally:
                Path(spool.name).unlink(missing_ok=True)
    except OSError as error:
        if is_full(error):
            raise EvidenceStoreFull(
                "There is no room to store the evidence. Nothing was kept. Try again later."
            ) from error
        raise
    return stored


def is_full(error: OSError) -> bool:
    return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def _incoming_folder() -> Path:
    folder: Path = settings.EVIDENCE_DIR / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _spool(handle: int, chunks: Iterable[bytes], limit: int) -> StoredEvidence:
    digest = hashlib.sha256()
    spool = BlockWriter(handle)
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise EvidenceTooLarge(
                f"The file is larger than {limit // 1024**2} MiB, the most that is taken. "
                "Send it compressed, or leave attachments out."
            )
        digest.update(chunk)
        spool.write(chunk)
    if size == 0:
        raise EvidenceEmpty("The upload holds no bytes. Choose the file with the results.")
    spool.finish()
    return StoredEvidence(digest.hexdigest(), size)


def _keep(spooled: Path, name: str) -> None:
    store = _store()
    if isinstance(store, FileSystemStorage):
        place = Path(store.path(name))
        if place.exists():
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        spooled.replace(place)
        place.chmod(0o440)
        _sync_folder(place.parent)
    elif not store.exists(name):
        with spooled.open("rb") as content:
            store.save(name, File(content))


def _sync_folder(folder: Path) -> None:
    """A rename is on the disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_evidence(sha256: str) -> Iterator[bytes]:
    """The bytes in pieces of 256 KiB. Raises EvidenceGone, after the last piece EvidenceAltered."""
    digest = hashlib.sha256()
    for piece in _stored_pieces(sha256):
        digest.update(piece)
        yield piece
    if digest.hexdigest() != sha256:
        raise EvidenceAltered(f"The bytes in the store are no longer the evidence {sha256}.")


def _stored_pieces(sha256: str) -> Iterator[bytes]:
    store = _store()
    name = evidence_name(sha256)
    try:
        if isinstance(store, FileSystemStorage):
            with Path(store.path(name)).open("rb", buffering=0) as file:
                yield from _pieces_on_disk(file)
        else:
            with store.open(name, "rb") as content:
                yield from iter(partial(content.read, CHUNK_BYTES), b"")
    except FileNotFoundError:
        raise EvidenceGone(f"The evidence {sha256} is not in the store.") from None


def _pieces_on_disk(file: FileIO) -> Iterator[bytes]:
    if os.fstat(file.fileno()).st_size >= BLOCK_BYTES:
        return blocks_of(file.fileno(), CHUNK_BYTES)
    return iter(partial(file.read, CHUNK_BYTES), b"")


def keep_report(sha256: str, encoded: bytes) -> None:
    """Write the derived report whole or not at all; an equal one may be there already."""
    with tempfile.NamedTemporaryFile(dir=_incoming_folder(), delete=False) as spool:
        try:
            spool.write(encoded)
            spool.flush()
            _replace(Path(spool.name), report_name(sha256))
        finally:
            Path(spool.name).unlink(missing_ok=True)


def _replace(spooled: Path, name: str) -> None:
    store = _store()
    if isinstance(store, FileSystemStorage):
        place = Path(store.path(name))
        place.parent.mkdir(parents=True, exist_ok=True)
        spooled.replace(place)
        return
    with spooled.open("rb") as content:
        if store.exists(name):
            store.delete(name)
        store.save(name, File(content))


def read_report(sha256: str) -> bytes | None:
    try:
        with _store().open(report_name(sha256), "rb") as content:
            found: bytes = content.read()
            return found
    except FileNotFoundError:
        return None


def evidence_stands(sha256: str) -> bool:
    return _store().exists(evidence_name(sha256))


def lock_evidence(sha256: str) -> None:
    """Until this transaction ends nobody else adds a run to these bytes or deletes them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, int(sha256[:8], 16) - 2**31]
        )


def delete_evidence(sha256: str) -> None:
    store = _store()
    for name in (evidence_name(sha256), report_name(sha256)):
        store.delete(name)


def forget_broken_uploads() -> int:
    """Delete what uploads left behind whose process died; gives how many went."""
    oldest = time.time() - SPOOL_HOURS * 3600
    left = [spool for spool in _incoming_folder().iterdir() if spool.stat().st_mtime < oldest]
    for spool in left:
        spool.unlink(missing_ok=True)
    return len(left)
