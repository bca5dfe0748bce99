"""Hints, and the list of tests to run again."""

from __future__ import annotations

import re

import pytest

from certification.engine.report import Damage, EvidenceFormat, TestState
from certification.engine.rerun import include_list
from certification.engine.verdict import EvidenceFacts, Match, TestResult
from marketplace.site.mending import hint_for


def facts(*, passes_only: bool = False, damage: Damage | None = None) -> EvidenceFacts:
    return EvidenceFacts(EvidenceFormat.SUBUNIT_V2, False, passes_only, False, damage)


@pytest.mark.parametrize(
    ("reason", "part"),
    [
        ("Instance validation tests are disabled.", "[validation] run_validation = True"),
        (
            "Image format enforcement prevents testing with bogus image data",
            "image_format_enforcement",
        ),
        ("Skipped until bug: https://launchpad.net/bugs/2030527 is resolved.", "bug is closed"),
        ("Security compliance not available.", "security_compliance"),
        ("Server does not support glance-download import method", "import"),
        ("something that nobody foresaw", "Switch it on"),
    ],
)
def test_a_skip_s_own_words_choose_the_hint(reason: str, part: str) -> None:
    hint = hint_for(TestState.SKIPPED, reason, Match.NAME, facts())
    assert part in f"{hint.words} {hint.setting}"


def test_a_missing_test_is_explained_by_what_the_evidence_can_say() -> None:
    def words(evidence: EvidenceFacts) -> str:
        return hint_for(TestState.MISSING, "a.b.C", Match.NONE, evidence).words

    assert "passed tests only" in words(facts(passes_only=True))
    assert "broke off" in words(facts(damage=Damage(7, "cut")))
    assert "holds no such test" in words(facts())


def test_a_failed_set_up_is_told_from_a_failed_test() -> None:
    by_fixture = hint_for(TestState.FAILED, "a.b.C", Match.FIXTURE, facts())
    by_name = hint_for(TestState.FAILED, "a.b.C", Match.NAME, facts())
    assert "set-up" in by_fixture.words
    assert "traceback" in by_name.words


def result(name: str, idempotent_id: str = "") -> TestResult:
    return TestResult(name, idempotent_id, TestState.FAILED, Match.NAME)


@pytest.mark.parametrize(
    ("name", "runs", "leaves"),
    [
        (
            "a.b.C.test_x",
            ["a.b.C.test_x", "a.b.C.test_x[id-1,smoke]"],
            ["a.b.C.test_xy", "aab.C.test_x", "z.a.b.C.test_x"],
        ),
        ("a.b.C.test_x(v2.1)", ["a.b.C.test_x[id-1](v2.1)"], ["a.b.C.test_x[id-1](v211)"]),
    ],
)
def test_the_list_names_each_open_test_and_no_other(
    name: str, runs: list[str], leaves: list[str]
) -> None:
    [pattern] = include_list([result(name)])
    assert all(re.search(pattern, test) for test in runs)
    assert not any(re.search(pattern, test) for test in leaves)


def test_a_renamed_test_is_found_by_its_id() -> None:
    [pattern] = include_list([result("a.b.C.test_x", "1b2c")])
    assert re.search(pattern, "new.place.C.test_y[id-1b2c,smoke]")
