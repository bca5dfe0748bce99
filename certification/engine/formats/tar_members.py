"""A tar archive read as it comes: the names of its files and their bytes, and nothing else.

Read are the headers of POSIX (ustar, pax) and GNU tar, as "Basic Tar Format" of the GNU tar manual
and POSIX.1-2017 `pax` give them. Nothing is written to a disk, so no name can lead anywhere; links,
devices and folders have no bytes here and are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from certification.engine.formats.limits import StreamFault

BLOCK_BYTES = 512
MOST_MEMBERS = 20_000
_LONGEST_EXTENSION = 64 * 1024
_CHECKSUM_AT, _CHECKSUM_BYTES = 148, 8
_ZEROS = bytes(BLOCK_BYTES)
_FILES = frozenset(b"0\x007")
_PAX, _PAX_FOR_ALL, _GNU_LONG_NAME, _GNU_LONG_LINK = b"x", b"g", b"L", b"K"
_EXTENSIONS = frozenset((_PAX, _PAX_FOR_ALL, _GNU_LONG_NAME, _GNU_LONG_LINK))
_WITHOUT_BYTES = frozenset(b"123456")
_PAX_RECORD = re.compile(rb"\d{1,9} ([A-Za-z0-9_.-]{1,64})=([^\n]*)\n")


@dataclass(frozen=True, slots=True)
class Member:
    """A regular file of the archive; `size` is in bytes."""

    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Begun:
    """The next bytes belong to this file. `offset` is where they begin in the archive."""

    member: Member
    offset: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The file is complete."""

    member: Member


#: What an archive consists of; bytes are the next piece of the file that began.
Event = Begun | bytes | Ended


def is_tar(head: bytes) -> bool:
    """Whether the first 512 bytes are a header: its checksum is right."""
    return len(head) >= BLOCK_BYTES and _checksum_is_right(head[:BLOCK_BYTES])


class TarMembers:
    """Feed it the archive in pieces of any size. `ended` once its closing zeros were read."""

    def __init__(self) -> None:
        self.ended = False
        self.offset = 0
        self._held = b""
        self._members = 0
        self._member: Member | None = None
        self._room = 0  # bytes of the present file, or of what is passed over, still to come
        self._padding = 0
        self._extension = b""
        self._extension_kind = b""
        self._path = ""  # what an extension says of the next file
        self._size: int | None = None

    def feed(self, piece: bytes) -> Iterator[Event]:
        """What the next bytes hold. Raises StreamFault where they are no tar."""
        held = self._held + piece if self._held else piece
        at = 0
        while at < len(held):
            if self._room or self._padding:
                taken, event = self._content(held, at)
                at += taken
                self.offset += taken
                if event:
                    yield event
                if not self._room and self._member is not None:
                    member, self._member = self._member, None
                    yield Ended(member)
                elif not self._room and not self._padding and self._extension_kind:
                    self._obey_extension()
                continue
            if len(held) - at < BLOCK_BYTES:
                break
            block = held[at : at + BLOCK_BYTES]
            at += BLOCK_BYTES
            self.offset += BLOCK_BYTES
            yield from self._header(block)
        self._held = held[at:]

    @property
    def whole(self) -> bool:
        return self.ended and not self._held

    def _content(self, held: bytes, at: int) -> tuple[int, bytes]:
        """How many bytes were taken, and those of them that belong to a file."""
        if self._room:
            piece = held[at : at + self._room]
            self._room -= len(piece)
            if self._extension_kind:
                self._extension += piece
            return len(piece), piece if self._member is not None else b""
        taken = min(self._padding, len(held) - at)
        self._padding -= taken
        return taken, b""

    def _header(self, block: bytes) -> Iterator[Event]:
        if block == _ZEROS:
            self.ended = True
            return
        if self.ended:
            raise StreamFault("bytes after the end of the tar archive")
        if not _checksum_is_right(block):
            raise StreamFault("a header of the tar archive whose checksum is wrong")
        self._members += 1
        if self._members > MOST_MEMBERS:
            raise StreamFault(f"more than {MOST_MEMBERS} files in the tar archive")
        kind = block[156:157]
        if kind in _EXTENSIONS:
            self._begin_extension(kind, _number(block[124:136]))
            return
        size = _number(block[124:136]) if self._size is None else self._size
        path = self._path or _path(block)
        self._path, self._size = "", None
        if kind[0] in _WITHOUT_BYTES:
            return
        self._room, self._padding = size, -size % BLOCK_BYTES
        if kind[0] not in _FILES or path.endswith("/"):
            return
        member = Member(path, size)
        yield Begun(member, self.offset)
        if size:
            self._member = member
        else:
            yield Ended(member)

    def _begin_extension(self, kind: bytes, size: int) -> None:
        if size > _LONGEST_EXTENSION:
            raise StreamFault(f"a tar header of more than {_LONGEST_EXTENSION} bytes")
        self._extension, self._extension_kind = b"", kind
        self._room, self._padding = size, -size % BLOCK_BYTES
        if not size:
            self._extension_kind = b""

    def _obey_extension(self) -> None:
        """Name and size of the next file, where the extension tells them."""
        kind, text = self._extension_kind, self._extension
        self._extension, self._extension_kind = b"", b""
        if kind == _GNU_LONG_NAME:
            self._path = _text(text)
        elif kind == _PAX:
            for key, value in _PAX_RECORD.findall(text):
                if key == b"path":
                    self._path = _text(value)
                elif key == b"size":
                    self._size = _decimal(value)
                elif key.startswith(b"GNU.sparse"):
                    raise StreamFault("a sparse file in the tar archive")


def _checksum_is_right(block: bytes) -> bool:
    """The sum of all bytes, those of the checksum itself taken for blanks."""
    field = block[_CHECKSUM_AT : _CHECKSUM_AT + _CHECKSUM_BYTES].strip(b" \0")
    if not field or not field.isdigit() or b"8" in field or b"9" in field:
        return False
    rest = block[:_CHECKSUM_AT] + block[_CHECKSUM_AT + _CHECKSUM_BYTES :]
    return sum(rest) + _CHECKSUM_BYTES * ord(" ") == int(field, 8)


def _number(field: bytes) -> int:
    """Octal digits, or GNU's binary form with the first bit set."""
    if field[0] & 0x80:
        value = int.from_bytes(bytes((field[0] & 0x7F,)) + field[1:], "big")
    else:
        digits = field.strip(b" \0") or b"0"
        if not digits.isdigit() or b"8" in digits or b"9" in digits:
            raise StreamFault("a tar header whose size is no number")
        value = int(digits, 8)
    if value >= 1 << 40:
        raise StreamFault("a tar header whose size is out of bounds")
    return value


def _decimal(text: bytes) -> int:
    if not text.isdigit() or len(text) > 12:
        raise StreamFault("a tar header whose size is no number")
    return int(text)


def _path(block: bytes) -> str:
    name = _text(block[:100])
    if block[257:263] != b"ustar\0":
        return name
    prefix = _text(block[345:500])
    return f"{prefix}/{name}" if prefix else name


def _text(field: bytes) -> str:
    return field.split(b"\0", 1)[0].decode("utf-8", "replace")
