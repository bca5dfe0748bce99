"""Whether the log of a cloud's operator holds the requests that a bundle says were made there."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from certification.engine.bundle import Bundle, CorroborationDocument

#: Ids of requests as OpenStack's services log them, and transaction ids of the object store.
_REQUEST_ID = re.compile(
    rb"req-[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
    rb"|tx[0-9a-f]{21}-[0-9a-f]{10}(?:[\w-]{1,40})?"
)
_LONGEST_ID = 96
_PIECE_BYTES = 1 << 20
_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 31


class LogUnreadable(ValueError):
    """A log cannot be read; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Searched:
    """SHA-256 of the logs' bytes, one after the other, and which of the wanted digests are those
    of request ids in them."""

    sha256: str
    found: frozenset[str]


def sampled_ids(bundle: Bundle) -> frozenset[str]:
    """SHA-256 of the request ids that the bundle's footprints name."""
    return frozenset(
        digest for footprint in bundle.footprints for digest in footprint.request_ids_sha256
    )


def search_logs(logs: Iterable[Path], wanted: frozenset[str]) -> Searched:
    """Any text, plain or gzip, in any format: only the ids are looked for. Raises LogUnreadable."""
    whole = hashlib.sha256()
    found: set[str] = set()
    for path in logs:
        try:
            with path.open("rb") as file:
                digests = map(_digest, _ids(_pieces(_Hashing(file, whole))))
                found.update(digest for digest in digests if digest in wanted)
        except (OSError, EOFError, zlib.error) as error:
            why = getattr(error, "strerror", None) or error
            raise LogUnreadable(f"{path} cannot be read: {why}.") from None
    return Searched(whole.hexdigest(), frozenset(found))


def compared(
    bundle: Bundle, bundle_sha256: str, searched: Searched, now: datetime
) -> CorroborationDocument:
    """`now` is in UTC."""
    wanted = sampled_ids(bundle)
    return CorroborationDocument(
        bundle_sha256=bundle_sha256,
        nonce=bundle.manifest.nonce,
        log_sha256=searched.sha256,
        sampled=len(wanted),
        agreed=len(wanted & searched.found),
        started=bundle.manifest.started,
        ended=bundle.manifest.ended,
        compared=now.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )


class _Hashing:
    """A file whose bytes are hashed as they lie there, whatever is made of them."""

    def __init__(self, file: BinaryIO, whole: hashlib._Hash) -> None:
        self._file = file
        self._whole = whole

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self._whole.update(piece)
        return piece


def _pieces(file: _Hashing) -> Iterator[bytes]:
    """The text in pieces; those of a gzip file unpacked, all its members."""
    first = file.read(_PIECE_BYTES)
    if not first.startswith(_GZIP):
        yield first
        while piece := file.read(_PIECE_BYTES):
            yield piece
        return
    member = zlib.decompressobj(_GZIP_WINDOW)
    rest = first
    while rest or (rest := file.read(_PIECE_BYTES)):
        if member.eof:
            member = zlib.decompressobj(_GZIP_WINDOW)
        piece = member.decompress(rest, _PIECE_BYTES)
        rest = member.unused_data if member.eof else member.unconsumed_tail
        yield piece
    if not member.eof:
        raise EOFError("the gzip file ends too early")


def _ids(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Every request id, some more than once: an id may lie across two pieces."""
    tail = b""
    for piece in pieces:
        text = tail + piece
        yield from (match[0] for match in _REQUEST_ID.finditer(text))
        tail = text[-_LONGEST_ID:]


def _digest(request_id: bytes) -> str:
    return hashlib.sha256(request_id).hexdigest()
