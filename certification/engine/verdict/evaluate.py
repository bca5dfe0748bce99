"""The explaining path: one run against one target, with the reason for every test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from certification.engine.guideline.model import CapabilityStatus, Flag, Target
from certification.engine.report import Report, TestState
from certification.engine.verdict.compiled import (
    CompiledCapability,
    CompiledGuideline,
    CompiledTarget,
)
from certification.engine.verdict.evaluation import (
    CapabilityResult,
    CapabilityState,
    Evaluation,
    EvidenceFacts,
    RequiredCounts,
    TestResult,
    Verdict,
)
from certification.engine.verdict.remarks import remarks
from certification.engine.verdict.ruling import rule
from certification.engine.verdict.shortest_path import shortest_path
from certification.engine.verdict.sighting import RunIndex, Sighting
from certification.engine.verdict.waiver import Waiver, waived_tests


def evaluate(
    compiled: CompiledGuideline,
    report: Report,
    target: str | Target,
    waivers: Iterable[Waiver] = (),
) -> Evaluation:
    """Judge a run. Pure: the same inputs give the same bytes, whatever the order of entries.

    Raises TargetUnknown and WaiverMisplaced.
    """
    given = tuple(sorted(waivers, key=lambda waiver: waiver.digest))
    aim = compiled.target(target)
    waived, unknown = waived_tests(compiled, aim, given)
    judged = _Judged(compiled, aim, waived, _sightings(compiled, aim, report))
    facts = EvidenceFacts.of(report)
    counts = judged.counts()
    verdict, reasons = rule(aim.problem, facts, counts)
    guideline = compiled.guideline
    return Evaluation(
        guideline_id=guideline.id,
        guideline_digest=guideline.digest,
        amendments=compiled.amendments,
        waivers=tuple(waiver.digest for waiver in given),
        target=aim.target.name,
        target_title=aim.target.title,
        evidence=facts,
        verdict=verdict,
        reasons=reasons,
        required=counts,
        capabilities=judged.capabilities(),
        missing=judged.names(TestState.MISSING),
        failed=judged.names(TestState.FAILED),
        skipped=judged.names(TestState.SKIPPED),
        flagged=judged.names_of(aim.flagged),
        waived=judged.names_of(waived),
        not_tested=judged.not_tested(),
        warnings=remarks(report, facts, judged.named_sightings(), unknown),
        shortest_path=shortest_path(
            f"{aim.target.title} {guideline.id}", judged.unmet(), verdict is not Verdict.ERROR
        ),
    )


def _sightings(
    compiled: CompiledGuideline, aim: CompiledTarget, report: Report
) -> dict[int, Sighting]:
    index = RunIndex(compiled, report)
    wanted = {
        i
        for capability in aim.capabilities
        if capability.status is not CapabilityStatus.REMOVED
        for i, _ in capability.tests
    }
    return {i: index.find(compiled.tests[i]) for i in sorted(wanted)}


@dataclass(frozen=True, slots=True)
class _Judged:
    compiled: CompiledGuideline
    aim: CompiledTarget
    waived: Mapping[int, str]
    sightings: Mapping[int, Sighting]

    def counted(self) -> list[int]:
        return [i for i in self.aim.counted if i not in self.waived]

    def names_of(self, indexes: Iterable[int]) -> tuple[str, ...]:
        return tuple(sorted(self.compiled.tests[i].name for i in indexes))

    def names(self, state: TestState) -> tuple[str, ...]:
        return self.names_of(i for i in self.counted() if self.sightings[i].state is state)

    def unmet(self) -> list[tuple[TestState, str, str]]:
        found = [(self.sightings[i], self.compiled.tests[i].name) for i in self.counted()]
        return [(s.state, name, s.reason) for s, name in found if s.state is not TestState.PASSED]

    def named_sightings(self) -> list[tuple[str, str, Sighting]]:
        tests = self.compiled.tests
        return [(tests[i].name, tests[i].idempotent_id, s) for i, s in self.sightings.items()]

    def counts(self) -> RequiredCounts:
        states = [self.sightings[i].state for i in self.counted()]
        flagged = [self.sightings[i].state for i in self.aim.flagged]
        return RequiredCounts(
            total=len(states),
            passed=states.count(TestState.PASSED),
            failed=states.count(TestState.FAILED),
            skipped=states.count(TestState.SKIPPED),
            missing=states.count(TestState.MISSING),
            flagged=len(flagged),
            flagged_passed=flagged.count(TestState.PASSED),
            waived=len(self.waived),
        )

    def not_tested(self) -> tuple[str, ...]:
        return tuple(
            capability.id
            for capability in self.aim.capabilities
            if capability.status is CapabilityStatus.REQUIRED
            and all(flag for _, flag in capability.tests)
        )

    def capabilities(self) -> tuple[CapabilityResult, ...]:
        return tuple(
            self._capability(capability)
            for capability in self.aim.capabilities
            if capability.status is not CapabilityStatus.REMOVED
        )

    def _capability(self, capability: CompiledCapability) -> CapabilityResult:
        tests = tuple(self._test(i, flag) for i, flag in capability.tests)
        counted = [test for test in tests if not test.flagged and not test.waived]
        passed = sum(test.state is TestState.PASSED for test in counted)
        if counted:
            state = CapabilityState.PASSED if passed == len(counted) else CapabilityState.FAILED
        elif any(test.waived for test in tests):
            state = CapabilityState.WAIVED
        else:
            state = CapabilityState.NOT_TESTED
        return CapabilityResult(
            capability.id,
            capability.project,
            capability.status,
            state,
            len(counted),
            passed,
            tests,
        )

    def _test(self, i: int, flag: Flag | None) -> TestResult:
        test, sighting = self.compiled.tests[i], self.sightings[i]
        return TestResult(
            name=test.name,
            idempotent_id=test.idempotent_id,
            state=sighting.state,
            match=sighting.match,
            seen_as=sighting.seen_as,
            reason=sighting.reason,
            flagged=flag is not None,
            flag_reason=flag.reason if flag else "",
            waived=i in self.waived,
            waiver_reason=self.waived.get(i, ""),
        )
