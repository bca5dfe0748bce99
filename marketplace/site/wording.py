"""Verdicts in words: the sentence of a run, and the status of each thing that has one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from certification.engine.report import TestState
from certification.models import Guideline, Run
from certification.queries import TargetVerdict
from marketplace.site.glyphs import Mark


@dataclass(frozen=True, slots=True)
class Status:
    mark: Mark
    words: str


@dataclass(frozen=True, slots=True)
class Headline:
    """`sentence` is what a vendor quotes. `figure` is the number of tests that it is about,
    if it is about a number. `about` is the verdict to explain first."""

    sentence: str
    figure: int | None = None
    about: TargetVerdict | None = None


def tests(count: int) -> str:
    return f"{count:,} test{'' if count == 1 else 's'}"


def listed(words: Sequence[str]) -> str:
    """`Platform, Compute and Object Storage`."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def verdict_status(line: TargetVerdict) -> Status:
    if line.verdict == "passed":
        return Status(Mark.NEXT, "Ready") if line.is_readiness else Status(Mark.PASSES, "Passes")
    if line.verdict == "error":
        return Status(Mark.NOT, "Cannot be judged")
    if line.short:
        return Status(Mark.SHORT, f"{tests(line.short)} short")
    if line.guideline.is_integration:
        return Status(Mark.NOT, "Not reached")
    return Status(Mark.CAVEAT, "Incomplete evidence")


def guideline_status(guideline: Guideline) -> Status:
    if guideline.state == Guideline.State.APPROVED:
        return Status(Mark.IN_FORCE, "In force")
    if guideline.state == Guideline.State.SUPERSEDED:
        return Status(Mark.PAST, "Superseded")
    if guideline.state == Guideline.State.RETIRED:
        return Status(Mark.PAST, "Retired")
    if guideline.announced:
        return Status(Mark.NEXT, "Announced draft")
    return Status(Mark.DECLARED, "Imported, not in force")


_RUN_STATUS = {
    Run.State.RECEIVED: Status(Mark.BUSY, "Waiting to be judged"),
    Run.State.VERIFYING: Status(Mark.BUSY, "Being judged"),
    Run.State.VERIFIED: Status(Mark.PASSES, "Judged"),
    Run.State.UNREADABLE: Status(Mark.NOT, "Unreadable"),
    Run.State.QUARANTINED: Status(Mark.CAVEAT, "Set aside"),
}


def run_status(run: Run) -> Status:
    return _RUN_STATUS[Run.State(run.state)]


_TEST_STATUS = {
    TestState.PASSED: Status(Mark.PASSES, "Passed"),
    TestState.FAILED: Status(Mark.FAILED, "Failed"),
    TestState.SKIPPED: Status(Mark.SKIPPED, "Skipped"),
    TestState.MISSING: Status(Mark.MISSING, "Missing"),
}


def test_status(state: TestState) -> Status:
    return _TEST_STATUS[TestState(state)]


def headline_of(run: Run, lines: Sequence[TargetVerdict]) -> Headline:
    return headline(lines, incomplete=bool(run.damage_reason))


def headline(lines: Sequence[TargetVerdict], *, incomplete: bool = False) -> Headline:
    """What passes under the guideline that counts most, and the nearest thing that does not.

    `lines` are in the order of `verdicts_of`: the first platform guideline is the one that counts.
    `incomplete`: the evidence breaks off, so that nothing passes.
    """
    if not lines:
        return Headline("No guideline was in force to judge this run by")
    leading = next((line.guideline for line in lines if not line.guideline.add_on), None)
    main = [line for line in lines if line.guideline == (leading or lines[0].guideline)]
    if main[0].guideline.is_integration:
        return _level(main)
    return _of_tests(main, incomplete=incomplete)


def _of_tests(main: Sequence[TargetVerdict], *, incomplete: bool) -> Headline:
    version = main[0].guideline.document_id
    if incomplete:
        return _incomplete(main, version)
    passed = [line for line in main if line.verdict == "passed"]
    if passed:
        return _passes(main, passed, version)
    nearest = _nearest(main)
    if nearest is not None:
        return Headline(_gap(nearest, f" {version}"), nearest.short, nearest)
    if any(line.verdict == "failed" for line in main):
        return Headline(f"No required test of {version} passed in this run", None, main[0])
    return Headline(f"This run cannot be judged by {version}", None, main[0])


def _level(main: Sequence[TargetVerdict]) -> Headline:
    """`main` are the levels of one guideline, the lowest first; each holds those below it."""
    version = main[0].guideline.document_id
    reached = [line for line in main if line.verdict == "passed"]
    ahead = next((line for line in main if line.verdict != "passed"), None)
    words = f"Shows {reached[-1].title}" if reached else "Reaches no level"
    short = ahead.short if ahead is not None else 0
    gap = f", {_gap(ahead)}" if ahead is not None and short else ""
    return Headline(f"{words} by {version}{gap}", short or None, ahead or main[-1])


def _passes(
    main: Sequence[TargetVerdict], passed: Sequence[TargetVerdict], version: str
) -> Headline:
    verb = "Ready for" if passed[0].is_readiness else "Passes"
    sentence = f"{verb} {listed([line.title for line in passed])} {version}"
    nearest = _nearest(main)
    if nearest is None:
        return Headline(sentence, None, passed[0])
    return Headline(f"{sentence}, {_gap(nearest)}", None, nearest)


def _incomplete(main: Sequence[TargetVerdict], version: str) -> Headline:
    nearest = _nearest(main)
    if nearest is None:
        return Headline(f"Incomplete evidence for {version}", None, main[0])
    return Headline(f"Incomplete evidence, {_gap(nearest, f' {version}')}", None, nearest)


def _gap(line: TargetVerdict, version: str = "") -> str:
    return f"{tests(line.short)} short of {line.title}{version}"


def _nearest(lines: Sequence[TargetVerdict]) -> TargetVerdict | None:
    """Of what the run touches and does not pass: the fewest tests short, the smaller target first.
    Add-ons are asked for by name, so they never lead."""
    short = [
        line
        for line in lines
        if line.verdict == "failed" and line.short and line.passed and not line.is_add_on
    ]
    return min(short, key=lambda line: (line.short, line.total), default=None)
