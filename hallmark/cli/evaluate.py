"""`hallmark evaluate`: one answer per evidence file, the same that the marketplace would give."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

from certification.engine.joining import Joined, RunsNotJoined
from certification.engine.verdict import CompiledGuideline, RequiredCounts, evaluate
from certification.guidelines import shipped_ids
from hallmark.cli.help import describe
from hallmark.cli.judging import Refused, compiled_for, joined
from hallmark.cli.wording import explained

_PLATFORMS = [one for one in shipped_ids() if not one.startswith("integration.")]
_EXIT = {"passed": 0, "failed": 1, "error": 2}


def run(argv: Sequence[str]) -> int:
    """0 if all files passed, 1 if one failed, 2 if one could not be judged."""
    wanted = _arguments(argv)
    compiled: CompiledGuideline | None = None
    refusal: Refused | None = None
    try:
        compiled = compiled_for(wanted.guideline, wanted.target)
    except Refused as error:
        refusal = error
    status = 0
    for evidence in [wanted.evidence] if wanted.join else [[one] for one in wanted.evidence]:
        answer = _answer(compiled, refusal, evidence, wanted)
        print(json.dumps(answer) if wanted.json else explained(answer), flush=True)
        status = max(status, _EXIT[answer["verdict"]])
    return status


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="hallmark evaluate")
    describe(
        parser,
        "Judge test evidence against a guideline. Exit status: 0 all passed, "
        "1 one failed, 2 one could not be judged.",
        "hallmark evaluate --guideline 2026.11 --target compute run.subunit",
        "hallmark evaluate --guideline 2026.11 --target compute --join one.subunit two.subunit",
        "hallmark evaluate --guideline 2020.06.json --target object --json run1.gz run2.gz",
    )
    parser.add_argument(
        "--guideline",
        required=True,
        help=f"a guideline file, or the id of one that comes along: {', '.join(_PLATFORMS)}",
    )
    parser.add_argument(
        "--target", required=True, help="platform, compute, object or an add-on such as dns"
    )
    parser.add_argument(
        "--join",
        action="store_true",
        help="judge all files as one claim: of one cloud, within 14 days, of each test the latest "
        "word counts; the answer says which file each word is from",
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


def _answer(
    compiled: CompiledGuideline | None,
    refusal: Refused | None,
    evidence: Sequence[str],
    wanted: argparse.Namespace,
) -> dict[str, Any]:
    """About one file, or about several that are joined."""
    shown = ", ".join(evidence)
    try:
        if compiled is None:
            raise refusal or Refused("guideline-unreadable", "There is no guideline.")
        found = joined(evidence, compiled)
    except (Refused, RunsNotJoined) as error:
        guideline = compiled.guideline.id if compiled else wanted.guideline
        return _error_answer(shown, guideline, wanted.target, error)
    judged = evaluate(compiled, found.report, wanted.target)
    answer = {"evidence": shown, **judged.to_document()}
    return (
        answer | {"joined": _origins(found), "evaluation": judged.digest} if wanted.join else answer
    )


def _origins(found: Joined) -> dict[str, Any]:
    """Which file the word on each test is from, and what the others said before."""
    return {
        "runs": list(found.labels),
        "one_cloud_named": found.one_cloud,
        "tests": {
            origin.name: {
                "run": found.labels[origin.run],
                "state": origin.state.value,
                "earlier": [
                    {"run": found.labels[run], "state": state.value}
                    for run, state in origin.earlier
                ],
            }
            for origin in found.origins
        },
    }


def _error_answer(
    evidence: str, guideline: str, target: str, error: Refused | RunsNotJoined
) -> dict[str, Any]:
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
