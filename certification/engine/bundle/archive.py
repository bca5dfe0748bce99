"""The zip around a bundle, from bytes that nobody vouches for: names, sizes and digests first.

Only what the fixed names allow is taken out, in steps, so neither a header nor the deflated data
decides how much memory is used.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO

from certification.engine.bundle.model import BundleRefused
from certification.engine.footprint.model import Condition

MIB = 1 << 20
MOST_BYTES = 64 * MIB
MOST_INFLATED_BYTES = 128 * MIB
MOST_FILES = 400
_STEP_BYTES = 256 * 1024

_ENTRY = b"PK\x03\x04"
_END = b"PK\x05\x06"
_END_BYTES = 22
_ZIP64_LOCATOR = b"PK\x06\x07"
_ZIP64_LOCATOR_BYTES = 20
#: 400 records with names of 60 letters and some room for extra fields.
_MOST_DIRECTORY_BYTES = 128 * 1024

_CONDITIONS = "|".join(condition.value for condition in Condition)
FOOTPRINT_NAME = re.compile(rf"footprints/[0-9]{{2}}-({_CONDITIONS})\.json")
TRANSCRIPT_NAME = re.compile(r"transcripts/([a-z]{1,20}\.[a-z0-9_]{1,40})\.txt")
#: Names and how many bytes such a file may have; transcripts share what a bundle may have.
_KINDS: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(r"manifest\.json"), MIB // 4),
    (re.compile(r"results\.json"), MIB),
    (re.compile(r"probe\.json"), 2 * MIB),
    (re.compile(r"signature\.dsse\.json"), MIB // 64),
    (FOOTPRINT_NAME, 8 * MIB),
    (TRANSCRIPT_NAME, MOST_INFLATED_BYTES),
)
#: All that the standard library raises for a zip that is none.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError,
    OverflowError, OSError, IndexError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Contents:
    """`digests` holds the SHA-256 of every file, `texts` the bytes of all but the transcripts."""

    texts: Mapping[str, bytes]
    digests: Mapping[str, str]


def is_bundle(head: bytes) -> bool:
    """Whether evidence that begins like this can only be a bundle: it is a zip."""
    return head.startswith((_ENTRY, _END))


def read_archive(raw: bytes) -> Contents:
    """Raises BundleRefused: `bundle-too-large`, `bundle-damaged`, `bundle-file`."""
    _require_plain_ending(raw)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return _taken_out(archive)
    except BundleRefused:
        raise
    except _DAMAGE as error:
        raise _damaged(str(error) or type(error).__name__) from None


def write_archive(files: Mapping[str, bytes]) -> bytes:
    """The files as a zip without dates or order of their own: equal files give equal bytes with
    the same zlib. Raises BundleRefused for a name that no bundle holds, or too many bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in sorted(files.items()):
            if len(content) > _most_bytes(name):
                raise _too_large(f"more than {_most_bytes(name)} bytes", name)
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return target.getvalue()


def require_name(name: str) -> None:
    """Raises BundleRefused (`bundle-file`) for a name that no file of a bundle has."""
    _most_bytes(name)


def _require_plain_ending(raw: bytes) -> None:
    """Look at the sizes of the directory before the library reads it: one of millions of entries
    would cost far more memory than its bytes."""
    if len(raw) > MOST_BYTES:
        raise _too_large(f"more than {MOST_BYTES} bytes", "")
    end = raw[-_END_BYTES:]
    if not raw.startswith(_ENTRY) or len(end) < _END_BYTES or not end.startswith(_END):
        raise _damaged("it does not begin and end as a zip file does, or something follows its end")
    locator = len(raw) - _END_BYTES - _ZIP64_LOCATOR_BYTES
    if raw.startswith(_ZIP64_LOCATOR, max(locator, 0)):
        raise _damaged("it uses the 64 bit form, which no bundle needs")
    _, _, _, files, directory_bytes, _, _ = struct.unpack("<4H2LH", end[4:])
    if files > MOST_FILES or directory_bytes > _MOST_DIRECTORY_BYTES:
        raise _too_large(f"more than {MOST_FILES} files", "")


def _taken_out(archive: zipfile.ZipFile) -> Contents:
    texts: dict[str, bytes] = {}
    digests: dict[str, str] = {}
    room = MOST_INFLATED_BYTES
    for entry in archive.infolist():
        # The library cuts `filename` at a NUL; here counts what was written.
        name = entry.orig_filename
        _require_taken(entry, name, digests)
        with archive.open(entry) as file:
            digest, kept, size = _read(file, name, room)
        room -= size
        digests[name] = digest
        if not TRANSCRIPT_NAME.fullmatch(name):
            texts[name] = kept
    return Contents(texts, digests)


def _require_taken(entry: zipfile.ZipInfo, name: str, seen: Mapping[str, str]) -> None:
    if len(seen) >= MOST_FILES:
        raise _too_large(f"more than {MOST_FILES} files", "")
    _most_bytes(name)
    if name in seen:
        raise BundleRefused("bundle-file", f"{name} stands in the bundle twice.", name)
    if entry.flag_bits & 0x1:
        raise BundleRefused("bundle-file", f"{name} is encrypted.", name)
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BundleRefused(
            "bundle-file", f"{name} is packed by a method other than stored and deflated.", name
        )


def _read(file: IO[bytes], name: str, room: int) -> tuple[str, bytes, int]:
    """SHA-256, bytes (none of a transcript) and size."""
    most = _most_bytes(name)
    keep = not TRANSCRIPT_NAME.fullmatch(name)
    digest, kept, size = hashlib.sha256(), [], 0
    while piece := file.read(_STEP_BYTES):
        size += len(piece)
        if size > most:
            raise _too_large(f"more than {most} bytes", name)
        if size > room:
            raise _too_large(f"more than {MOST_INFLATED_BYTES} bytes when unpacked", name)
        digest.update(piece)
        if keep:
            kept.append(piece)
    return digest.hexdigest(), b"".join(kept), size


def _most_bytes(name: str) -> int:
    for pattern, most in _KINDS:
        if pattern.fullmatch(name):
            return most
    shown = "".join(letter if letter.isprintable() else "?" for letter in name[:80])
    raise BundleRefused(
        "bundle-file",
        f"No bundle holds a file named {shown!r}. Upload the file that `hallmark pack` made.",
        shown,
    )


def _too_large(what: str, place: str) -> BundleRefused:
    return BundleRefused(
        "bundle-too-large", f"The bundle holds {what}. Leave debug output out of it.", place
    )


def _damaged(what: str) -> BundleRefused:
    return BundleRefused(
        "bundle-damaged",
        f"The bundle cannot be unpacked: {what}. Upload the file that `hallmark pack` made.",
    )
