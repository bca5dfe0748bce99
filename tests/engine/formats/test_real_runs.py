"""Genuine Tempest runs, as stestr keeps them and as it sends them on."""

from __future__ import annotations

import gzip
from collections import Counter

import pytest

from certification.engine.formats import parse_report, parse_report_stream
from certification.engine.report import EvidenceFormat, Report
from tests.engine.formats.building import (
    FAILED,
    PASSED,
    RUNS,
    SKIPPED,
    pieces,
    read_by_subunit,
    states_of,
)

NAMES = ("identity-serial", "objectstore-image-serial", "guideline-2020.06-parallel3")


def raw(name: str, form: str) -> bytes:
    return (RUNS / f"{name}.{form}.gz").read_bytes()


def report(name: str, form: str = "v2") -> Report:
    return parse_report(raw(name, form))


@pytest.mark.parametrize("form", ["v1", "v2"])
@pytest.mark.parametrize(
    ("name", "passed_failed_skipped", "fixtures", "events_and_workers"),
    [
        ("identity-serial", (78, 0, 1), 1, (240, 1)),
        ("objectstore-image-serial", (190, 12, 15), 9, (691, 1)),
        ("guideline-2020.06-parallel3", (338, 3, 6), 1, (1044, 3)),
    ],
)
def test_counts_are_those_of_the_run(
    name: str,
    passed_failed_skipped: tuple[int, int, int],
    fixtures: int,
    events_and_workers: tuple[int, int],
    form: str,
) -> None:
    found = report(name, form)
    states = (PASSED, FAILED, SKIPPED)
    assert tuple(found.count(state) for state in states) == passed_failed_skipped
    assert len(found.fixtures) == fixtures
    assert {fixture.state for fixture in found.fixtures} == {SKIPPED}
    assert (found.events, found.workers) == events_and_workers
    assert (found.damage, found.warnings, found.looks_incomplete) == (None, (), False)


@pytest.mark.parametrize("name", NAMES)
def test_both_forms_of_a_run_give_the_same_report(name: str) -> None:
    text, binary = report(name, "v1"), report(name, "v2")
    assert (text.format, binary.format) == (EvidenceFormat.SUBUNIT_V1, EvidenceFormat.SUBUNIT_V2)
    assert text.entries == binary.entries
    assert text.fixtures == binary.fixtures
    assert (text.started_at, text.ended_at) == (binary.started_at, binary.ended_at)


@pytest.mark.parametrize("name", NAMES)
def test_states_are_those_that_python_subunit_reads(name: str) -> None:
    expected = states_of(read_by_subunit(gzip.decompress(raw(name, "v2"))))
    found = report(name)
    mine = {(entry.name, entry.idempotent_id): entry.state for entry in found.entries}
    mine |= {(f"{f.kind} ({f.scope})", ""): f.state for f in found.fixtures}
    assert mine == expected


@pytest.mark.parametrize("form", ["v1", "v2"])
def test_how_a_run_is_cut_into_pieces_changes_nothing(form: str) -> None:
    stream = gzip.decompress(raw("identity-serial", form))
    whole = parse_report(stream)
    for size in (13, 1000, 70_000):
        assert parse_report_stream(pieces(stream, size)) == whole


def test_reasons_of_skips_are_kept_and_nothing_else() -> None:
    found = report("objectstore-image-serial")
    reasons = Counter(entry.reason for entry in found.entries if entry.state is SKIPPED)
    assert "" not in reasons
    assert reasons["Skipped until bug: https://launchpad.net/bugs/2030527 is resolved."] == 1
    assert all(entry.reason == "" for entry in found.entries if entry.state is not SKIPPED)
    assert found.fixtures[0].reason == "Target system is not configured with glance caching"


def test_times_are_those_of_the_run() -> None:
    found = report("guideline-2020.06-parallel3")
    assert found.started_at is not None
    assert found.ended_at is not None
    assert found.ended_at - found.started_at == pytest.approx(311.15, abs=0.01)
    assert all(
        entry.started_at is not None
        and entry.ended_at is not None
        and found.started_at <= entry.started_at <= entry.ended_at <= found.ended_at
        for entry in found.entries
    )


@pytest.mark.slow
@pytest.mark.parametrize("form", ["v1", "v2"])
def test_a_run_cut_anywhere_never_gains_a_pass(form: str) -> None:
    stream = gzip.decompress(raw("identity-serial", form))
    passed = {entry.name for entry in parse_report(stream).entries if entry.state is PASSED}
    for size in range(3_000, len(stream), 6_007):
        cut = parse_report(stream[:size])
        assert {entry.name for entry in cut.entries if entry.state is PASSED} < passed
        assert cut.damage is not None or len(cut.entries) < 79
