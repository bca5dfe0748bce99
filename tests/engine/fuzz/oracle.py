"""Which tests a body can prove at most, by other readers than ours: python-subunit, the standard
library's JSON, XML, zlib and lzma. They are slow, and read on where ours has stopped."""

from __future__ import annotations

import io
import json
import lzma
import re
import zlib
from collections.abc import Iterable
from typing import Any
from xml.etree import ElementTree

import subunit
import zstandard

from certification.engine.report import EvidenceFormat, bare_name

_MOST = 8 << 20
#: A frame, or one that is passed over.
_ZSTD = (b"\x28\xb5\x2f\xfd", *(bytes((first,)) + b"\x2a\x4d\x18" for first in range(0x50, 0x60)))
_XML_STEP, _ZSTD_STEP = 64 << 10, 256
_V1 = re.compile(rb"^success(?:ful)?:*[ \t\r\v\f]([^\n]*)", re.MULTILINE)
_TAP = re.compile(rb"^[ ]*ok\b[^\n]*", re.MULTILINE)
_TAP_TEXT = re.compile(r"ok(?=[ \t]|$)(?:[ \t]+(\d{1,9})(?!\S))?[ \t]*(?:-(?=\s|$))?[ \t]*(.*)")
_CASE = "testcase"
_SIGNATURE, _BLOCK = b"\xb3", 512
_DAMAGED = (zlib.error, lzma.LZMAError, zstandard.ZstdError)


def most_passes(raw: bytes, form: EvidenceFormat) -> set[str]:
    """The names of the tests that the evidence says passed, once or more; a superset of what may
    count as passed."""
    text = unpacked(raw)
    texts = [text]
    if form is EvidenceFormat.SUBUNIT_V2 and text[:1] != _SIGNATURE:
        # A run inside an archive begins at a block, and ends where its bytes are no packets.
        starts = range(_BLOCK, len(text), _BLOCK)
        texts = [text[at:] for at in starts if text[at : at + 1] == _SIGNATURE]
    return {name for one in texts for name in _READERS[form](one)}


def unpacked(raw: bytes) -> bytes:
    """The first eight MiB, as far as they can be unpacked."""
    if raw[:2] == b"\x1f\x8b":
        return _inflated(raw, lambda: zlib.decompressobj(31))
    if raw[:6] == b"\xfd7zXZ\0":
        return _inflated(raw, lzma.LZMADecompressor, past=b"\0")
    if raw.startswith(_ZSTD):
        return _inflated(raw, _Frame)
    return raw


def _inflated(raw: bytes, fresh: Any, past: bytes = b"") -> bytes:
    """Member by member; one that is damaged byte by byte, so that all that stands before the damage
    is there."""
    out, rest = bytearray(), raw
    while rest and len(out) < _MOST:
        member = fresh()
        try:
            out += member.decompress(rest, _MOST - len(out))
        except _DAMAGED:
            member = fresh()
            try:
                for at in range(len(rest)):
                    if len(out) >= _MOST:
                        break
                    out += member.decompress(rest[at : at + 1])
            except (*_DAMAGED, EOFError):
                pass
            break
        if not member.eof:
            break
        rest = member.unused_data.lstrip(past) if past else member.unused_data
    return bytes(out)


class _Frame:
    """One frame of zstd, as the readers of the other two have it. zstd itself offers no limit to
    what comes out, so it is given little at a time."""

    def __init__(self) -> None:
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self.unused_data = b""

    @property
    def eof(self) -> bool:
        return self._frame.eof

    def decompress(self, rest: bytes, most: int = _MOST) -> bytes:
        out, at = bytearray(), 0
        while at < len(rest) and not self.eof and len(out) < most:
            out += self._frame.decompress(rest[at : at + _ZSTD_STEP])
            at += _ZSTD_STEP
        self.unused_data = self._frame.unused_data + rest[at:]
        return bytes(out)


def _v1(text: bytes) -> Iterable[str]:
    """A bracket after a blank begins the details, or stands in the name: both are taken."""
    for found in _V1.findall(text):
        for spelled in {found, found.partition(b" [")[0], found.rpartition(b" [")[0]}:
            yield bare_name(spelled.decode("utf-8", "replace"))


class _Passed:
    """Notes the tests that python-subunit says succeeded."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def status(self, test_id: Any = None, test_status: Any = None, **_: Any) -> None:
        if test_id is not None and test_status == "success":
            self.names.append(bare_name(test_id))


def _v2(text: bytes) -> Iterable[str]:
    """Up to the first bytes that python-subunit refuses."""
    passed = _Passed()
    try:
        subunit.ByteStreamToStreamResult(io.BytesIO(text)).run(passed)
    except Exception:
        return passed.names
    return passed.names


def _json(text: bytes) -> Iterable[str]:
    try:
        found = json.loads(text)
        return [bare_name(one["name"]) for one in found["results"]]
    except (ValueError, TypeError, KeyError, RecursionError, AttributeError):
        return ()


def _junit(text: bytes) -> Iterable[str]:
    """All tests without a child that says otherwise, as far as the text is well-formed."""
    parser = ElementTree.XMLPullParser(events=("end",))
    try:
        for at in range(0, len(text), _XML_STEP):
            parser.feed(text[at : at + _XML_STEP])
            for _, element in parser.read_events():
                if element.tag.rpartition("}")[2] == _CASE:
                    children = {child.tag.rpartition("}")[2] for child in element}
                    if not children & {"failure", "error", "skipped", "skip"}:
                        yield from _names_of(element.get("classname", ""), element.get("name", ""))
                    element.clear()
    except (ElementTree.ParseError, LookupError, ValueError):
        return


def _names_of(scope: str, name: str) -> list[str]:
    name, scope = name.strip(), scope.strip()
    return [bare_name(one) for one in (f"{scope}.{name}", name, name.removeprefix("[It] "))]


def _tap(text: bytes) -> Iterable[str]:
    for number, line in enumerate(_TAP.findall(text), start=1):
        point = _TAP_TEXT.match(line.decode("utf-8", "replace").strip())
        if point is None:
            continue
        said = re.split(r"(?:^|(?<=\s))#\s*(?:skip|todo)", point[2], flags=re.IGNORECASE)[0].strip()
        yield bare_name(re.sub(r"\\([\\#])", r"\1", said))
        if not said:
            yield from (f"test {one}" for one in {point[1] or str(number), *map(str, range(60))})


_READERS = {
    EvidenceFormat.SUBUNIT_V1: _v1,
    EvidenceFormat.SUBUNIT_V2: _v2,
    EvidenceFormat.REFSTACK_JSON: _json,
    EvidenceFormat.JUNIT_XML: _junit,
    EvidenceFormat.TAP: _tap,
}
