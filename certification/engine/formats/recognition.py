"""Which format the evidence is in, told from its bytes alone, and the report of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Protocol

from certification.engine.bundle import is_bundle
from certification.engine.formats.containers import container_of
from certification.engine.formats.inflation import EvidenceBytes
from certification.engine.formats.junit_xml import JunitXml
from certification.engine.formats.limits import DEFAULT, Limits
from certification.engine.formats.osi_bundle import OsiBundle
from certification.engine.formats.refstack_json import RefstackJson
from certification.engine.formats.stestr_folder import StestrFolder
from certification.engine.formats.subunit_v1 import SubunitV1
from certification.engine.formats.subunit_v2 import SIGNATURE, SubunitV2
from certification.engine.formats.tap import Tap, is_tap
from certification.engine.formats.tar_members import is_tar
from certification.engine.report import EvidenceUnreadable, Report

_SUBUNIT_V2 = bytes((SIGNATURE,))
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_BLANKS = b" \t\r\n"
#: How far the first letter of a JSON text is looked for.
_LONGEST_MARGIN = 64 * 1024
#: So much of the text is looked at to tell its format, however the evidence is cut into pieces.
_TELLING_BYTES = 512
#: How XML begins: as UTF-8 or any code that holds ASCII, or as UTF-16 with its byte order mark.
_XML = (b"<", b"\xff\xfe<\x00", b"\xfe\xff\x00<")
#: What people send by mistake: how it begins, what it is, and what to do instead.
_KNOWN_STRANGERS = (
    (b"BZh", "packed with bzip2", "Pack it with gzip, xz or zstd instead."),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Pack it with gzip, xz or zstd instead."),
    (b"SQLite format 3", "a database", "Send the output of `stestr last --subunit`."),
    (b"%PDF-", "a PDF", "Send the file that your test runner wrote."),
)


class _Scanner(Protocol):
    def feed(self, piece: bytes) -> bool: ...

    def finish(self, size_bytes: int, cut: str = "") -> Report: ...


def parse_report(raw: bytes, limits: Limits = DEFAULT) -> Report:
    """The report of evidence in any format we read; see `parse_report_stream`."""
    return parse_report_stream((raw,), limits)


def parse_report_stream(chunks: Iterable[bytes], limits: Limits = DEFAULT) -> Report:
    """The report of evidence that comes in pieces; how it is cut into pieces changes nothing.

    Reads subunit version 2, subunit version 1, RefStack JSON, JUnit XML, TAP and the latest run of
    a `.stestr` folder as tar, each also as gzip, xz or zstd, and the results of a test kit's
    bundle. Holds at most a few pieces, one packet (4 MiB) of subunit and the window of xz or zstd
    (64 MiB), or the whole of a JSON text (8 MiB) or bundle (64 MiB).
    Raise `EvidenceUnreadable` if nothing was proven: `evidence-empty`, `evidence-format-unknown`,
    `evidence-damaged`, `evidence-no-result`, `evidence-packed-twice`, `xml-malformed`,
    `xml-doctype`, `stestr-no-run`, `stestr-several`, and the codes of `parse_refstack_json` and
    `read_bundle`. Once a test was seen in anything but JSON and bundles
    there is always a report, whose `damage` says where reading ended.
    """
    evidence = EvidenceBytes(chunks, limits)
    pieces = iter(evidence)
    head = _head(pieces)
    scanner = _scanner_for(head, evidence, limits)
    for piece in chain((head,), pieces):
        if not scanner.feed(piece):
            break
    return scanner.finish(evidence.total_bytes, evidence.cut)


def _head(pieces: Iterator[bytes]) -> bytes:
    """The first pieces, up to one after which enough that is not blank stands there to tell."""
    head = b""
    for piece in pieces:
        head = head + piece if head else piece
        if len(_text(head)) >= _TELLING_BYTES or head[:1] == _SUBUNIT_V2:
            break
        if len(head) >= _LONGEST_MARGIN:
            break
    return head


def _text(head: bytes) -> bytes:
    return head[:_LONGEST_MARGIN].removeprefix(_BYTE_ORDER_MARK).lstrip(_BLANKS)


def _scanner_for(head: bytes, evidence: EvidenceBytes, limits: Limits) -> _Scanner:
    cut = evidence.cut
    if not head:
        raise EvidenceUnreadable(
            "evidence-damaged" if cut else "evidence-empty",
            f"No evidence could be read: {cut or 'the file is empty'}. Upload the file again.",
            place="byte 0",
        )
    if head[0] == SIGNATURE:
        return SubunitV2(limits)
    if is_bundle(head):
        return OsiBundle(packed=evidence.packed)
    _refuse_strangers(head, packed=evidence.packed)
    if is_tar(head):
        return StestrFolder(limits)
    text = _text(head)
    if text.startswith(b"{"):
        return RefstackJson(limits)
    if text.startswith(_XML):
        return JunitXml(limits)
    return Tap(limits) if is_tap(text) else SubunitV1(limits)


def _refuse_strangers(head: bytes, *, packed: bool) -> None:
    """Raises EvidenceUnreadable for what is surely none of our formats, and says what it is."""
    if packed and container_of(head) is not None:
        raise EvidenceUnreadable(
            "evidence-packed-twice",
            "The evidence is packed twice. Unpack it once and upload it again.",
            place="byte 0",
        )
    for signature, what, advice in _KNOWN_STRANGERS:
        if head.startswith(signature):
            raise EvidenceUnreadable(
                "evidence-format-unknown", f"This is {what}, which is not read. {advice}", "byte 0"
            )
