"""The verdicts of a run, and one of them with every reason."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from django.db.models.functions import Now
from django.test import Client

from certification.engine.canonical import canonical_bytes
from certification.evidence import delete_evidence
from certification.guidelines import shipped_bytes
from certification.models import Evaluation, Guideline, Run
from certification.operations.guidelines import Document, import_guidelines
from marketplace.catalogue.models import User
from tests.api.conftest import judge, names_in, signed_in
from tests.api.evidence import refstack_body, subunit_v2
from tests.api.people import make_token
from tests.api.runs import stored_run

pytestmark = pytest.mark.django_db

RUNS = "/api/v1/runs/"
OBJECT = sorted(names_in("object_storage", "required"))
COMPUTE = sorted(names_in("compute", "required"))


def judged(body: bytes, **headers: str) -> str:
    answer = Client().post(RUNS, body, content_type="application/octet-stream", headers=headers)
    judge(answer.json()["id"])
    return str(answer.json()["id"])


def verdicts(run_id: str) -> list[dict[str, Any]]:
    answer = Client().get(f"{RUNS}{run_id}/evaluations/")
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()
    return found


def explained(run_id: str, target: str, guideline: str = "2026.11") -> Any:
    return Client().get(f"{RUNS}{run_id}/evaluations/{guideline}/{quote(target)}/")


def test_a_run_is_judged_for_every_target(in_force: Guideline) -> None:
    run_id = judged(subunit_v2(OBJECT))
    rows = {row["target"]: row for row in verdicts(run_id)}
    assert rows.keys() == {"platform", "compute", "object"}
    assert (rows["object"]["verdict"], rows["compute"]["verdict"]) == ("passed", "failed")
    assert rows["object"]["required"] == {
        "total": len(OBJECT),
        "passed": len(OBJECT),
        "failed": 0,
        "skipped": 0,
        "missing": 0,
    }
    both = len(set(OBJECT) | set(COMPUTE))
    assert rows["platform"]["required"]["missing"] == both - len(OBJECT)
    assert rows["object"]["guideline"] == "2026.11"
    assert rows["object"]["guideline_digest"] == in_force.digest
    assert rows["object"]["guideline_state"] == "approved"


def test_a_run_that_waits_has_no_verdicts_yet(in_force: Guideline) -> None:
    run = stored_run(state="received")
    assert verdicts(str(run.pk)) == []
    assert explained(str(run.pk), "object").status_code == 404


def test_a_verdict_is_explained_test_by_test(in_force: Guideline) -> None:
    failed, missing, passed = OBJECT[0], OBJECT[1], OBJECT[2:]
    run_id = judged(subunit_v2(passed, [failed]))
    answer = explained(run_id, "object").json()
    assert (answer["verdict"], answer["target"]) == ("failed", "object")
    assert answer["guideline_digest"] == in_force.digest
    assert (answer["failed"], answer["missing"]) == ([failed], [missing])
    assert answer["required"]["passed"] == len(passed)
    assert answer["reasons"]
    assert all(reason.keys() == {"code", "text"} for reason in answer["reasons"])
    states = {
        test["name"]: test["state"]
        for capability in answer["capabilities"]
        if capability["status"] == "required"
        for test in capability["tests"]
    }
    assert (states[failed], states[missing], states[passed[0]]) == ("failed", "missing", "passed")
    assert answer["shortest_path"]


def test_the_explanation_agrees_with_the_stored_verdict(in_force: Guideline) -> None:
    run_id = judged(subunit_v2(COMPUTE[5:] + OBJECT, COMPUTE[:3]))
    for row in verdicts(run_id):
        answer = Client().get(row["details"]).json()
        assert (answer["target"], answer["verdict"]) == (row["target"], row["verdict"])
        assert {key: answer["required"][key] for key in row["required"]} == row["required"]


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("platform", "platform"),
        ("object", "object"),
        ("compute", "compute"),
        ("Compute", "compute"),
        ("Object Storage", "object"),
        ("Hallmark Powered Object Storage", "object"),
        ("hallmark powered compute", "compute"),
        ("object_storage", "object"),
    ],
)
def test_a_target_has_short_names_and_the_documents_own(
    in_force: Guideline, target: str, name: str
) -> None:
    run_id = judged(subunit_v2(OBJECT[:2]))
    assert explained(run_id, target).json()["target"] == name


@pytest.mark.parametrize(
    ("guideline", "target"),
    [("2031.01", "object"), ("2026.11", "dns"), ("%00", "object"), ("2026.11", "\0")],
)
def test_an_unknown_guideline_or_target_is_not_found(
    in_force: Guideline, guideline: str, target: str
) -> None:
    run_id = judged(subunit_v2(OBJECT[:2]))
    answer = explained(run_id, target, guideline)
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_a_guideline_that_is_not_in_force_can_be_asked_about(in_force: Guideline) -> None:
    document = Document("next.json", shipped_bytes("2027.05"))
    import_guidelines(documents=[document], actor="system")
    run_id = judged(subunit_v2(OBJECT))
    assert {row["guideline"] for row in verdicts(run_id)} == {"2026.11"}
    answer = explained(run_id, "object", "2027.05").json()
    assert answer["guideline"] == "2027.05"
    assert Evaluation.objects.filter(guideline__document_id="2027.05").count() == 0


def test_the_details_are_by_the_same_text_of_the_guideline(in_force: Guideline) -> None:
    """A corrected text of the same id came into force; the old verdict keeps its own reasons."""
    run_id = judged(subunit_v2(OBJECT))
    details = verdicts(run_id)[0]["details"]
    Guideline.objects.update(state="superseded", superseded_at=Now())
    corrected = shipped_bytes("2026.11") + b"\n"
    imported, _ = import_guidelines(documents=[Document("new.json", corrected)], actor="system")
    Guideline.objects.filter(pk=imported[0].guideline.pk).update(
        state="approved", approved_at=Now()
    )
    assert verdicts(run_id)[0]["details"] == details
    assert Client().get(details).json()["guideline_digest"] == in_force.digest
    newest = explained(run_id, "object").json()
    assert newest["guideline_digest"] == imported[0].guideline.digest
    wrong = Client().get(f"{RUNS}{run_id}/evaluations/2026.11/object/?digest=%00")
    assert wrong.status_code == 404


def test_passes_only_evidence_is_labelled(in_force: Guideline) -> None:
    run_id = judged(refstack_body(OBJECT))
    answer = explained(run_id, "object").json()
    assert answer["report"]["passes_only"] is True
    assert answer["verdict"] == "passed"


def test_a_damaged_stream_never_passes(in_force: Guideline) -> None:
    run_id = judged(subunit_v2(OBJECT) + subunit_v2(["one.more"])[:-3])
    answer = explained(run_id, "object").json()
    assert answer["verdict"] == "failed"
    assert "incomplete-evidence" in {reason["code"] for reason in answer["reasons"]}
    assert {row["verdict"] for row in verdicts(run_id)} == {"failed"}


def test_a_run_whose_evidence_is_gone_says_so(in_force: Guideline) -> None:
    run_id = judged(subunit_v2(["evidence.that.goes"]))
    delete_evidence(Run.objects.get(pk=run_id).evidence_sha256)
    answer = explained(run_id, "object")
    assert (answer.status_code, answer.json()["code"]) == (404, "evidence-gone")
    assert len(verdicts(run_id)) == 3


def test_the_same_question_has_the_same_answer(in_force: Guideline) -> None:
    run_id = judged(subunit_v2(OBJECT[:9], OBJECT[9:12]))
    first, second = (explained(run_id, "object").content for _ in range(2))
    assert first == second
    assert canonical_bytes(json.loads(first)) == canonical_bytes(json.loads(second))


def test_a_private_run_keeps_its_verdicts_private(
    in_force: Guideline, ida: User, stranger: User
) -> None:
    _, header = make_token(ida)
    run_id = judged(subunit_v2(OBJECT), **header)
    for end in ("", "2026.11/object/"):
        address = f"{RUNS}{run_id}/evaluations/{end}"
        for client in (Client(), signed_in(stranger)):
            assert client.get(address).status_code == 404
        for client in (signed_in(ida), Client(headers=header)):
            assert client.get(address).status_code == 200


def test_a_configured_public_address_stands_in_the_details(
    in_force: Guideline, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://marks.example"
    run_id = judged(subunit_v2(OBJECT[:2]))
    for row in verdicts(run_id):
        assert row["details"].startswith(f"https://marks.example/api/v1/runs/{run_id}/")
