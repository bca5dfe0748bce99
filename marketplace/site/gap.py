"""The way from a run to a pass: what is missing, failed or skipped, by cause."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from certification.engine.guideline.model import CapabilityStatus
from certification.engine.report import TestState
from certification.engine.verdict import Evaluation, Match, Step, TestResult
from marketplace.site.mending import Hint, hint_for

_FOUND = {
    Match.NAME: gettext_noop("found by its name"),
    Match.ALIAS: gettext_noop("found under a former name"),
    Match.ID: gettext_noop("found by its id under another name"),
    Match.FIXTURE: gettext_noop("told by the set-up of its class"),
    Match.NONE: gettext_noop("not in the run"),
}


@dataclass(frozen=True, slots=True)
class OpenTest:
    """A counted test that did not pass. `capabilities` are the required ones that ask for it."""

    result: TestResult
    capabilities: tuple[str, ...]

    @property
    def method(self) -> str:
        return self.result.name.partition("(")[0].rpartition(".")[2]

    @property
    def found(self) -> str:
        return gettext(_FOUND[self.result.match])


@dataclass(frozen=True, slots=True)
class Cause:
    """Tests that are mended together. `quoted` is true where the words are the run's own."""

    state: TestState
    words: str
    quoted: bool
    hint: Hint
    tests: tuple[OpenTest, ...]

    @property
    def capabilities(self) -> tuple[str, ...]:
        return tuple(sorted({name for test in self.tests for name in test.capabilities}))


def causes_of(evaluation: Evaluation) -> list[Cause]:
    """In the order of the shortest path: what costs least first."""
    open_tests = _open_tests(evaluation)
    return [_cause(step, open_tests, evaluation) for step in evaluation.shortest_path.steps]


def _cause(step: Step, open_tests: dict[str, OpenTest], evaluation: Evaluation) -> Cause:
    tests = tuple(open_tests[name] for name in step.tests)
    first = tests[0].result
    return Cause(
        state=step.state,
        words=step.cause,
        quoted=bool(first.reason),
        hint=hint_for(step.state, step.cause, first.match, evaluation.evidence),
        tests=tests,
    )


def _open_tests(evaluation: Evaluation) -> dict[str, OpenTest]:
    asked_by: dict[str, list[str]] = defaultdict(list)
    results: dict[str, TestResult] = {}
    for capability in evaluation.capabilities:
        if capability.status is not CapabilityStatus.REQUIRED:
            continue
        for test in capability.tests:
            if test.flagged or test.waived or test.state is TestState.PASSED:
                continue
            asked_by[test.name].append(capability.id)
            results[test.name] = test
    return {name: OpenTest(test, tuple(asked_by[name])) for name, test in results.items()}
