"""Whether a capability is proved by a set of runs: its test passed and the footprint agrees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from certification.engine.footprint.model import Mode
from certification.engine.integration.applicability import Applicability
from certification.engine.integration.condition import OfOneRun, OfTwoRuns
from certification.engine.integration.condition_reading import read_condition
from certification.engine.integration.model import (
    CapabilityOutcome,
    CapabilityRule,
    EvidenceClass,
    EvidenceRun,
    IntegrationRules,
    Outcome,
)
from certification.engine.report import TestState

_Compiled = OfOneRun | OfTwoRuns | None

#: From worst to best: of several runs the best outcome counts.
_RANK = (
    Outcome.MISSING,
    Outcome.SKIPPED,
    Outcome.FAILED,
    Outcome.NOT_PROVED,
    Outcome.PASSED,
)
_UNPASSED = {
    TestState.FAILED: Outcome.FAILED,
    TestState.SKIPPED: Outcome.SKIPPED,
    TestState.MISSING: Outcome.MISSING,
}


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one run (or two of them) says of a capability. `strength` is the weakest class among
    the runs that it needs, `measured` whether the test came to a result: passed or failed."""

    outcome: Outcome
    mode: Mode
    strength: EvidenceClass
    run: EvidenceRun
    measured: bool

    @property
    def rank(self) -> tuple[int, bool, int, str, str]:
        return (
            _RANK.index(self.outcome),
            self.mode is Mode.DEFAULT,
            self.strength,
            self.run.ended,
            self.run.evidence_sha256,
        )


Sightings = Mapping[str, Sequence[Sighting]]


def sightings_of(
    rules: IntegrationRules, runs: Sequence[EvidenceRun], version: str
) -> dict[str, tuple[Sighting, ...]]:
    """By capability. Runs of another product version than `version` only count as the second run
    where two are asked for."""
    own = [run for run in runs if not version or run.product_version == version]
    return {
        rule.id: tuple(_sightings(rule, _compiled(rule), own, runs))
        for rule in rules.capabilities.values()
    }


def _compiled(rule: CapabilityRule) -> _Compiled:
    if rule.condition is None:
        return None
    return read_condition(rule.condition, f"capabilities.{rule.id}.condition")


def _sightings(
    rule: CapabilityRule,
    condition: _Compiled,
    own: Sequence[EvidenceRun],
    runs: Sequence[EvidenceRun],
) -> Iterator[Sighting]:
    for run in own:
        state = run.results.get(rule.id, TestState.MISSING)
        if isinstance(condition, OfTwoRuns):
            yield from _with_partners(rule, condition, run, state, runs)
        else:
            holds = condition is None or condition.holds(run)
            proved = condition is not None and holds
            yield _sighting(run, state, _outcome(state, holds, proved))


def _with_partners(
    rule: CapabilityRule,
    condition: OfTwoRuns,
    run: EvidenceRun,
    state: TestState,
    runs: Sequence[EvidenceRun],
) -> Iterator[Sighting]:
    """The run alone proves nothing; with each partner it may."""
    yield _sighting(run, state, _outcome(state, holds=False, shown=False))
    for partner in condition.partners(run, runs):
        passed_there = partner.results.get(rule.id) is TestState.PASSED
        if state is TestState.PASSED and (passed_there or not condition.both_pass):
            option = Mode.OPTION in {run.mode, partner.mode}
            yield Sighting(
                Outcome.PASSED,
                Mode.OPTION if option else Mode.DEFAULT,
                min(run.evidence_class, partner.evidence_class),
                run,
                measured=True,
            )


def _outcome(state: TestState, holds: bool, shown: bool) -> Outcome:
    """`shown`: there is a footprint condition, and it holds. A failed test stays failed."""
    if state is TestState.PASSED:
        return Outcome.PASSED if holds else Outcome.NOT_PROVED
    if shown and state is not TestState.FAILED:
        return Outcome.NOT_PROVED
    return _UNPASSED[state]


def _sighting(run: EvidenceRun, state: TestState, outcome: Outcome) -> Sighting:
    measured = state in {TestState.PASSED, TestState.FAILED}
    return Sighting(outcome, run.mode, run.evidence_class, run, measured)


def best(sightings: Sequence[Sighting]) -> Sighting | None:
    return max(sightings, key=lambda one: one.rank, default=None)


def at_least(sightings: Sightings, floor: EvidenceClass) -> Sightings:
    """Those that rest on evidence of this class or better."""
    return {
        capability: [one for one in seen if one.strength >= floor]
        for capability, seen in sightings.items()
    }


def outcomes_of(
    rules: IntegrationRules, applicability: Applicability, sightings: Sightings
) -> dict[str, CapabilityOutcome]:
    """One per capability, in the guideline's order."""
    return {
        rule.id: _outcome_of(rule, applicability, best(sightings[rule.id]))
        for rule in rules.capabilities.values()
    }


def _outcome_of(
    rule: CapabilityRule, applicability: Applicability, sighting: Sighting | None
) -> CapabilityOutcome:
    outcome = sighting.outcome if sighting else Outcome.MISSING
    seen = sighting is not None and outcome is not Outcome.MISSING
    explanation = _explanation(rule, sighting, outcome)
    if not applicability.applies(rule.id):
        outcome, explanation = Outcome.NOT_APPLICABLE, applicability.not_applicable[rule.id]
    return CapabilityOutcome(
        capability=rule.id,
        axis=rule.axis,
        outcome=outcome,
        flagged=rule.flagged,
        mode=sighting.mode if sighting and seen else None,
        run=sighting.run.evidence_sha256 if sighting and seen else "",
        explanation=explanation,
    )


def _explanation(rule: CapabilityRule, sighting: Sighting | None, outcome: Outcome) -> str:
    if sighting is None or outcome is Outcome.MISSING:
        return "No run holds a result of this test."
    state = sighting.run.results.get(rule.id, TestState.MISSING)
    reason = sighting.run.reasons.get(rule.id, "")
    if outcome is Outcome.PASSED:
        return ""
    if outcome is Outcome.NOT_PROVED and state is TestState.PASSED:
        return f"The test passed, but the footprint does not show it: {rule.condition_words}"
    if outcome is Outcome.NOT_PROVED:
        return f"The footprint shows it, but the test {_SAID[state]}. {reason}".strip()
    return f"The test {_SAID[state]}. {reason}".strip()


_SAID = {
    TestState.FAILED: "failed",
    TestState.SKIPPED: "was skipped",
    TestState.MISSING: "has no result",
}
