"""The explaining path for those who store counts: each test is looked for once for all targets."""

from __future__ import annotations

from certification.engine.report import Report, TestState
from certification.engine.verdict.compiled import CompiledGuideline
from certification.engine.verdict.evaluation import EvidenceFacts
from certification.engine.verdict.masks import Summary, summary_of
from certification.engine.verdict.sighting import RunIndex


def summaries_of(compiled: CompiledGuideline, report: Report) -> dict[str, Summary]:
    """By target name what `evaluate` says without waivers, for any run; no names, no reasons of
    single tests. It is for what a bitmap cannot tell."""
    index, facts = RunIndex(compiled, report), EvidenceFacts.of(report)
    wanted = {i for aim in compiled.targets.values() for i in aim.counted}
    states = {i: index.state(compiled.tests[i]) for i in wanted}
    found = {}
    for name, aim in compiled.targets.items():
        counted = [states[i] for i in aim.counted]
        short = (
            counted.count(TestState.FAILED),
            counted.count(TestState.SKIPPED),
            counted.count(TestState.MISSING),
        )
        found[name] = summary_of(aim.problem, facts, len(counted), short)
    return found
