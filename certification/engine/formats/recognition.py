"""Which format the evidence is in, told from its bytes alone, and the report of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Protocol

from certification.engine.formats.inflation import EvidenceBytes
from certification.engine.formats.limits import DEFAULT, Limits
from certification.engine.formats.refstack_json import RefstackJson
from certification.engine.formats.subunit_v1 import SubunitV1
from certification.engine.formats.subunit_v2 import SIGNATURE, SubunitV2
from certification.engine.report import EvidenceUnreadable, Report

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_BLANKS = b" \t\r\n"
#: How far the first letter of a JSON text is looked for.
_LONGEST_MARGIN = 64 * 1024


class _Scanner(Protocol):
    def feed(self, piece: bytes) -> bool: ...

    def finish(self, size_bytes: int, cut: str = "") -> Report: ...


def parse_report(raw: bytes, limits: Limits = DEFAULT) -> Report:
    """The report of evidence in any format we read; see `parse_report_stream`."""
    return parse_report_stream((raw,), limits)


def parse_report_stream(chunks: Iterable[bytes], limits: Limits = DEFAULT) -> Report:
    """The report of evidence that comes in pieces; how it is cut into pieces changes nothing.

    Reads subunit version 2, subunit version 1 and RefStack JSON, each also as gzip. Holds at most a
    few pieces and one packet (4 MiB) of subunit, or the whole of a JSON text (8 MiB).
    Raise `EvidenceUnreadable` if nothing was proven: `evidence-empty`, `evidence-format-unknown`,
    `evidence-damaged`, `evidence-no-result`, and the codes of `parse_refstack_json`. Once a test
    was seen there is always a report, whose `damage` says where reading ended.
    """
    evidence = EvidenceBytes(chunks, limits)
    pieces = iter(evidence)
    head = _head(pieces)
    scanner = _scanner_for(head, evidence.cut, limits)
    for piece in chain((head,), pieces):
        if not scanner.feed(piece):
            break
    return scanner.finish(evidence.total_bytes, evidence.cut)


def _head(pieces: Iterator[bytes]) -> bytes:
    """The first pieces, up to one that shows more than blanks."""
    head = b""
    for piece in pieces:
        head = head + piece if head else piece
        if head[:_LONGEST_MARGIN].removeprefix(_BYTE_ORDER_MARK).strip(_BLANKS):
            break
        if len(head) >= _LONGEST_MARGIN:
            break
    return head


def _scanner_for(head: bytes, cut: str, limits: Limits) -> _Scanner:
    if not head:
        raise EvidenceUnreadable(
            "evidence-damaged" if cut else "evidence-empty",
            f"No evidence could be read: {cut or 'the file is empty'}. Upload the file again.",
            place="byte 0",
        )
    if head[0] == SIGNATURE:
        return SubunitV2(limits)
    text = head[:_LONGEST_MARGIN].removeprefix(_BYTE_ORDER_MARK).lstrip(_BLANKS)
    if text.startswith(b"{"):
        return RefstackJson(limits)
    return SubunitV1(limits)
