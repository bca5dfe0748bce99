"""Genuine Tempest runs against the shipped guideline, and against 2020.06 where it is at hand."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from certification.engine.formats import parse_report
from certification.engine.guideline import parse_guideline
from certification.engine.report import Report
from certification.engine.verdict import (
    CompiledGuideline,
    EvidenceFacts,
    Match,
    TestDictionary,
    compile_guideline,
    compile_masks,
    evaluate,
    keys_of,
    verdict_of,
)
from certification.guidelines import shipped_bytes, shipped_inventories
from tests.engine.verdict.building import PUBLISHED, run_files

WHOLE = "guideline-2020.06-parallel3.v2.gz"
pytestmark = pytest.mark.skipif(not run_files(), reason="no genuine run is at hand")


@cache
def report_of(name: str) -> Report:
    (path,) = (path for path in run_files() if path.name == name)
    return parse_report(path.read_bytes())


@cache
def shipped(guideline_id: str) -> CompiledGuideline:
    return compile_guideline(parse_guideline(shipped_bytes(guideline_id)))


@cache
def historic() -> CompiledGuideline:
    path = PUBLISHED / "2020.06.json"
    if not path.exists():
        pytest.skip("guideline 2020.06 is not beside the project")
    return compile_guideline(parse_guideline(path.read_bytes()))


@pytest.mark.slow
def test_the_whole_run_against_2020_06() -> None:
    storage = evaluate(historic(), report_of(WHOLE), "OpenStack Powered Storage")
    assert (storage.verdict, storage.required.total, storage.required.passed) == ("passed", 58, 58)
    compute = evaluate(historic(), report_of(WHOLE), "os_powered_compute")
    counts = compute.required
    assert (counts.total, counts.passed, counts.failed, counts.skipped, counts.missing) == (
        217,
        204,
        1,
        12,
        0,
    )
    assert (counts.total + counts.flagged, counts.passed + counts.flagged_passed) == (228, 212)
    by_fixture = [
        test
        for capability in compute.capabilities
        for test in capability.tests
        if test.match is Match.FIXTURE
    ]
    assert len(by_fixture) == 10
    assert {test.name.split(".")[-2] for test in by_fixture} == {"ListUserImagesTest"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("target", "verdict", "total", "passed"),
    [("object", "passed", 58, 58), ("compute", "failed", 217, 204)],
)
def test_the_whole_run_against_2026_11(target: str, verdict: str, total: int, passed: int) -> None:
    evaluation = evaluate(shipped("2026.11"), report_of(WHOLE), target)
    assert evaluation.verdict == verdict
    assert (evaluation.required.total, evaluation.required.passed) == (total, passed)


@pytest.mark.slow
def test_readiness_for_the_next_guideline_is_a_matter_of_a_few_tests() -> None:
    evaluation = evaluate(shipped("2027.05"), report_of(WHOLE), "object")
    assert evaluation.shortest_path.sentence == (
        "1 test short of Object Storage 2027.05: 1 missing "
        "(tempest.api.object_storage.test_object_expiry.ObjectExpiryTest)."
    )


@pytest.mark.slow
@pytest.mark.parametrize("path", run_files(), ids=lambda path: path.name)
def test_both_paths_agree_on_every_genuine_run(path: Path) -> None:
    report = report_of(path.name)
    for guideline_id in ("2026.11", "2027.05"):
        compiled = shipped(guideline_id)
        dictionary = TestDictionary(keys_of(compiled))
        for tests in shipped_inventories().values():
            dictionary.grow(tests)
        bitmap = dictionary.bitmap_of(report)
        assert bitmap.exact
        for name, masks in compile_masks(compiled, dictionary).items():
            explained = evaluate(compiled, report, name)
            summary = verdict_of(masks, bitmap, EvidenceFacts.of(report))
            assert (summary.verdict, summary.reasons) == (explained.verdict, explained.reasons)
            assert summary.missing_tests == explained.missing
            assert summary.skipped_tests == explained.skipped
            assert summary.failed_tests == explained.failed
