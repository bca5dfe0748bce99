"""A guideline is announced or comes into force: the runs in store get their verdicts by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from certification import queue, tasks
from certification.engine.report import Report
from certification.engine.verdict import RunBitmap
from certification.evidence import delete_evidence, evidence_name
from certification.judging import Judgement
from certification.levels import judge_run
from certification.models import Evaluation, Guideline, QueueEntry, Run
from certification.operations import rejudging
from certification.operations.guidelines import announce_draft, supersede_guideline
from certification.queries import verdicts_of
from marketplace.catalogue.models import AuditEvent
from tests.factories import (
    announced,
    approved_by_two,
    draft,
    hurry,
    in_force,
    judged,
    powered,
    real_run,
    subunit,
    two_admins,
    upload,
    verbs,
    work_off,
)

pytestmark = pytest.mark.django_db


def verdicts(guideline: Guideline) -> list[str]:
    return sorted(Evaluation.objects.filter(guideline=guideline).values_list("verdict", flat=True))


def rounds_of(guideline: Guideline) -> list[tuple[int, str]]:
    """Runs judged, and after which run, for each round."""
    events = AuditEvent.objects.filter(
        verb="guideline.runs-judged", object_id=str(guideline.pk)
    ).order_by("pk")
    return [(event.facts["runs"], event.facts["after"]) for event in events]


@pytest.mark.parametrize("come", [announced, in_force])
def test_stored_runs_are_judged_by_a_new_guideline(come: Callable[..., Guideline]) -> None:
    runs = [judged(subunit(a="success")), judged(subunit(a="failure"))]
    assert not Evaluation.objects.exists()
    guideline = come("2031.06", "a")
    work_off()
    assert verdicts(guideline) == ["failed", "passed"]
    assert [verdicts_of(run)[0].verdict for run in runs] == ["passed", "failed"]


def test_bitmaps_grow_with_the_dictionary() -> None:
    run = judged(subunit(a="success", b="skip", zebra="failure"))
    assert (run.dictionary_length, bytes(run.passed)) == (0, b"\0")
    guideline = announced("2031.06", "a", "b", "c")
    work_off()
    run.refresh_from_db()
    assert run.dictionary_length > 0
    assert int.from_bytes(run.passed, "little").bit_count() == 1
    assert int.from_bytes(run.skipped, "little").bit_count() == 1
    assert int.from_bytes(run.failed, "little") == 0, "no guideline names that test"
    row = Evaluation.objects.get(guideline=guideline)
    assert (row.tests_passed, row.tests_skipped, row.tests_missing) == (1, 1, 1)

    second = announced("2031.11", "zebra")
    work_off()
    run.refresh_from_db()
    assert int.from_bytes(run.failed, "little").bit_count() == 1
    assert verdicts(second) == ["failed"]


def test_a_second_round_changes_nothing() -> None:
    judged(subunit(a="success"))
    guideline = announced("2031.06", "a")
    work_off()
    before = list(Evaluation.objects.values())
    queue.enqueue(QueueEntry.Kind.JUDGE_GUIDELINE, f"{guideline.pk}:")
    work_off()
    assert list(Evaluation.objects.values()) == before


def test_announced_and_then_approved_keeps_one_verdict() -> None:
    judged(subunit(a="success"))
    guideline = announced("2031.06", "a")
    work_off()
    approved_by_two(guideline)
    work_off()
    assert verdicts(guideline) == ["passed"]


def test_many_runs_are_judged_batch_by_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = [judged(subunit(a="success", **{f"extra{n}": "success"})) for n in range(5)]
    monkeypatch.setattr(rejudging, "BATCH", 2)
    guideline = announced("2031.06", "a")
    assert work_off() == 3
    ordered = sorted(str(run.pk) for run in runs)
    assert rounds_of(guideline) == [(2, ""), (2, ordered[1]), (1, ordered[3])]
    assert verdicts(guideline) == ["passed"] * 5


def test_a_batch_that_was_full_and_last_ends_the_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    judged(subunit(a="success"))
    monkeypatch.setattr(rejudging, "BATCH", 1)
    guideline = announced("2031.06", "a")
    assert work_off() == 2
    assert [runs for runs, _ in rounds_of(guideline)] == [1, 0]


def test_runs_that_are_not_judged_yet_or_unreadable_are_left_alone() -> None:
    unreadable = judged(b"garbage")
    waiting = upload(subunit(a="success"))
    guideline = announced("2031.06", "a")
    entry = QueueEntry.objects.get(kind=QueueEntry.Kind.JUDGE_GUIDELINE)
    tasks.work(entry_id=entry.pk)
    assert verdicts(guideline) == []
    assert rounds_of(guideline) == [(0, "")]
    work_off()
    assert Run.objects.get(pk=waiting.pk).evaluations.count() == 1
    assert Run.objects.get(pk=unreadable.pk).evaluations.count() == 0


def test_a_run_whose_evidence_is_gone_does_not_stop_the_others() -> None:
    lost = judged(subunit(a="failure"))
    delete_evidence(lost.evidence_sha256)
    judged(subunit(a="success"))
    guideline = announced("2031.06", "a")
    assert work_off() == 1
    assert verdicts(guideline) == ["passed"]
    assert rounds_of(guideline) == [(1, "")]


def test_the_report_beside_the_evidence_is_enough(evidence_folder: Path) -> None:
    run = judged(subunit(a="success"))
    (evidence_folder / evidence_name(run.evidence_sha256)).unlink()
    guideline = announced("2031.06", "a")
    work_off()
    assert verdicts(guideline) == ["passed"]


def test_a_guideline_that_is_not_judged_any_more_ends_its_work() -> None:
    judged(subunit(a="success"))
    guideline = announced("2031.06", "a")
    Guideline.objects.filter(pk=guideline.pk).update(state=Guideline.State.RETIRED)
    assert work_off() == 1
    assert verdicts(guideline) == []
    queue.enqueue(QueueEntry.Kind.JUDGE_GUIDELINE, "999999:")
    assert work_off() == 1


def test_a_draft_that_nobody_announced_judges_nothing() -> None:
    judged(subunit(a="success"))
    guideline = draft("2031.06", "a")
    assert work_off() == 0
    assert verdicts(guideline) == []


def test_a_superseded_guideline_is_still_judged() -> None:
    admins = two_admins()
    guideline = supersede_guideline(guideline=in_force("2031.06", "a"), by=admins[0])
    judged(subunit(a="success"))
    assert verdicts(guideline) == ["passed"]


@pytest.mark.slow
def test_a_real_run_before_the_guideline_gets_the_same_verdicts_as_after() -> None:
    raw = real_run("guideline-2020.06-parallel3.v2")
    before = judged(raw)
    powered()
    work_off()
    lines = {
        (v.guideline.document_id, v.target): (v.verdict, v.passed) for v in verdicts_of(before)
    }
    assert lines["2026.11", "object"] == ("passed", 58)
    assert lines["2026.11", "compute"] == ("failed", 204)
    assert len(lines) == 6


def test_a_fault_in_one_run_is_tried_again_and_counts_no_run_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judged(subunit(a="success"))
    judged(subunit(a="failure"))
    calls = iter([False, True])

    def fall_once(
        run: Run, report: Report, bitmap: RunBitmap, guidelines: list[Guideline]
    ) -> Iterator[Judgement]:
        if next(calls, False):
            raise MemoryError
        return judge_run(run, report, bitmap, guidelines)

    monkeypatch.setattr(rejudging, "judge_run", fall_once)
    guideline = announced("2031.06", "a")
    work_off()
    assert len(verdicts(guideline)) == 1
    hurry(QueueEntry.objects.get(kind=QueueEntry.Kind.JUDGE_GUIDELINE))
    work_off()
    assert verdicts(guideline) == ["failed", "passed"]
    assert verbs(guideline).count("guideline.runs-judged") == 1


def test_announcing_twice_queues_one_round() -> None:
    guideline = announced("2031.06", "a")
    announce_draft(guideline=guideline, by=two_admins()[0])
    assert QueueEntry.objects.count() == 1
    assert verbs(guideline).count("guideline.announced") == 1
