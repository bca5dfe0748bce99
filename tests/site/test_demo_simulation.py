"""Simulated runs read as Tempest's own do, and look plausible where naive ones do not."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations

import pytest

from certification.engine.anomalies import anomalies
from certification.engine.formats import parse_report
from certification.engine.odd_clocks import odd_clocks
from certification.engine.report import Report, TestState
from certification.engine.time_likeness import likeness
from certification.guidelines import usual_times
from marketplace.site.demo.market import MARKET
from marketplace.site.demo.market.story import Attempt
from marketplace.site.demo.scripts import NOT_OFFERED, every_test, script_of
from marketplace.site.demo.simulation import Script, simulated_passes, simulated_run
from tests.engine.formats.building import read_by_subunit, states_of

BEGAN = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
LATER = BEGAN.timestamp() + 86_400
PASSED, FAILED, SKIPPED = TestState.PASSED, TestState.FAILED, TestState.SKIPPED


def stream(
    script: Script, cloud: str = "kelp/cloud", run: str = "first", workers: int = 4
) -> bytes:
    return simulated_run(script, cloud=cloud, run=run, began_at=BEGAN, workers=workers)


SMALL = Script([f"demo.api.Tests{n // 5}.test_{n}[id-{n:08x}]" for n in range(40)])


def report_of(attempt: Attempt, cloud: str) -> Report:
    return parse_report(stream(script_of(attempt, cloud), cloud))


def test_python_subunit_reads_the_same_in_it_as_we_do() -> None:
    script = replace(
        SMALL,
        failed=["demo.api.Tests0.test_3"],
        skipped={"demo.api.Tests2.test_11": NOT_OFFERED * 3},
        missing=["demo.api.Tests7.test_39"],
    )
    raw = stream(script)
    report = parse_report(raw)
    expected = states_of(read_by_subunit(gzip.decompress(raw)))
    assert {(entry.name, entry.idempotent_id): entry.state for entry in report.entries} == expected
    assert (report.count(PASSED), report.count(FAILED), report.count(SKIPPED)) == (37, 1, 1)
    [skipped] = [entry for entry in report.entries if entry.state is SKIPPED]
    assert skipped.reason == NOT_OFFERED * 3
    assert (report.workers, report.warnings, report.damage) == (4, (), None)
    assert report.started_at is not None
    assert report.started_at >= BEGAN.timestamp()


def test_equal_arguments_give_equal_bytes() -> None:
    assert stream(SMALL) == stream(SMALL)
    assert stream(SMALL) != stream(SMALL, run="second")
    assert stream(SMALL) != stream(SMALL, cloud="kelp/other")


@pytest.mark.slow
def test_every_run_of_the_market_looks_plausible() -> None:
    for vendor, product in MARKET.products:
        for release in product.releases:
            for attempt in release.attempts:
                report = report_of(attempt, f"{vendor.name}/{product.name}")
                signs = (*anomalies(report), *odd_clocks(report, LATER, usual_times()))
                odd = [one.code for one in signs]
                told = ["times-rounded"] if attempt.whole_ms else []
                assert odd == told, (product.name, attempt.target)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2, 8])
@pytest.mark.parametrize("target", ["platform", "compute", "object"])
def test_any_number_of_workers_looks_plausible(target: str, workers: int) -> None:
    for number in range(8):
        report = parse_report(
            stream(Script(every_test(target)), cloud=f"cloud-{number}", workers=workers)
        )
        signs = (*anomalies(report), *odd_clocks(report, LATER, usual_times()))
        assert (signs, report.workers) == ((), workers)


@pytest.mark.slow
def test_clouds_of_the_market_are_no_copies_of_each_other() -> None:
    attempt = Attempt("platform", "gazpacho", 10)
    reports = [
        report_of(attempt, f"{vendor.name}/{product.name}")
        for vendor, product in MARKET.products[:24]
    ]
    for one, other in combinations(reports, 2):
        assert likeness(one, other) is None


def test_a_script_fails_as_many_required_tests_as_told() -> None:
    attempt = Attempt("compute", "gazpacho", 10, failed=3, skipped=2, missing=4)
    script = script_of(attempt, "kelp/cloud")
    assert (len(script.failed), len(script.missing)) == (3, 4)
    assert sorted(script.skipped.values()).count(NOT_OFFERED) == 2
    assert script == script_of(attempt, "kelp/cloud")
    assert script.failed != script_of(attempt, "rook/cloud").failed


def test_passes_alone_carry_neither_times_nor_failures() -> None:
    script = replace(SMALL, failed=["demo.api.Tests0.test_3"])
    report = parse_report(simulated_passes(script, cpid="kelp", run="first"))
    assert (report.passes_only, report.cpid, len(report.entries)) == (True, "kelp", 39)
    assert all(entry.idempotent_id for entry in report.entries)
