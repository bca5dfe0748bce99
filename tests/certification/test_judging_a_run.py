"""The worker judges a received run: every applicable guideline and target, once."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from certification import judging, tasks
from certification.engine.report import EvidenceFormat, Report
from certification.engine.verdict import EvidenceFacts, RunBitmap, TestDictionary, compile_masks
from certification.engine.verdict import verdict_of as judge_bitmap
from certification.evidence import delete_evidence, evidence_name, keep_report, read_report
from certification.judging import Judgement, compiled_guideline, explain, report_of
from certification.levels import judge_run
from certification.models import Evaluation, Guideline, KnownTest, Run
from certification.operations import verification
from tests.factories import (
    announced,
    draft,
    entry_of,
    in_force,
    judged,
    new_evidence,
    powered,
    real_run,
    refstack_json,
    subunit,
    upload,
    verbs,
    work_off,
)

pytestmark = pytest.mark.django_db

#: verdict; passed, failed, skipped, missing of the tests that must pass
Line = tuple[str, int, int, int, int]


def lines(run: Run) -> dict[str, Line]:
    return {
        f"{row.guideline.document_id} {row.target}": (
            row.verdict,
            row.tests_passed,
            row.tests_failed,
            row.tests_skipped,
            row.tests_missing,
        )
        for row in run.evaluations.select_related("guideline")
    }


GUIDELINE_RUN = {
    "2026.11 platform": ("failed", 260, 1, 12, 0),
    "2026.11 compute": ("failed", 204, 1, 12, 0),
    "2026.11 object": ("passed", 58, 0, 0, 0),
    "2027.05 platform": ("failed", 260, 1, 12, 19),
    "2027.05 compute": ("failed", 204, 1, 12, 18),
    "2027.05 object": ("failed", 58, 0, 0, 1),
}
IDENTITY_RUN = {
    "2026.11 platform": ("failed", 7, 0, 0, 266),
    "2026.11 compute": ("failed", 7, 0, 0, 210),
    "2026.11 object": ("failed", 2, 0, 0, 56),
    "2027.05 platform": ("failed", 12, 0, 0, 280),
    "2027.05 compute": ("failed", 12, 0, 0, 223),
    "2027.05 object": ("failed", 2, 0, 0, 57),
}
OBJECT_RUN = {
    "2026.11 platform": ("failed", 66, 0, 10, 197),
    "2026.11 compute": ("failed", 10, 0, 10, 197),
    "2026.11 object": ("failed", 56, 0, 0, 2),
    "2027.05 platform": ("failed", 67, 0, 10, 215),
    "2027.05 compute": ("failed", 10, 0, 10, 215),
    "2027.05 object": ("failed", 57, 0, 0, 2),
}
REAL_RUNS = [
    ("guideline-2020.06-parallel3", GUIDELINE_RUN, (338, 3, 6), (1044, 3, 311)),
    ("identity-serial", IDENTITY_RUN, (78, 0, 1), (240, 1, 71)),
    ("objectstore-image-serial", OBJECT_RUN, (190, 12, 15), (691, 1, 213)),
]


@pytest.mark.slow
@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize(("name", "expected", "tests", "facts"), REAL_RUNS)
def test_a_real_run_gets_its_verdicts(
    name: str,
    expected: dict[str, Line],
    tests: tuple[int, int, int],
    facts: tuple[int, int, int],
    version: str,
) -> None:
    powered()
    run = judged(real_run(f"{name}.{version}"))
    assert run.state == Run.State.VERIFIED
    assert run.verified_at is not None
    assert lines(run) == expected
    assert run.format == f"subunit-{version}"
    assert (run.tests_passed, run.tests_failed, run.tests_skipped) == tests
    assert (run.events, run.workers, run.duration_seconds) == facts
    assert run.started_at is not None
    assert run.ended_at is not None
    assert run.started_at < run.ended_at
    assert not (run.passes_only or run.looks_incomplete or run.damage_reason)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["whole", "cut"])
def test_stored_bitmaps_say_what_the_explaining_path_says(kind: str) -> None:
    powered()
    raw = real_run("guideline-2020.06-parallel3.v2")
    run = judged(raw if kind == "whole" else raw[: len(raw) // 2])
    assert run.exact
    keys = KnownTest.objects.order_by("bit").values_list("name", "idempotent_id")
    tests = TestDictionary(keys)
    assert run.dictionary_length == len(tests)
    stored = RunBitmap.from_bytes(
        bytes(run.passed),
        bytes(run.failed),
        bytes(run.skipped),
        exact=run.exact,
        width=run.dictionary_length,
    )
    facts = EvidenceFacts.of(report_of(run))
    checked = 0
    for row in run.evaluations.select_related("guideline"):
        masks = compile_masks(compiled_guideline(row.guideline), tests)[row.target]
        from_bits = judge_bitmap(masks, stored, facts)
        explained = explain(run, row.guideline, row.target)
        counts = explained.required
        assert row.verdict == from_bits.verdict == explained.verdict
        assert (
            (row.tests_total, row.tests_passed, row.tests_failed, row.tests_skipped)
            == (counts.total, counts.passed, counts.failed, counts.skipped)
            == (from_bits.total, from_bits.passed, from_bits.failed, from_bits.skipped)
        )
        checked += 1
    assert checked == 6


def test_the_way_of_a_run_is_written_down() -> None:
    run = judged(subunit(a="success"))
    assert verbs(run) == ["run.received", "run.verifying", "run.verified"]
    entry = entry_of(run)
    assert entry.starts == 1
    assert entry.finished_at is not None
    assert entry.leased_until is None


def test_all_passed_is_passed_and_one_short_is_not() -> None:
    in_force("2031.06", "a", "b")
    assert lines(judged(subunit(a="success", b="success"))) == {
        "2031.06 compute": ("passed", 2, 0, 0, 0)
    }
    assert lines(judged(subunit(a="success", b="failure"))) == {
        "2031.06 compute": ("failed", 1, 1, 0, 0)
    }
    assert lines(judged(subunit(a="success", b="skip"))) == {
        "2031.06 compute": ("failed", 1, 0, 1, 0)
    }
    assert lines(judged(subunit(a="success"))) == {"2031.06 compute": ("failed", 1, 0, 0, 1)}


def test_only_guidelines_that_are_judged_give_verdicts() -> None:
    in_force("2031.06", "a")
    announced("2032.06", "a")
    draft("2033.06", "a")
    assert set(lines(judged(subunit(a="success")))) == {"2031.06 compute", "2032.06 compute"}


def test_without_any_guideline_a_run_is_judged_by_none() -> None:
    run = judged(subunit(a="success"))
    assert run.state == Run.State.VERIFIED
    assert lines(run) == {}


def test_refstack_json_is_labelled_passes_only() -> None:
    in_force("2031.06", "a", "b")
    run = judged(refstack_json("a", cpid="cloud-7"))
    assert (run.format, run.passes_only, run.cpid) == (
        EvidenceFormat.REFSTACK_JSON,
        True,
        "cloud-7",
    )
    assert run.duration_seconds == 9
    assert (run.started_at, run.ended_at) == (None, None)
    assert lines(run) == {"2031.06 compute": ("failed", 1, 0, 0, 1)}


def test_a_name_without_id_is_judged_from_the_evidence_itself() -> None:
    """The bitmap cannot tell such an entry, so it is not used."""
    in_force("2031.06", "a")
    run = judged(b"test: demo.Tests.a\nsuccess: demo.Tests.a\n")
    assert not run.exact
    assert lines(run) == {"2031.06 compute": ("passed", 1, 0, 0, 0)}


def test_working_on_it_many_times_is_working_on_it_once() -> None:
    in_force("2031.06", "a")
    run = judged(subunit(a="success"))
    before = (Run.objects.values().get(), list(Evaluation.objects.values()), verbs(run))
    entry = entry_of(run)
    for _ in range(5):
        tasks.work(entry_id=entry.pk)
    assert (Run.objects.values().get(), list(Evaluation.objects.values()), verbs(run)) == before
    assert entry_of(run).starts == 1


def test_a_settled_run_is_not_judged_by_a_second_entry() -> None:
    run = judged(subunit(a="success"))
    entry_of(run).delete()
    again = upload(subunit(a="success"))
    assert again == run
    assert work_off() == 0
    assert verbs(run).count("run.verified") == 1


def test_work_on_an_unknown_entry_or_a_deleted_run_is_quiet() -> None:
    tasks.work(entry_id=2**40)
    run = upload()
    entry = entry_of(run)
    run.delete()
    assert work_off() == 1
    entry.refresh_from_db()
    assert entry.finished_at is not None


UNREADABLE = [
    (b"garbage", "evidence-format-unknown", "byte 0"),
    (b"<testsuite>\n<oops", "xml-malformed", "line 2, column 0"),
    (b"\x1f\x8bxx", "evidence-damaged", "byte 0"),
    (b"\xb3", "evidence-damaged", "byte 0"),
    (b'{"cpid": "c", "duration_seconds": 1, "results": []}', "evidence-no-passing-test", "results"),
    (
        b'{"cpid": "c", "duration_seconds": 1, "results": [{"name": 7}]}',
        "json-schema",
        "results[0].name",
    ),
]


@pytest.mark.parametrize(("raw", "code", "place"), UNREADABLE)
def test_what_cannot_be_read_says_what_and_where(raw: bytes, code: str, place: str) -> None:
    in_force("2031.06", "a")
    run = judged(raw)
    assert run.state == Run.State.UNREADABLE
    assert (run.fault_code, run.fault_place) == (code, place)
    assert run.fault_text
    assert run.verified_at is None
    assert lines(run) == {}
    assert verbs(run) == ["run.received", "run.verifying", "run.unreadable"]
    assert entry_of(run).finished_at is not None


@pytest.mark.slow
def test_a_bomb_is_unreadable() -> None:
    in_force("2031.06", "a")
    run = judged(gzip.compress(bytes(140 * 1024**2), 1))
    assert run.evidence_bytes < 1_000_000
    assert run.state == Run.State.UNREADABLE
    assert lines(run) == {}


@pytest.mark.slow
@pytest.mark.parametrize("lost", [3, 1000, 20_000])
def test_a_damaged_stream_never_passes(lost: int) -> None:
    powered()
    run = judged(real_run("guideline-2020.06-parallel3.v2")[:-lost])
    assert run.state == Run.State.VERIFIED
    assert run.damage_offset
    assert run.damage_reason
    assert {line[0] for line in lines(run).values()} == {"failed"}


def test_a_stream_that_proves_all_and_then_breaks_does_not_pass() -> None:
    in_force("2031.06", "a")
    run = judged(gzip.compress(subunit(a="success"))[:-4])
    assert lines(run) == {"2031.06 compute": ("failed", 1, 0, 0, 0)}


def test_evidence_that_is_gone_gives_no_verdict() -> None:
    in_force("2031.06", "a")
    run = upload(subunit(a="success"))
    delete_evidence(run.evidence_sha256)
    work_off()
    run.refresh_from_db()
    assert (run.state, run.fault_code) == (Run.State.UNREADABLE, "evidence-gone")
    assert lines(run) == {}


def test_evidence_that_was_exchanged_gives_no_verdict(evidence_folder: Path) -> None:
    in_force("2031.06", "a")
    run = upload(subunit(a="failure"))
    place = evidence_folder / evidence_name(run.evidence_sha256)
    place.chmod(0o600)
    place.write_bytes(subunit(a="success"))
    work_off()
    run.refresh_from_db()
    assert (run.state, run.fault_code) == (Run.State.UNREADABLE, "evidence-altered")
    assert lines(run) == {}


def test_a_report_that_cannot_be_kept_costs_no_verdict(evidence_folder: Path) -> None:
    """As on a full disk: the parsed report is only kept to save time."""
    in_force("2031.06", "a")
    (evidence_folder / "reports").parent.mkdir(parents=True, exist_ok=True)
    (evidence_folder / "reports").write_bytes(b"in the way")
    run = judged(subunit(a="success"))
    assert lines(run) == {"2031.06 compute": ("passed", 1, 0, 0, 0)}


def test_a_damaged_report_beside_the_evidence_is_parsed_again() -> None:
    run = judged(subunit(a="success"))
    keep_report(run.evidence_sha256, b"\x01 damaged")
    assert [entry.name for entry in report_of(run).entries] == ["demo.Tests.a"]
    assert read_report(run.evidence_sha256) != b"\x01 damaged"


def test_times_that_no_calendar_holds_are_left_out() -> None:
    assert judging.parse_evidence(judged(new_evidence())).started_at is None
    run = judged(b"time: 9999-12-31 23:59:59.0Z\n" + subunit(a="success"))
    assert run.state == Run.State.VERIFIED
    assert run.started_at is None or run.started_at <= datetime.max.replace(tzinfo=UTC)


def test_a_guideline_that_comes_into_force_meanwhile_is_not_missed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It comes after the guidelines were listed, and its own round finds the run unsettled."""
    in_force("2031.06", "a")
    once = iter([True])

    def judge_slowly(
        run: Run, report: Report, bitmap: RunBitmap, guidelines: list[Guideline]
    ) -> list[Judgement]:
        found = list(judge_run(run, report, bitmap, guidelines))
        if next(once, False):
            in_force("2031.11", "a")
        return found

    monkeypatch.setattr(verification, "judge_run", judge_slowly)
    run = upload(subunit(a="success"))
    tasks.work(entry_id=entry_of(run).pk)
    assert set(lines(run)) == {"2031.06 compute", "2031.11 compute"}
    assert Guideline.objects.judged().count() == 2
