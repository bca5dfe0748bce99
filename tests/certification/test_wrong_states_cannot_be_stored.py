"""What must never be true, the database itself refuses, whatever the code around it does."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import Error, IntegrityError, connection, models, transaction
from django.utils import timezone

from certification.models import Evaluation, Guideline, GuidelineApproval, QueueEntry, Run
from certification.operations.guidelines import approve_guideline
from tests.factories import (
    announced,
    draft,
    in_force,
    judged,
    person,
    subunit,
    two_admins,
    upload,
    vendor,
)

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def refused(constraint: str, rows: models.QuerySet[Any], **wrong: Any) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        rows.update(**wrong)


def evaluation(**counts: Any) -> Evaluation:
    run, guideline = upload(), draft()
    facts = {"tests_total": 2, "tests_passed": 2, "verdict": "passed"} | counts
    none = dict.fromkeys(("tests_passed", "tests_failed", "tests_skipped", "tests_missing"), 0)
    return Evaluation.objects.create(
        run=run,
        guideline=guideline,
        inputs_digest="0" * 64,
        target="compute",
        ruleset=1,
        **(none | facts),
    )


def test_passed_means_that_all_passed() -> None:
    assert evaluation().verdict == "passed"


@pytest.mark.parametrize(
    ("constraint", "counts"),
    [
        ("evaluation_passed_means_all", {"tests_passed": 1, "tests_missing": 1}),
        ("evaluation_passed_means_all", {"tests_passed": 1, "tests_failed": 1}),
        ("evaluation_passed_means_all", {"tests_passed": 1, "tests_skipped": 1}),
        ("evaluation_passed_means_all", {"tests_total": 0, "tests_passed": 0}),
        ("evaluation_counts_add_up", {"tests_passed": 1, "verdict": "failed"}),
        ("evaluation_counts_add_up", {"tests_missing": 1, "verdict": "failed"}),
        ("check", {"tests_total": 1, "tests_failed": -1, "verdict": "failed"}),
    ],
)
def test_no_verdict_says_more_than_its_counts(constraint: str, counts: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        evaluation(**counts)


def test_a_verdict_is_never_changed() -> None:
    in_force("2031.06", "a")
    run = judged(subunit(a="failure"))
    for changes in ({"verdict": "error"}, {"tests_failed": 0, "tests_passed": 1}, {"target": "x"}):
        with pytest.raises(Error, match="never changed"), transaction.atomic():
            run.evaluations.update(**changes)


def test_there_is_one_verdict_for_the_same_inputs() -> None:
    row = evaluation()
    row.pk = None
    with pytest.raises(IntegrityError, match="evaluation_once"), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "verified", "verified_at": None},
        {"state": "verified", "verified_at": NOW, "fault_code": "x"},
        {"state": "received", "verified_at": NOW},
        {"state": "received", "fault_code": "x"},
        {"state": "verifying", "verified_at": NOW},
        {"state": "unreadable"},
        {"state": "unreadable", "verified_at": NOW, "fault_code": "x"},
        {"state": "quarantined"},
        {"state": "passed"},
        {"state": ""},
    ],
)
def test_a_runs_state_has_what_belongs_to_it(wrong: dict[str, Any]) -> None:
    refused("run_state_paired", Run.objects.filter(pk=upload().pk), **wrong)


def test_a_run_has_what_belongs_together() -> None:
    run = Run.objects.filter(pk=judged().pk)
    refused("run_damage_paired", run, damage_offset=7)
    refused("run_damage_paired", run, damage_reason="torn")
    refused("run_evidence_bytes_check|check", run, tests_passed=-1)


def test_a_run_of_nobody_is_signed_by_nobody_and_no_vendors() -> None:
    facts = {"evidence_sha256": "0" * 64, "evidence_bytes": 1, "uploaded_via": "page"}
    with pytest.raises(IntegrityError, match="run_vendor_has_uploader"), transaction.atomic():
        Run.objects.create(vendor=vendor(), **facts)
    with pytest.raises(IntegrityError, match="run_evidence_is_sha256"), transaction.atomic():
        Run.objects.create(**(facts | {"evidence_sha256": "0" * 63 + "G"}))


def test_one_owner_has_one_run_of_the_same_bytes() -> None:
    for owner in (None, person()):
        run = upload(by=owner)
        facts = {"evidence_bytes": 1, "uploaded_via": "page", "uploaded_by": owner}
        with pytest.raises(IntegrityError, match="run_once_per_owner"), transaction.atomic():
            Run.objects.create(evidence_sha256=run.evidence_sha256, **facts)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("evidence_sha256", "0" * 64),
        ("evidence_bytes", 1),
        ("uploaded_by_id", None),
        ("vendor_id", None),
        ("received_at", NOW),
    ],
)
def test_what_a_run_stands_on_is_never_changed(column: str, value: object) -> None:
    ann = person()
    vendor(owner=ann)
    run = upload(by=ann)
    with pytest.raises(Error, match="never changed"), transaction.atomic():
        Run.objects.filter(pk=run.pk).update(**{column: value})


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "approved"},
        {"state": "draft", "approved_at": NOW},
        {"state": "approved", "approved_at": NOW, "superseded_at": NOW},
        {"state": "superseded", "approved_at": NOW},
        {"state": "superseded", "superseded_at": NOW},
        {"state": "ripe"},
    ],
)
def test_a_guidelines_state_has_what_belongs_to_it(wrong: dict[str, Any]) -> None:
    guideline = Guideline.objects.filter(pk=draft().pk)
    refused("guideline_approval_paired", guideline, **wrong)


def test_one_text_of_an_id_is_in_force() -> None:
    in_force("2031.06", "a")
    other = Guideline.objects.filter(pk=draft("2031.06", "b").pk)
    refused("guideline_one_in_force_per_id", other, state="approved", approved_at=NOW)


def test_a_person_approves_once() -> None:
    admin = two_admins()[0]
    guideline = approve_guideline(guideline=draft(), by=admin, reason="Ripe.")
    with pytest.raises(IntegrityError, match="approval_once_a_person"), transaction.atomic():
        GuidelineApproval.objects.create(guideline=guideline, person=admin, reason="Riper.")


def test_open_work_stands_once_in_the_queue() -> None:
    announced()
    entry = QueueEntry.objects.get()
    with pytest.raises(IntegrityError, match="queue_entry_open_once"), transaction.atomic():
        QueueEntry.objects.create(kind=entry.kind, subject=entry.subject)


def test_a_guideline_with_verdicts_is_not_deleted() -> None:
    guideline = in_force("2031.06", "a")
    judged(subunit(a="success"))
    with (
        pytest.raises(IntegrityError, match="violates foreign key"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DELETE FROM certification_guidelineapproval")
        cursor.execute("DELETE FROM certification_guideline WHERE id = %s", [guideline.pk])
