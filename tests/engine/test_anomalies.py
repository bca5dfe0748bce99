"""Times that were made up are noticed; honest runs are left in peace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from msgspec import structs

from certification.engine.anomalies import anomalies
from certification.engine.formats import parse_report
from certification.engine.report import Entry, EvidenceFormat, Fixture, Report
from certification.engine.time_likeness import likeness
from tests.engine.formats.building import FAILED, PASSED, RUNS, SKIPPED

BEGAN = 1_790_000_000.0
CREATE = "tempest.api.compute.servers.test_servers.ServersTestJSON.test_create_server_with_key"
Durations = Callable[[Random], float]


def genuine(name: str, form: str = "v2") -> Report:
    return parse_report((RUNS / f"{name}.{form}.gz").read_bytes())


def codes(report: Report) -> list[str]:
    return [found.code for found in anomalies(report)]


def in_a_row(
    seconds: list[float], *, gap_s: float = 0.0, workers: int = 1, name: str = "demo.Tests.test_"
) -> Report:
    """Passed tests of these durations, one after the other on one worker."""
    entries, clock = [], BEGAN
    for number, duration in enumerate(seconds):
        ended = clock + duration
        entries.append(Entry(f"{name}{number:04}", "", PASSED, "", clock, ended))
        clock = ended + gap_s
    return Report(
        EvidenceFormat.SUBUNIT_V2,
        tuple(entries),
        workers=workers,
        started_at=BEGAN,
        ended_at=clock,
    )


def plausible(count: int = 120) -> Report:
    luck = Random(7)
    return in_a_row([luck.lognormvariate(-2, 1.6) for _ in range(count)], gap_s=0.31)


@pytest.mark.parametrize("form", ["v1", "v2"])
@pytest.mark.parametrize(
    "name", ["identity-serial", "objectstore-image-serial", "guideline-2020.06-parallel3"]
)
def test_genuine_runs_are_not_flagged(name: str, form: str) -> None:
    assert anomalies(genuine(name, form)) == ()


@pytest.mark.parametrize("service", ["compute", "network", "volume", "object_storage"])
def test_parts_of_a_genuine_run_are_not_flagged(service: str) -> None:
    report = genuine("guideline-2020.06-parallel3")
    part = tuple(entry for entry in report.entries if f"tempest.api.{service}." in entry.name)
    assert len(part) > 50
    assert anomalies(replace(report, entries=part)) == ()


def test_a_plausible_run_is_not_flagged() -> None:
    assert anomalies(plausible()) == ()


@pytest.mark.parametrize(
    ("duration", "gap_s", "code"),
    [
        (lambda _luck: 1.0, 0.5, "times-constant"),
        (lambda luck: luck.uniform(0.1, 2.0), 0.5, "times-even"),
        (lambda luck: luck.uniform(0.0, 2.0), 0.5, "times-even"),
        (lambda luck: luck.gauss(1.0, 0.2), 0.5, "times-even"),
        (lambda luck: float(luck.randint(1, 60)), 0.5, "times-rounded"),
        (lambda luck: round(luck.expovariate(1), 2), 0.5, "times-rounded"),
        (lambda luck: luck.lognormvariate(-1, 1.5), 0.0, "times-adjoining"),
        (lambda luck: luck.lognormvariate(-9, 1.5), 0.5, "times-instant"),
        (lambda _luck: 0.0, 0.5, "times-constant"),
        (lambda luck: -luck.random(), 2.0, "times-reversed"),
    ],
)
def test_naively_invented_times_are_flagged(duration: Durations, gap_s: float, code: str) -> None:
    luck = Random(11)
    found = codes(in_a_row([duration(luck) for _ in range(200)], gap_s=gap_s))
    assert code in found


def test_tests_that_all_begin_together_are_flagged() -> None:
    row = plausible()
    together = tuple(
        structs.replace(
            e, started_at=BEGAN, ended_at=BEGAN + (e.ended_at or 0) - (e.started_at or 0)
        )
        for e in row.entries
    )
    ended = max(entry.ended_at or 0 for entry in together)
    found = codes(replace(row, entries=together, ended_at=ended))
    assert found == ["times-overlap", "times-sum"]


def test_as_many_at_once_as_there_are_workers_is_what_workers_are_for() -> None:
    one = plausible()
    other = tuple(structs.replace(entry, name=f"other.{entry.name}") for entry in one.entries)
    assert anomalies(replace(one, entries=one.entries + other, workers=2)) == ()
    assert "times-overlap" in codes(replace(one, entries=one.entries + other, workers=1))


@pytest.mark.parametrize("seconds", [0.0, 0.004])
def test_a_server_made_in_no_time_is_flagged(seconds: float) -> None:
    row = plausible()
    quick = Entry(CREATE, "", PASSED, "", BEGAN, BEGAN + seconds)
    found = anomalies(replace(row, entries=(*row.entries, quick), workers=2))
    assert [one.code for one in found] == ["times-impossible"]
    assert CREATE in found[0].text


def test_a_server_refused_or_not_tried_may_be_quick() -> None:
    row = plausible()
    refused = CREATE.replace("ServersTestJSON", "ServersNegativeTestJSON")
    quick = (
        Entry(refused, "", PASSED, "", BEGAN, BEGAN + 0.01),
        Entry(CREATE, "", SKIPPED, "not offered", BEGAN, BEGAN + 0.0001),
        Entry(f"{CREATE}_2", "", FAILED, "", BEGAN, BEGAN + 0.0001),
    )
    assert anomalies(replace(row, entries=row.entries + quick, workers=4)) == ()


def test_passed_tests_without_times_are_flagged() -> None:
    row = plausible()
    bare = Entry("demo.Tests.test_bare", "", PASSED)
    found = anomalies(replace(row, entries=(*row.entries, bare)))
    assert [one.code for one in found] == ["times-absent"]
    assert found[0].text.startswith("1 passed tests")


def test_a_pass_under_a_set_up_that_failed_is_a_contradiction() -> None:
    row = plausible()
    broken = Fixture("demo.Tests", "setUpClass", FAILED)
    assert codes(replace(row, fixtures=(broken,))) == ["fixture-contradicted"]
    elsewhere = Fixture("demo.TestsOfMore", "setUpClass", FAILED)
    assert codes(replace(row, fixtures=(elsewhere,))) == []


def test_formats_without_times_have_nothing_to_look_at() -> None:
    entries = (Entry("demo.Tests.a", "", PASSED),)
    report = Report(EvidenceFormat.REFSTACK_JSON, entries, passes_only=True)
    assert anomalies(report) == ()
    assert likeness(report, report) is None


def altered(report: Report, change: Callable[[float, Random], float], seed: int = 3) -> Report:
    """A copy whose every duration was changed, otherwise in its times as it was."""
    luck = Random(seed)
    return replace(
        report,
        entries=tuple(
            structs.replace(
                entry,
                started_at=BEGAN,
                ended_at=BEGAN + change(entry.ended_at - entry.started_at, luck),
            )
            for entry in report.entries
            if entry.started_at is not None and entry.ended_at is not None
        ),
    )


COPIES: dict[str, Callable[[float, Random], float]] = {
    "as it was": lambda s, _luck: s,
    "scaled": lambda s, _luck: 3.7 * s,
    "stretched": lambda s, _luck: max(s, 0.0) ** 1.2,
    "jitter of 5 %": lambda s, luck: s * luck.uniform(0.95, 1.05),
    "scaled, jitter of 20 %": lambda s, luck: 0.6 * s * luck.uniform(0.8, 1.2),
    "jitter of 30 ms": lambda s, luck: max(1e-5, s + luck.uniform(-0.03, 0.03)),
    "begun later": lambda s, _luck: s + 0.002,
}


#: A quarter of its tests take less than 30 ms, half less than 70 ms: shaken by 30 ms, too little of
#: the original is left, and `likeness` does not see it each time.
DROWNED = ("objectstore-image-serial", "jitter of 30 ms")
ALTERED = [
    (name, how)
    for name in ("identity-serial", DROWNED[0], "guideline-2020.06-parallel3")
    for how in COPIES
    if (name, how) != DROWNED
]


@pytest.mark.parametrize(("name", "how"), ALTERED)
def test_a_copy_is_recognised_however_it_was_altered(name: str, how: str) -> None:
    original = genuine(name)
    for seed in range(5):
        copied = altered(original, COPIES[how], seed)
        assert likeness(original, copied) is not None
        assert likeness(copied, original) is not None


def test_a_part_of_a_run_is_recognised_as_a_copy_of_it() -> None:
    whole = genuine("guideline-2020.06-parallel3")
    part = tuple(entry for entry in whole.entries if ".compute." in entry.name)
    found = likeness(whole, replace(whole, entries=part))
    assert found is not None and found.exact
    assert found.alike == found.shared


def test_honest_runs_of_one_cloud_are_no_copies() -> None:
    """They share 69 tests, and the cloud."""
    one, other, third = (
        genuine(name)
        for name in ("objectstore-image-serial", "guideline-2020.06-parallel3", "identity-serial")
    )
    assert likeness(one, other) is None
    assert likeness(other, one) is None
    assert likeness(one, third) is None


def test_unrelated_orders_are_no_copies() -> None:
    report, luck = plausible(), Random(5)
    names = [entry.name for entry in report.entries]
    for _ in range(50):
        luck.shuffle(names)
        mixed = tuple(
            structs.replace(e, name=n) for e, n in zip(report.entries, names, strict=True)
        )
        found = likeness(report, replace(report, entries=mixed))
        # Its one class has the same times in another order, which is a sign of its own.
        assert found is None or found.swapped


def test_few_tests_are_like_nothing() -> None:
    few, enough = plausible(23), plausible(24)
    assert likeness(few, few) is None
    assert likeness(enough, enough) is not None
