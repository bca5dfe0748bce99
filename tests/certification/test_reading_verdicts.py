"""What pages and API read: verdicts in a fixed order, guidelines by name, the way of a run."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from certification.evidence import EvidenceGone, delete_evidence
from certification.models import Evaluation, Guideline, Run
from certification.operations.guidelines import supersede_guideline
from certification.queries import (
    evaluations_of,
    explain_each,
    find_guideline,
    guideline_shelves,
    lint_findings,
    names_of_passed_tests,
    other_texts,
    runs_ahead,
    verdicts_of,
    verdicts_of_each,
    verdicts_on_demand,
)
from tests.factories import (
    announced,
    draft,
    in_force,
    judged,
    powered,
    real_run,
    subunit,
    two_admins,
    upload,
    work_off,
)

pytestmark = pytest.mark.django_db


def superseded(guideline_id: str, *tests: str) -> Guideline:
    return supersede_guideline(guideline=in_force(guideline_id, *tests), by=two_admins()[0])


def test_verdicts_stand_in_the_order_of_force_then_of_age() -> None:
    announced("2033.06", "a")
    superseded("2030.06", "a")
    in_force("2031.06", "a")
    in_force("2032.06", "a")
    run = judged(subunit(a="success"))
    found = verdicts_of(run)
    order = ["2032.06", "2031.06", "2030.06", "2033.06"]
    assert [line.guideline.document_id for line in found] == order
    assert [line.is_readiness for line in found] == [False, False, False, True]
    assert [line.verdict for line in found] == ["passed"] * 4
    assert [row.guideline.document_id for row in evaluations_of(run)][-1] == "2033.06"


@pytest.mark.slow
def test_targets_stand_in_their_own_order() -> None:
    powered()
    found = verdicts_of(judged(real_run("identity-serial.v2")))
    assert [line.title for line in found[:3]] == ["Platform", "Compute", "Object Storage"]
    assert found[0].short == 266
    assert not found[0].is_add_on


def test_the_newest_ruleset_counts() -> None:
    guideline = in_force("2031.06", "a")
    run = judged(subunit(a="failure"))
    row = Evaluation.objects.get()
    row.pk, row.ruleset = None, row.ruleset + 1
    row.verdict, row.tests_failed, row.tests_passed = "passed", 0, 1
    row.save(force_insert=True)
    [line] = verdicts_of(run)
    assert (line.guideline, line.verdict) == (guideline, "passed")


def test_the_verdicts_of_many_runs_cost_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    in_force("2031.06", "a")
    runs = [judged(subunit(a="success", **{f"x{n}": "success"})) for n in range(4)]
    runs.append(upload())
    with django_assert_num_queries(1):
        found = verdicts_of_each(runs)
    assert [run for run, _ in found] == runs
    assert [len(lines) for _, lines in found] == [1, 1, 1, 1, 0]


def test_verdicts_on_the_spot_are_those_that_are_kept() -> None:
    guideline = in_force("2031.06", "a", "b")
    run = judged(subunit(a="success", b="failure"))
    explained = explain_each(run, guideline)
    assert verdicts_on_demand(guideline, explained) == verdicts_of(run)
    assert Evaluation.objects.count() == 1


def test_explaining_without_evidence_is_refused() -> None:
    guideline = in_force("2031.06", "a")
    run = judged(subunit(a="success"))
    delete_evidence(run.evidence_sha256)
    with pytest.raises(EvidenceGone):
        explain_each(run, guideline)


def test_a_guideline_is_found_by_name_the_one_in_force_first() -> None:
    older = in_force("2031.06", "a")
    newer = draft("2031.06", "b")
    assert find_guideline("2031.06") == older
    assert find_guideline("2031.06", newer.digest) == newer
    assert list(other_texts(older)) == [newer]
    assert find_guideline(draft("2032.06").document_id).state == Guideline.State.DRAFT


@pytest.mark.parametrize("digest", ["", "0" * 64, "no digest", "\0"])
def test_an_unknown_guideline_is_not_found(digest: str) -> None:
    draft("2031.06", "a")
    with pytest.raises(Guideline.DoesNotExist):
        find_guideline("2031.06" if digest else "2099.01", digest)


def test_shelves_hold_each_guideline_once() -> None:
    current, former = in_force("2032.06", "a"), superseded("2031.06", "a")
    coming, unknown = announced("2033.06", "a"), draft("2034.06", "a")
    shelves = guideline_shelves()
    assert shelves.in_force == [current]
    assert shelves.announced == [coming]
    assert shelves.history == [unknown, former]


def test_the_lint_of_a_guideline_is_kept_by_its_digest() -> None:
    assert lint_findings(draft("2031.06", "a")) == lint_findings(find_guideline("2031.06"))


def test_names_of_passed_tests_are_sorted_and_only_of_judged_runs() -> None:
    raw = subunit(b="success", a="success", c="failure")
    waiting = upload(raw)
    assert names_of_passed_tests(waiting) == []
    work_off()
    run = Run.objects.get()
    assert names_of_passed_tests(run) == ["demo.Tests.a", "demo.Tests.b"]


def test_how_many_runs_are_ahead() -> None:
    runs = [upload() for _ in range(3)]
    assert [runs_ahead(run) for run in runs] == [0, 1, 2]
    work_off()
    assert [runs_ahead(run) for run in runs] == [0, 0, 0]
