"""Stored runs judged together have the verdicts that each has by itself, whatever they are like."""

from __future__ import annotations

import json
import random
from typing import Any
from uuid import UUID

import pytest

from certification.judging import bitmap_of, judge, report_of
from certification.models import Amendment, Evaluation, Guideline, JudgingRound, QueueEntry, Run
from certification.operations import rejudging
from certification.operations.amendments import Wish, amend_guideline
from certification.queries import carried, verdicts_of
from certification.queries.stored_runs import judged_runs, read_runs, stored_runs
from tests.factories import (
    approved_by_two,
    document,
    hurry,
    imported,
    in_force,
    judged,
    subunit,
    two_admins,
    upload,
    work_off,
)

pytestmark = pytest.mark.django_db
TESTS = "abcdef"
ENDS = ("success", "success", "success", "failure", "skip", "")


def aliased() -> Guideline:
    """Each of its tests has another name, under which older releases of Tempest have it."""
    body = json.loads(document("2031.06", *TESTS))
    tests = body["capabilities"]["demo-ability"]["tests"]
    for name in TESTS:
        tests[f"demo.Tests.{name}"]["aliases"] = [f"demo.Old.{name}"]
    return approved_by_two(imported(json.dumps(body).encode()).guideline)


def some_run(dice: random.Random) -> bytes:
    """Tests by their own names, by others, without id; a set-up that failed; a torn end."""
    lines = []
    for name in TESTS:
        end, where = dice.choice(ENDS), dice.choice(["Tests", "Tests", "Tests", "Old", "Moved"])
        test_id = f"[id-{name}]" if dice.random() < 0.97 else ""
        if end:
            test = f"demo.{where}.{name}{test_id}"
            lines.append(f"test: {test}\n{end}: {test}\n")
    if dice.random() < 0.2:
        lines.append("test: setUpClass (demo.Tests)\nskip: setUpClass (demo.Tests)\n")
    if dice.random() < 0.2:
        lines.append("test: demo.Tests.a[id-a]\nfailure: demo.Tests.a[id-a] [\ntorn")
    return "".join([*lines, f"test: other.{dice.random()}\nsuccess: other.{lines}\n"]).encode()


def told(run: Run) -> list[Any]:
    return [
        (one.target, one.verdict, one.total, one.passed, one.failed, one.skipped, one.missing)
        for one in verdicts_of(run)
    ]


def one_by_one(run: Run, guideline: Guideline) -> list[Any]:
    report = report_of(run)
    return [
        (one.target, s.verdict.value, s.total, s.passed, s.failed, s.skipped, s.missing)
        for one in judge(report, bitmap_of(report), [guideline])
        for s in [one.summary]
    ]


def amend(guideline: Guideline, test: str, *, again: bool = False) -> None:
    action = Amendment.Action.WITHDRAW if again else Amendment.Action.FLAG
    wish = Wish(action, f"demo.Tests.{test}", "It is flaky.")
    amend_guideline(guideline=guideline, wish=wish, by=two_admins()[0])


def judged_as(run_id: UUID) -> None:
    """One more judged run, with this id."""
    run = judged(subunit(a="success", z="success"))
    run.pk, run.evidence_sha256 = run_id, f"{run_id.int % 9973:064x}"
    run.save(force_insert=True)


def entry() -> QueueEntry:
    return QueueEntry.objects.get(kind=QueueEntry.Kind.JUDGE_GUIDELINE, finished_at=None)


