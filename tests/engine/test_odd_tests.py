"""Lists of tests that no run of Tempest can have are noticed."""

from __future__ import annotations

import pytest

from certification.engine.odd_tests import Suite, odd_tests
from certification.engine.report import Entry, EvidenceFormat, Report
from certification.guidelines import shipped_inventories
from tests.engine.formats.building import PASSED
from tests.engine.test_anomalies import genuine

TESTS = shipped_inventories()["tempest-47.0.0"]
TEMPEST = Suite.of("Tempest 47.0.0", TESTS)


def passes(*tests: tuple[str, str], seconds: int | None = 900, events: int = 0) -> Report:
    """What refstack-client uploads for these tests."""
    return Report(
        EvidenceFormat.REFSTACK_JSON,
        tuple(Entry(name, i, PASSED) for name, i in sorted(set(tests))),
        passes_only=True,
        declared_duration_s=seconds,
        events=events or len(set(tests)),
    )


def codes(report: Report) -> list[str]:
    return [found.code for found in odd_tests(report, TEMPEST)]


def test_all_of_tempest_and_parts_of_it_are_honest() -> None:
    assert codes(passes(*TESTS)) == []
    assert codes(passes(*TESTS[:50], seconds=40)) == []
    assert codes(passes(("demo.Tests.a", "1"), seconds=0)) == []


@pytest.mark.parametrize("form", ["v1", "v2"])
@pytest.mark.parametrize("name", ["identity-serial", "guideline-2020.06-parallel3"])
def test_genuine_runs_are_not_flagged(name: str, form: str) -> None:
    assert codes(genuine(name, form)) == []


def renamed(count: int) -> list[tuple[str, str]]:
    """Tests of Tempest and `count` of them a second time under another name."""
    return [*TESTS[:200], *((f"{name}_again", i) for name, i in TESTS[:count])]


@pytest.mark.parametrize(
    ("report", "code"),
    [
        (passes(*TESTS[:100], seconds=1), "duration-impossible"),
        (passes(*TESTS[:100], seconds=0), "duration-impossible"),
        (passes(*TESTS[:100], events=130), "passes-repeated"),
        (passes(*TESTS, ("tempest.api.x.T.test_more", "")), "tests-too-many"),
        (passes(*renamed(12)), "tests-invented"),
        (passes(*((name, f"{i[:-3]}aaa") for name, i in TESTS[:40])), "ids-contradicted"),
    ],
)
def test_what_no_run_can_hold_is_flagged_in_words(report: Report, code: str) -> None:
    (found,) = odd_tests(report, TEMPEST)
    assert found.code == code
    assert found.text.endswith(".")
    assert any(letter.isdigit() for letter in found.text)


def test_a_few_tests_of_another_release_are_honest() -> None:
    assert codes(passes(*renamed(3))) == []
    moved = [(name, i) if at > 1 else (name, "another") for at, (name, i) in enumerate(TESTS[:90])]
    assert codes(passes(*moved)) == []
