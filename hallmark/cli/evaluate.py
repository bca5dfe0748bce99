"""`hallmark evaluate`: one answer per evidence file, the same that the marketplace would give."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from certification.engine.formats import parse_report_stream
from certification.engine.guideline import (
    GuidelineInvalid,
    TargetUnknown,
    find_target,
    parse_guideline,
)
from certification.engine.integration import is_integration
from certification.engine.report import EvidenceUnreadable, Report
from certification.engine.verdict import (
    CompiledGuideline,
    RequiredCounts,
    compile_guideline,
    evaluate,
)
from certification.guidelines import GuidelineNotShipped, shipped_bytes, shipped_ids
from hallmark.cli.wording import explained

_PIECE_BYTES = 1 << 20
_PLATFORMS = [one for one in shipped_ids() if not one.startswith("integration.")]
_EXIT = {"passed": 0, "failed": 1, "error": 2}


class _Refused(Exception):
    """Nothing can be judged; `code` and message go into the answer."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def run(argv: Sequence[str]) -> int:
    """0 if all files passed, 1 if one failed, 2 if one could not be judged."""
    wanted = _arguments(argv)
    compiled: CompiledGuideline | None = None
    refusal: _Refused | None = None
    try:
        compiled = _compiled(wanted.guideline, wanted.target)
    except _Refused as error:
        refusal = error
    status = 0
    for evidence in wanted.evidence:
        answer = _answer(compiled, refusal, evidence, wanted)
        print(json.dumps(answer) if wanted.json else explained(answer), flush=True)
        status = max(status, _EXIT[answer["verdict"]])
    return status


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="hallmark evaluate",
        description="Judge test evidence against a guideline. Exit status: 0 all passed, "
        "1 one failed, 2 one could not be judged.",
    )
    parser.add_argument(
        "--guideline",
        required=True,
        help=f"a guideline file, or the id of one that comes along: {', '.join(_PLATFORMS)}",
    )
    parser.add_argument(
        "--target", required=True, help="platform, compute, object or an add-on such as dns"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object per file and line")
    parser.add_argument(
        "evidence",
        nargs="+",
        metavar="EVIDENCE",
        help="subunit (v1 or v2), a .stestr folder as tar, RefStack JSON, JUnit XML or TAP; plain, "
        "gzip, xz or zstd",
    )
    return parser.parse_args(argv)


def _compiled(guideline: str, target: str) -> CompiledGuideline:
    """A path wins over an id that comes along. Raises _Refused."""
    try:
        raw = Path(guideline).read_bytes() if Path(guideline).exists() else shipped_bytes(guideline)
        parsed = parse_guideline(raw)
        find_target(parsed, target)
    except GuidelineInvalid as error:
        place = f" ({error.place})" if error.place else ""
        raise _Refused(error.code, f"{guideline}: {error}{place}") from None
    except TargetUnknown as error:
        raise _Refused(error.code, str(error)) from None
    except (OSError, ValueError) as error:
        raise _Refused("guideline-unreadable", f"{guideline}: {_os_words(error)}") from None
    except GuidelineNotShipped as error:
        raise _Refused("guideline-not-found", f"No such file. {error}") from None
    if is_integration(parsed):
        raise _Refused(
            "guideline-integration",
            f"{parsed.id} counts results only with the footprints beside them. Upload the bundle "
            "of `hallmark kit`; the marketplace judges it.",
        )
    return compile_guideline(parsed)


def _answer(
    compiled: CompiledGuideline | None,
    refusal: _Refused | None,
    evidence: str,
    wanted: argparse.Namespace,
) -> dict[str, Any]:
    try:
        if compiled is None:
            raise refusal or _Refused("guideline-unreadable", "There is no guideline.")
        report = _report(evidence)
    except _Refused as error:
        guideline = compiled.guideline.id if compiled else wanted.guideline
        return _error_answer(evidence, guideline, wanted.target, error)
    return {"evidence": evidence, **evaluate(compiled, report, wanted.target).to_document()}


def _report(evidence: str) -> Report:
    try:
        with Path(evidence).open("rb") as file:
            return parse_report_stream(_pieces(file))
    except EvidenceUnreadable as error:
        place = f" ({error.place})" if error.place else ""
        raise _Refused(error.code, f"{evidence}: {error}{place}") from None
    except (OSError, ValueError) as error:
        raise _Refused("evidence-not-read", f"{evidence}: {_os_words(error)}") from None


def _pieces(file: Any) -> Iterator[bytes]:
    return iter(partial(file.read, _PIECE_BYTES), b"")


def _os_words(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", None) or str(error)


def _error_answer(evidence: str, guideline: str, target: str, error: _Refused) -> dict[str, Any]:
    lists = ("missing", "failed", "skipped", "flagged", "waived", "not_tested", "warnings")
    return {
        "evidence": evidence,
        "guideline": guideline,
        "target": target,
        "verdict": "error",
        "reasons": [{"code": error.code, "text": str(error)}],
        "required": RequiredCounts().to_document(),
        **{name: [] for name in lists},
    }