@pytest.mark.parametrize(
    "seed", [1, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 30))]
)
def test_each_has_what_it_has_by_itself(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(seed)
    monkeypatch.setattr(rejudging, "BATCH", 9)
    early = [upload(some_run(dice)) for _ in range(4)]  # before any test is known
    work_off()
    guideline = aliased()
    runs = early + [upload(some_run(dice)) for _ in range(12)]
    deeds = [("b", False), ("c", False), ("b", True), ("d", False)]
    for test, again in deeds[: 5 - dice.randrange(3)]:
        work_off()
        amend(guideline, test, again=again)
    work_off()
    guideline.refresh_from_db()
    for run in Run.objects.filter(pk__in=[run.pk for run in runs], state=Run.State.VERIFIED):
        assert told(run) == one_by_one(run, guideline)


def test_runs_are_read_as_the_database_has_them() -> None:
    in_force("2031.06", *TESTS)
    dice = random.Random(3)
    for _ in range(5):
        judged(some_run(dice))
    # Ids are compared as bytes: some end in zeros, some have more than a signed byte holds.
    for number in (0, 1 << 8, 255 << 120, 128 << 120):
        judged_as(UUID(int=number))
    rows = list(judged_runs().order_by("pk"))
    found = read_runs(judged_runs(), 100)
    assert [found.id_of(place) for place in range(len(found))] == [run.pk for run in rows]
    for run, kind in zip(rows, found.kind, strict=True):
        size = found.kinds.words * 8
        for name in ("passed", "failed", "skipped"):
            bits = getattr(found.kinds, name)[kind].tobytes()
            assert bits == bytes(getattr(run, name)).ljust(size, b"\0")
        assert found.kinds.widths[kind] == run.dictionary_length
        assert found.kinds.legible[kind] == (run.exact and run.tests_seen > 0)
        assert found.kinds.damaged[kind] == (run.damage_offset is not None)
    pieces = [
        part.id_of(place) for part in stored_runs(judged_runs(), 2) for place in range(len(part))
    ]
    assert pieces == [run.pk for run in rows]
    assert found.places_of([rows[2].pk, UUID(int=7), rows[0].pk]) == [0, 2]
    assert len(read_runs(judged_runs().filter(pk__in=[]), 5)) == 0


def test_equal_runs_are_of_one_kind() -> None:
    in_force("2031.06", *TESTS)
    for number in range(4):
        judged(subunit(a="success", **{f"x{number}": "success"}))
    judged(subunit(a="failure"))
    found = read_runs(judged_runs(), 100)
    assert (len(found), len(found.kinds)) == (5, 2)


def test_a_worker_that_dies_leaves_nothing_of_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    guideline = in_force("2031.06", *TESTS)
    run = judged(subunit(a="success", b="failure", c="success"))
    amend(guideline, "b")
    before = list(Evaluation.objects.values())

    def die(*_: object) -> None:
        assert Evaluation.objects.count() > len(before), "the batch is written, and not to be seen"
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(rejudging, "finish", die)
        work_off()
    assert list(Evaluation.objects.values()) == before
    assert JudgingRound.objects.get().looked_to is None
    assert told(run)[0][2:5] == (6, 2, 1)
    hurry(entry())
    work_off()
    assert told(run)[0][2:5] == (5, 2, 0)
    assert JudgingRound.objects.get().finished_at is not None


def test_more_forms_than_can_be_told_apart_are_written_in_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    guideline = in_force("2031.06", *TESTS)
    run = judged(subunit(a="success"))
    monkeypatch.setattr(carried, "_FORMS_MOST", 1)
    amend(guideline, "b")
    work_off()
    assert Evaluation.objects.filter(run=run).count() == 2
    assert told(run) == one_by_one(run, guideline)


def test_a_row_that_contradicts_its_counts_is_not_carried_on() -> None:
    """It fails with nothing short, as damaged evidence does: what counts now says otherwise."""
    guideline = in_force("2031.06", *TESTS)
    run = judged(subunit(**dict.fromkeys(TESTS, "success")))
    row = Evaluation.objects.get()
    row.delete()
    row.pk, row.verdict = None, "failed"
    row.save(force_insert=True)
    amend(guideline, "b")
    work_off()
    assert told(run) == [("compute", "passed", 5, 5, 0, 0, 0)]


def test_bundles_are_not_read_for_a_guideline_of_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor the other way round: neither says anything of the other."""
    read: list[UUID] = []
    run = judged(subunit(a="success"))
    bundle = judged(subunit(a="failure"))
    Run.objects.filter(pk=bundle.pk).update(format="osi-bundle")
    monkeypatch.setattr(rejudging, "report_of", lambda one: read.append(one.pk) or report_of(one))
    in_force("2031.06", "a")
    work_off()
    assert read == [run.pk]
