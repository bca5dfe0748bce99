"""Several runs of a release as one claim: what each run brings to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from certification.eligibility import amended_when_decided
from certification.engine.joining import Joined, RunsNotJoined
from certification.engine.report import EvidenceUnreadable, TestState
from certification.engine.verdict import CompiledGuideline, evaluate
from certification.evidence import EvidenceGone
from certification.joined_claims import joined, label_of, runs_of_submission
from certification.judging import compiled_guideline, judged_guidelines
from certification.models import Guideline, Run, Submission
from certification.queries.verdicts import TargetVerdict, verdicts_on_demand

#: What keeps runs from being one claim that may be read.
NOT_JOINED = (RunsNotJoined, EvidenceGone, EvidenceUnreadable)


@dataclass(frozen=True, slots=True)
class Share:
    """Of the tests that the target asks for, the run speaks of `told`; of `counts` its word is the
    latest, and `passed` of those passed."""

    run: Run
    told: int
    counts: int
    passed: int


@dataclass(frozen=True, slots=True)
class Word:
    """What runs said of one test, oldest first; the last one counts."""

    test: str
    said: tuple[tuple[Run, TestState], ...]

    @property
    def state(self) -> TestState:
        return self.said[-1][1]

    @property
    def run(self) -> Run:
        return self.said[-1][0]

    @property
    def earlier(self) -> tuple[tuple[Run, TestState], ...]:
        return self.said[:-1]


@dataclass(frozen=True, slots=True)
class JoinedClaim:
    """`shares` are the runs, oldest first; `words` every test that the target asks for and a run
    tells of; `repeated` those that several tell of, the ones that they differ on first."""

    line: TargetVerdict
    shares: tuple[Share, ...]
    words: tuple[Word, ...]
    repeated: tuple[Word, ...]

    @property
    def by_run(self) -> list[tuple[Share, list[Word]]]:
        """Each run with the tests of which its word counts."""
        return [(one, [word for word in self.words if word.run == one.run]) for one in self.shares]


def claims_of(runs: Sequence[Run], lines: Sequence[TargetVerdict]) -> list[JoinedClaim]:
    """What the runs together say of each target of `lines`. Raises RunsNotJoined, EvidenceGone,
    EvidenceUnreadable."""
    claims, known = [], dict[int, tuple[CompiledGuideline, Joined]]()
    for line in lines:
        if line.guideline.pk not in known:
            compiled = compiled_guideline(line.guideline)
            known[line.guideline.pk] = compiled, joined(runs, compiled)
        claims.append(_claim(runs, line.guideline, line.target, *known[line.guideline.pk]))
    return claims


def claim_of_submission(submission: Submission) -> JoinedClaim | None:
    """By the amendments that counted when it was decided. None for a claim of one run, for levels,
    and where the runs cannot be joined or read."""
    runs = runs_of_submission(submission)
    if len(runs) == 1 or submission.guideline.is_integration:
        return None
    compiled = compiled_guideline(submission.guideline, amended_when_decided(submission))
    try:
        found = joined(runs, compiled)
    except NOT_JOINED:
        return None
    return _claim(runs, submission.guideline, submission.target, compiled, found)


def verdicts_of_joined(runs: Sequence[Run]) -> list[TargetVerdict]:
    """Of the runs as one by every guideline that runs are judged by; nothing is kept, and nothing
    said where they cannot be joined or read."""
    lines = []
    for guideline in judged_guidelines():
        if guideline.is_integration:
            continue
        compiled = compiled_guideline(guideline)
        try:
            report = joined(runs, compiled).report
        except NOT_JOINED:
            return []
        explained = [evaluate(compiled, report, target) for target in compiled.targets]
        lines += verdicts_on_demand(guideline, explained)
    return lines


def _claim(
    runs: Sequence[Run],
    guideline: Guideline,
    target: str,
    compiled: CompiledGuideline,
    found: Joined,
) -> JoinedClaim:
    aim = compiled.target(target)
    asked = {compiled.tests[at].name for at in aim.counted}
    labelled = {label_of(run): run for run in runs}
    ordered = [labelled[label] for label in found.labels]
    words = [
        Word(
            one.name,
            tuple((ordered[at], state) for at, state in (*one.earlier, (one.run, one.state))),
        )
        for one in found.origins
        if one.name in asked
    ]
    repeated = [word for word in words if word.earlier]
    repeated.sort(key=lambda word: len({state for _, state in word.said}) == 1)
    (line,) = verdicts_on_demand(guideline, [evaluate(compiled, found.report, target)])
    shares = tuple(_share(run, words) for run in ordered)
    return JoinedClaim(line, shares, tuple(words), tuple(repeated))


def _share(run: Run, words: Sequence[Word]) -> Share:
    mine = [word for word in words if word.run == run]
    return Share(
        run=run,
        told=sum(any(one == run for one, _ in word.said) for word in words),
        counts=len(mine),
        passed=sum(word.state is TestState.PASSED for word in mine),
    )
