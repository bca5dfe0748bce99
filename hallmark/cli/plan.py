"""`hallmark plan`: the tests that are still needed, as a list for Tempest."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from certification.engine.joining import RunsNotJoined
from certification.engine.report import EvidenceFormat, Report
from certification.engine.rerun import include_list, needed_tests
from certification.engine.verdict import evaluate
from certification.guidelines import shared_ids
from hallmark.cli.help import describe
from hallmark.cli.judging import Refused, compiled_for, joined
from hallmark.cli.wording import printable

EXIT_NOTHING_NEEDED, EXIT_NEEDED, EXIT_REFUSED = 0, 1, 2


def run(argv: Sequence[str]) -> int:
    """0 if no test is needed, 1 if the list names some, 2 if there is no list."""
    wanted = _arguments(argv)
    try:
        lines, said = _plan(wanted)
        _write(wanted.output, lines)
    except (Refused, RunsNotJoined) as refused:
        print(printable(f"{refused} [{refused.code}]"), file=sys.stderr)
        return EXIT_REFUSED
    print(printable(said), file=sys.stderr)
    return EXIT_NEEDED if lines else EXIT_NOTHING_NEEDED


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="hallmark plan")
    describe(
        parser,
        "Write the list for `tempest run --include-list` of exactly the tests that a "
        "target still needs. Exit status: 0 none is needed, 1 the list names some, 2 no list could "
        "be made.",
        "hallmark plan --guideline 2026.11 --target compute --have run.subunit > needed.txt",
        "tempest run --include-list needed.txt",
    )
    parser.add_argument(
        "--guideline",
        required=True,
        help="a guideline file, or the id of one that comes along, such as 2026.11",
    )
    parser.add_argument(
        "--target", required=True, help="platform, compute, object or an add-on such as dns"
    )
    parser.add_argument(
        "--have",
        nargs="+",
        default=[],
        metavar="RUN",
        help="runs that you have; several are joined by the marketplace's rule",
    )
    parser.add_argument(
        "-o", "--output", default="-", metavar="FILE", help="where to write (standard output)"
    )
    return parser.parse_args(argv)


def _plan(wanted: argparse.Namespace) -> tuple[list[str], str]:
    """The lines, and a sentence about them. Raises Refused, RunsNotJoined."""
    compiled = compiled_for(wanted.guideline, wanted.target)
    report = Report(EvidenceFormat.SUBUNIT_V2, ())
    if wanted.have:
        report = joined(wanted.have, compiled).report
    evaluation = evaluate(compiled, report, wanted.target)
    lines = include_list(needed_tests(evaluation), shared_ids())
    goal = f"{evaluation.target_title} {evaluation.guideline_id}"
    total = evaluation.required.total
    if not lines:
        return lines, f"All {total} tests of {goal} passed; none is needed."
    return lines, f"{len(lines)} of {total} tests of {goal} are still needed."


def _write(output: str, lines: Sequence[str]) -> None:
    text = "".join(f"{line}\n" for line in lines)
    if output == "-":
        sys.stdout.write(text)
        return
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refused("output-unwritable", f"{output}: {error.strerror}") from None
