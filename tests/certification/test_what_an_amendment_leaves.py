"""After an amendment only what changed is written, and every reader sees what judging anew says."""

from __future__ import annotations

import random
from typing import Any

import pytest

from certification import queue
from certification.evidence import delete_evidence
from certification.judging import bitmap_of, judge, report_of
from certification.models import Amendment, Evaluation, Guideline, JudgingRound, QueueEntry, Run
from certification.operations import rejudging
from certification.operations.amendments import Wish, amend_guideline
from certification.operations.rebuilding import rebuild
from certification.queries import evaluations_of, verdicts_of
from marketplace.catalogue.models import User
from tests.factories import in_force, judged, subunit, two_admins, work_off

pytestmark = pytest.mark.django_db
FLAG, WITHDRAW = Amendment.Action.FLAG, Amendment.Action.WITHDRAW
TESTS = ("a", "b", "c", "d")
STATES = ("success", "failure", "skip", "")


@pytest.fixture
def admin() -> User:
    return two_admins()[0]


def amend(guideline: Guideline, by: User, test: str, action: Amendment.Action = FLAG) -> Amendment:
    wish = Wish(action, f"demo.Tests.{test}", "It is flaky.")
    return amend_guideline(guideline=guideline, wish=wish, by=by)


def stored(**states: str) -> Run:
    """A run with a test of no guideline, so that it says something however few of ours it has."""
    return judged(subunit(**{name: how for name, how in states.items() if how}, other="success"))


def told(run: Run) -> list[Any]:
    return [
        (line.target, line.verdict, line.total, line.passed, line.failed, line.skipped)
        for line in verdicts_of(run)
    ]


def judged_anew(run: Run, guideline: Guideline) -> list[Any]:
    report = report_of(run)
    return [
        (one.target, found.verdict.value, found.total, found.passed, found.failed, found.skipped)
        for one in judge(report, bitmap_of(report), [guideline])
        for found in [one.summary]
    ]


def rows(run: Run) -> int:
    return Evaluation.objects.filter(run=run).count()


def test_what_did_not_change_gets_no_row_and_is_read_as_judged_anew(admin: User) -> None:
    guideline = in_force("2031.06", *TESTS)
    whole = stored(a="success", b="success", c="success", d="success")
    short = stored(a="success", b="success", c="failure")
    saved = stored(a="success", b="failure", c="success", d="success")
    amend(guideline, admin, "b")
    work_off()
    assert [rows(run) for run in (whole, short, saved)] == [1, 1, 2]
    assert told(whole) == [("compute", "passed", 3, 3, 0, 0)]
    assert told(short) == [("compute", "failed", 3, 1, 1, 0)]
    assert told(saved) == [("compute", "passed", 3, 3, 0, 0)]
    before, after = evaluations_of(whole)
    late = stored(a="success", b="failure", c="success", d="success", e="success")
    assert [row.inputs_digest for row in evaluations_of(late)] == [after.inputs_digest]
    assert (before.tests_total, after.tests_total, after.pk) == (4, 3, None)


def test_any_amendments_leave_what_judging_anew_says(
    admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(5)
    guideline = in_force("2031.06", *TESTS)
    runs = [stored(**{name: dice.choice(STATES) for name in TESTS}) for _ in range(12)]
    monkeypatch.setattr(rejudging, "BATCH", 5)
    deeds = [("a", FLAG), ("b", FLAG), ("a", WITHDRAW), ("c", FLAG), ("b", WITHDRAW)]
    for number, (test, action) in enumerate(deeds):
        amend(guideline, admin, test, action)
        if number == 2:
            continue  # two amendments at once: the rounds of both judge by both
        work_off()
        for run in runs:
            assert told(run) == judged_anew(run, guideline)
            known = [(row.inputs_digest, row.target) for row in evaluations_of(run)]
            assert len(known) == len(set(known)) >= 2
    assert Evaluation.objects.count() < 12 * 5
    list(rebuild())
    for run in runs:
        assert told(run) == judged_anew(run, guideline)


def test_a_run_that_cannot_be_judged_keeps_its_old_verdict(admin: User) -> None:
    """Its bitmap is not exact, and its evidence is gone: nobody knows what the amendment means."""
    guideline = in_force("2031.06", *TESTS)
    lost = stored(a="success")
    Run.objects.filter(pk=lost.pk).update(exact=False)
    delete_evidence(lost.evidence_sha256)
    amend(guideline, admin, "b")
    work_off()
    assert JudgingRound.objects.get().left_out == [lost.pk]
    assert told(lost) == [("compute", "failed", 4, 1, 0, 0)]
    Run.objects.filter(pk=lost.pk).update(exact=True)
    amend(guideline, admin, "c")
    work_off()
    assert told(lost) == [("compute", "failed", 2, 1, 0, 0)]
    assert rows(lost) == 2, "what it had before is not of the form before"


def test_a_run_without_verdicts_gets_them_in_full(admin: User) -> None:
    guideline = in_force("2031.06", *TESTS)
    run = stored(a="success")
    Evaluation.objects.all().delete()
    amend(guideline, admin, "b")
    work_off()
    assert (rows(run), told(run)) == (1, [("compute", "failed", 3, 1, 0, 0)])


def test_a_round_that_is_on_its_way_tells_of_no_run_that_it_has_not_reached(
    admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    guideline = in_force("2031.06", *TESTS)
    found = [stored(a="success"), stored(a="success", d="success")]
    first, second = sorted(found, key=lambda run: run.pk)
    monkeypatch.setattr(rejudging, "BATCH", 1)
    amend(guideline, admin, "b")
    entries = QueueEntry.objects.filter(kind=QueueEntry.Kind.JUDGE_GUIDELINE, finished_at=None)
    rejudging.judge_stored_runs(entry=entries.get())
    assert (told(first)[0][2], told(second)[0][2]) == (3, 4)
    # The rest of the first round is overtaken: its batches judge by both, and note no gap.
    amend(guideline, admin, "c")
    last = entries.order_by("pk").first()
    assert last is not None
    rejudging.judge_stored_runs(entry=last)
    assert (told(first)[0][2], told(second)[0][2]) == (3, 2)
    work_off()
    assert (told(first)[0][2], told(second)[0][2]) == (2, 2)
    assert [one.finished_at is not None for one in JudgingRound.objects.order_by("amended")] == [
        False,
        True,
    ]


def test_a_second_time_writes_nothing(admin: User) -> None:
    guideline = in_force("2031.06", *TESTS)
    stored(a="success", b="failure")
    amend(guideline, admin, "b")
    work_off()
    before = list(Evaluation.objects.values()), list(JudgingRound.objects.values())
    queue.enqueue(QueueEntry.Kind.JUDGE_GUIDELINE, f"{guideline.pk}::1")
    work_off()
    assert (list(Evaluation.objects.values()), list(JudgingRound.objects.values())) == before
