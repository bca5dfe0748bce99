"""The verdict rules once more, with plain sets and no cleverness, to hold the real ones against."""

from __future__ import annotations

from typing import NamedTuple

from certification.engine.guideline import CapabilityStatus, Guideline, GuidelineTest, Target
from certification.engine.report import Entry, Report, TestState


class Answer(NamedTuple):
    verdict: str
    failed: list[str]
    skipped: list[str]
    missing: list[str]
    total: int


def reference_answer(guideline: Guideline, target: Target, report: Report) -> Answer:
    required = _required_capabilities(guideline, target)
    if any(capability not in guideline.capabilities for capability in required):
        return Answer("error", [], [], [], 0)
    counted: dict[tuple[str, str], None] = {}
    for capability in required:
        for test in guideline.capabilities[capability].tests:
            if test.flag is None:
                counted[test.name, test.idempotent_id] = None
    names = {t.name for c in guideline.capabilities.values() for t in c.tests}
    names |= {a for c in guideline.capabilities.values() for t in c.tests for a in t.aliases}
    states = [(key[0], _state(key, guideline, names, report)) for key in counted]
    by_state = {
        state: sorted(name for name, found in states if found is state) for state in TestState
    }
    verdict = "failed"
    if not counted or not (report.entries or report.fixtures):
        verdict = "error"
    elif len(by_state[TestState.PASSED]) == len(counted) and report.damage is None:
        verdict = "passed"
    return Answer(
        verdict,
        by_state[TestState.FAILED],
        by_state[TestState.SKIPPED],
        by_state[TestState.MISSING],
        len(counted),
    )


def _required_capabilities(guideline: Guideline, target: Target) -> set[str]:
    return {
        capability
        for component in target.components
        for capability in guideline.components[component].capabilities[CapabilityStatus.REQUIRED]
    }


def _state(
    key: tuple[str, str], guideline: Guideline, names: set[str], report: Report
) -> TestState:
    name, wanted_id = key
    twins = [
        t
        for c in guideline.capabilities.values()
        for t in c.tests
        if (t.name, t.idempotent_id) == key
    ]
    aliases = {alias for twin in twins for alias in twin.aliases} - {name}
    tiers = (
        {e for e in report.entries if e.name == name and _same_id(e, wanted_id)},
        {e for e in report.entries if e.name in aliases and _same_id(e, wanted_id)},
        {
            e
            for e in report.entries
            if wanted_id and e.idempotent_id == wanted_id and e.name not in names
        },
    )
    for tier in tiers:
        if tier:
            return _worst({e.state for e in tier})
    return _worst(_fixture_states({name} | aliases, report))


def _same_id(entry: Entry, wanted_id: str) -> bool:
    return entry.idempotent_id in ("", wanted_id) or not wanted_id


def _fixture_states(names: set[str], report: Report) -> set[TestState]:
    return {
        fixture.state
        for fixture in report.fixtures
        if fixture.kind == "setUpClass" and fixture.state is not TestState.PASSED
        if any(name.startswith(fixture.scope + ".") for name in names)
    }


def _worst(states: set[TestState]) -> TestState:
    for state in (TestState.FAILED, TestState.SKIPPED, TestState.PASSED):
        if state in states:
            return state
    return TestState.MISSING


def all_tests(guideline: Guideline) -> list[GuidelineTest]:
    return [test for c in guideline.capabilities.values() for test in c.tests]
