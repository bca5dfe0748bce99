"""The evidence store: raw bytes, named by their SHA-256, never changed."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages

CHUNK_BYTES = 256 * 1024


class EvidenceTooLarge(ValueError):
    code = "evidence-too-large"


class EvidenceEmpty(ValueError):
    code = "evidence-empty"


class EvidenceStoreFull(OSError):
    """No room: nothing of the upload is kept (trust.md R8)."""

    code = "evidence-store-full"


class EvidenceGone(LookupError):
    code = "evidence-gone"


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
    incoming = _incoming_folder()
    try:
        with tempfile.NamedTemporaryFile(dir=incoming, prefix="upload-", delete=False) as spool:
            try:
                stored = _spool(spool, chunks, limit)
                _keep(Path(spool.name), evidence_name(stored.sha256))
            finally:
                Path(spool.name).unlink(missing_ok=True)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise EvidenceStoreFull(
                "There is no room to store the evidence. Nothing was kept. Try again later."
            ) from error
        raise
    return stored


def _incoming_folder() -> Path:
    folder: Path = settings.EVIDENCE_DIR / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _spool(spool: IO[bytes], chunks: Iterable[bytes], limit: int) -> StoredEvidence:
    digest = hashlib.sha256()
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
    spool.flush()
    os.fsync(spool.fileno())
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
    """The bytes in pieces of 256 KiB. Raises EvidenceGone."""
    try:
        content = _store().open(evidence_name(sha256), "rb")
    except FileNotFoundError:
        raise EvidenceGone(f"The evidence {sha256} is not in the store.") from None
    with content:
        while chunk := content.read(CHUNK_BYTES):
            yield chunk


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


def delete_evidence(sha256: str) -> None:
    store = _store()
    for name in (evidence_name(sha256), report_name(sha256)):
        store.delete(name)
