"""Verdicts in words: the sentence of a run, and the status of each thing that has one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop, ngettext

from certification.engine.report import TestState
from certification.models import Guideline, Run
from certification.queries import TargetVerdict
from marketplace.site.glyphs import Mark


@dataclass(frozen=True, slots=True)
class Status:
    """`message` is English, or in the reader's language already."""

    mark: Mark
    message: str

    @property
    def words(self) -> str:
        return gettext(self.message)


@dataclass(frozen=True, slots=True)
class Headline:
    """`sentence` is what a vendor quotes. `figure` is the number of tests that it is about,
    if it is about a number. `about` is the verdict to explain first."""

    sentence: str
    figure: int | None = None
    about: TargetVerdict | None = None


def tests(count: int) -> str:
    return ngettext("{count:,} test", "{count:,} tests", count).format(count=count)


def listed(words: Sequence[str]) -> str:
    """`Platform, Compute and Object Storage`."""
    return gettext(" and ").join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def verdict_status(line: TargetVerdict) -> Status:
    if line.verdict == "passed":
        return (
            Status(Mark.NEXT, gettext("Ready"))
            if line.is_readiness
            else Status(Mark.PASSES, gettext("Passes"))
        )
    if line.verdict == "error":
        return Status(Mark.NOT, gettext("Cannot be judged"))
    if line.short:
        return Status(Mark.SHORT, gettext("{short} short").format(short=tests(line.short)))
    if line.guideline.is_integration:
        return Status(Mark.NOT, gettext("Not reached"))
    return Status(Mark.CAVEAT, gettext("Incomplete evidence"))


def guideline_status(guideline: Guideline) -> Status:
    if guideline.state == Guideline.State.APPROVED:
        return Status(Mark.IN_FORCE, gettext("In force"))
    if guideline.state == Guideline.State.SUPERSEDED:
        return Status(Mark.PAST, gettext("Superseded"))
    if guideline.state == Guideline.State.RETIRED:
        return Status(Mark.PAST, gettext("Retired"))
    if guideline.announced:
        return Status(Mark.NEXT, gettext("Announced draft"))
    return Status(Mark.DECLARED, gettext("Imported, not in force"))


_RUN_STATUS = {
    Run.State.RECEIVED: Status(Mark.BUSY, gettext_noop("Waiting to be judged")),
    Run.State.VERIFYING: Status(Mark.BUSY, gettext_noop("Being judged")),
    Run.State.VERIFIED: Status(Mark.PASSES, gettext_noop("Judged")),
    Run.State.UNREADABLE: Status(Mark.NOT, gettext_noop("Unreadable")),
    Run.State.QUARANTINED: Status(Mark.CAVEAT, gettext_noop("Set aside")),
}


def run_status(run: Run) -> Status:
    return _RUN_STATUS[Run.State(run.state)]


_TEST_STATUS = {
    TestState.PASSED: Status(Mark.PASSES, gettext_noop("Passed")),
    TestState.FAILED: Status(Mark.FAILED, gettext_noop("Failed")),
    TestState.SKIPPED: Status(Mark.SKIPPED, gettext_noop("Skipped")),
    TestState.MISSING: Status(Mark.MISSING, gettext_noop("Missing")),
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
        return Headline(gettext("No guideline was in force to judge this run by"))
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
        return Headline(
            gettext("No required test of {version} passed in this run").format(version=version),
            None,
            main[0],
        )
    return Headline(
        gettext("This run cannot be judged by {version}").format(version=version), None, main[0]
    )


def _level(main: Sequence[TargetVerdict]) -> Headline:
    """`main` are the levels of one guideline, the lowest first; each holds those below it."""
    version = main[0].guideline.document_id
    reached = [line for line in main if line.verdict == "passed"]
    ahead = next((line for line in main if line.verdict != "passed"), None)
    words = (
        gettext("Shows {title}").format(title=reached[-1].title)
        if reached
        else gettext("Reaches no level")
    )
    short = ahead.short if ahead is not None else 0
    gap = f", {_gap(ahead)}" if ahead is not None and short else ""
    return Headline(
        gettext("{words} by {version}{gap}").format(words=words, version=version, gap=gap),
        short or None,
        ahead or main[-1],
    )


def _passes(
    main: Sequence[TargetVerdict], passed: Sequence[TargetVerdict], version: str
) -> Headline:
    verb = gettext("Ready for") if passed[0].is_readiness else gettext("Passes")
    sentence = f"{verb} {listed([line.title for line in passed])} {version}"
    nearest = _nearest(main)
    if nearest is None:
        return Headline(sentence, None, passed[0])
    # Who ran the list of one target did not aim at the other: its gap is no mistake to begin with.
    is_near = nearest.passed >= nearest.short
    return Headline(f"{sentence}, {_gap(nearest)}", None, nearest if is_near else passed[0])


def _incomplete(main: Sequence[TargetVerdict], version: str) -> Headline:
    nearest = _nearest(main)
    if nearest is None:
        return Headline(
            gettext("Incomplete evidence for {version}").format(version=version), None, main[0]
        )
    return Headline(
        gettext("Incomplete evidence, {nearest}").format(nearest=_gap(nearest, f" {version}")),
        None,
        nearest,
    )


def _gap(line: TargetVerdict, version: str = "") -> str:
    return gettext("{short} short of {title}{version}").format(
        short=tests(line.short), title=line.title, version=version
    )


def _nearest(lines: Sequence[TargetVerdict]) -> TargetVerdict | None:
    """Of what the run touches and does not pass: the fewest tests short, the smaller target first.
    Add-ons are asked for by name, so they never lead."""
    short = [
        line
        for line in lines
        if line.verdict == "failed" and line.short and line.passed and not line.is_add_on
    ]
    return min(short, key=lambda line: (line.short, line.total), default=None)
