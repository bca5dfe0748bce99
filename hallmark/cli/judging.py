"""Reading guidelines and evidence for the commands that judge offline."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO

from certification.engine.formats import parse_report_stream
from certification.engine.guideline import (
    GuidelineInvalid,
    TargetUnknown,
    find_target,
    parse_guideline,
)
from certification.engine.integration import is_integration
from certification.engine.joining import Joined, Part, join_runs
from certification.engine.report import EvidenceUnreadable
from certification.engine.verdict import CompiledGuideline, compile_guideline
from certification.guidelines import GuidelineNotShipped, shipped_bytes

_PIECE_BYTES = 1 << 20


class Refused(Exception):
    """Nothing can be judged; `code` and message go into the answer."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def compiled_for(guideline: str, target: str) -> CompiledGuideline:
    """A path wins over an id that comes along. Raises Refused."""
    try:
        raw = Path(guideline).read_bytes() if Path(guideline).exists() else shipped_bytes(guideline)
        parsed = parse_guideline(raw)
        find_target(parsed, target)
    except GuidelineInvalid as error:
        place = f" ({error.place})" if error.place else ""
        raise Refused(error.code, f"{guideline}: {error}{place}") from None
    except TargetUnknown as error:
        raise Refused(error.code, str(error)) from None
    except (OSError, ValueError) as error:
        raise Refused("guideline-unreadable", f"{guideline}: {_os_words(error)}") from None
    except GuidelineNotShipped as error:
        raise Refused("guideline-not-found", f"No such file. {error}") from None
    if is_integration(parsed):
        raise Refused(
            "guideline-integration",
            f"{parsed.id} counts results only with the footprints beside them. Upload the bundle "
            "of `hallmark kit` to the marketplace, or judge it here: hallmark level BUNDLE",
        )
    return compile_guideline(parsed)


def part_of_file(evidence: str) -> Part:
    """Raises Refused."""
    digest = hashlib.sha256()
    try:
        with Path(evidence).open("rb") as file:
            report = parse_report_stream(_digested(file, digest))
            # What stands behind damage is not read by the parser.
            for piece in _pieces(file):
                digest.update(piece)
    except EvidenceUnreadable as error:
        place = f" ({error.place})" if error.place else ""
        raise Refused(error.code, f"{evidence}: {error}{place}") from None
    except (OSError, ValueError) as error:
        raise Refused("evidence-not-read", f"{evidence}: {_os_words(error)}") from None
    return Part(evidence, report, digest.hexdigest())


def joined(evidence: Sequence[str], compiled: CompiledGuideline) -> Joined:
    """The files as one run. Raises Refused, RunsNotJoined."""
    return join_runs(map(part_of_file, evidence), compiled)


def _digested(file: BinaryIO, digest: hashlib._Hash) -> Iterator[bytes]:
    for piece in _pieces(file):
        digest.update(piece)
        yield piece


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    return iter(partial(file.read, _PIECE_BYTES), b"")


def _os_words(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", None) or str(error)
