"""The sentence at the head of a run."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from certification.models import Guideline
from certification.queries import TargetVerdict
from marketplace.site.wording import headline, verdict_status

NOW = datetime(2026, 11, 21, tzinfo=UTC)
IN_FORCE = Guideline(pk=1, document_id="2026.11", version="2026.11", state="approved")
DRAFT = Guideline(pk=2, document_id="2027.05", version="2027.05", state="draft", announced=True)
HISTORY = Guideline(pk=3, document_id="2020.06", version="2020.06", state="draft")
DNS = Guideline(pk=4, document_id="dns.2026.11", version="2026.11", add_on="dns", state="approved")


@pytest.fixture(autouse=True)
def _no_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a target is an add-on stands in its document; here the row says it."""
    monkeypatch.setattr(
        TargetVerdict, "is_add_on", property(lambda line: bool(line.guideline.add_on))
    )


def line(
    target: str, passed: int, total: int, guideline: Guideline = IN_FORCE, verdict: str = ""
) -> TargetVerdict:
    said = verdict or ("passed" if passed == total else "failed")
    return TargetVerdict(guideline, target, said, total, passed, 0, 0, total - passed)


def test_everything_passes() -> None:
    lines = [line("platform", 9, 9), line("compute", 6, 6), line("object", 3, 3)]
    assert headline(lines).sentence == "Passes Platform, Compute and Object Storage 2026.11"
    assert headline(lines).about == lines[0]


def test_what_passes_comes_before_the_nearest_that_does_not() -> None:
    lines = [line("platform", 6, 9), line("compute", 3, 6), line("object", 3, 3)]
    said = headline(lines)
    assert said.sentence == "Passes Object Storage 2026.11, 3 tests short of Compute"
    assert said.about == lines[1]


def test_what_passes_is_explained_first_where_the_other_target_was_not_aimed_at() -> None:
    lines = [line("platform", 5, 90), line("compute", 2, 60), line("object", 3, 3)]
    said = headline(lines)
    assert said.sentence == "Passes Object Storage 2026.11, 58 tests short of Compute"
    assert said.about == lines[2]


def test_nothing_passes_names_the_nearest_with_its_figure() -> None:
    lines = [line("platform", 7, 9), line("compute", 5, 6), line("object", 2, 3)]
    said = headline(lines)
    assert said.sentence == "1 test short of Object Storage 2026.11"
    assert said.figure == 1


def test_a_target_that_the_run_never_touched_is_not_near() -> None:
    lines = [line("compute", 2, 60), line("object", 0, 3)]
    assert headline(lines).sentence == "58 tests short of Compute 2026.11"


def test_a_draft_makes_ready_and_a_historic_document_passes_by_itself() -> None:
    assert headline([line("object", 3, 3, DRAFT)]).sentence == "Ready for Object Storage 2027.05"
    assert headline([line("object", 3, 3, HISTORY)]).sentence == "Passes Object Storage 2020.06"


def test_the_guideline_in_force_leads_over_a_draft_and_an_add_on() -> None:
    lines = [line("dns", 2, 2, DNS), line("object", 2, 3), line("object", 3, 3, DRAFT)]
    assert headline(lines).sentence == "1 test short of Object Storage 2026.11"


@pytest.mark.parametrize(
    ("passed", "sentence"),
    [
        (3, "Incomplete evidence for 2026.11"),
        (2, "Incomplete evidence, 1 test short of Object Storage 2026.11"),
    ],
)
def test_evidence_that_breaks_off_never_passes(passed: int, sentence: str) -> None:
    lines = [line("object", passed, 3, verdict="failed")]
    assert headline(lines, incomplete=True).sentence == sentence


def test_nothing_to_judge_says_so() -> None:
    assert "cannot be judged" in headline([line("object", 0, 0, verdict="error")]).sentence
    assert "No guideline" in headline([]).sentence
    none_passed = headline([line("compute", 0, 6)])
    assert none_passed.sentence == "No required test of 2026.11 passed in this run"


@pytest.mark.parametrize(
    ("judged", "mark", "words"),
    [
        (line("compute", 6, 6), "pass", "Passes"),
        (line("compute", 6, 6, DRAFT), "next", "Ready"),
        (line("compute", 5, 6), "short", "1 test short"),
        (line("compute", 6, 6, verdict="failed"), "caveat", "Incomplete evidence"),
        (line("compute", 0, 0, verdict="error"), "not", "Cannot be judged"),
    ],
)
def test_each_verdict_has_a_shape_and_words(judged: TargetVerdict, mark: str, words: str) -> None:
    status = verdict_status(judged)
    assert (status.mark.value, status.words) == (mark, words)
