"""GET /api/v1/guidelines/: the list, and one guideline with its document."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from certification.guidelines import shipped_bytes
from certification.models import Guideline
from certification.operations.guidelines import Document, import_guidelines

pytestmark = pytest.mark.django_db

GUIDELINES = "/api/v1/guidelines/"
ROW_KEYS = {
    "document_id",
    "version",
    "add_on",
    "schema",
    "digest",
    "state",
    "announced",
    "document_status",
    "imported_at",
    "approved_at",
    "superseded_at",
    "url",
}


@pytest.fixture
def following(in_force: Guideline) -> Guideline:
    """Our next guideline, a draft."""
    document = Document("powered-2027.05.json", shipped_bytes("2027.05"))
    return import_guidelines(documents=[document], actor="system")[0][0].guideline


def listed(query: str = "") -> list[dict[str, Any]]:
    answer = Client().get(f"{GUIDELINES}{query}")
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def test_guidelines_are_listed_newest_first_without_documents(following: Guideline) -> None:
    rows = listed()
    assert [row["document_id"] for row in rows] == ["2027.05", "2026.11"]
    assert rows[1].keys() == ROW_KEYS
    assert (rows[1]["state"], rows[1]["schema"], rows[1]["add_on"]) == ("approved", "2.0", "")
    assert rows[1]["url"] == "http://testserver/guidelines/2026.11/"


def test_guidelines_are_filtered(following: Guideline, in_force: Guideline) -> None:
    for query, found in {
        "state=approved": ["2026.11"],
        "state=draft": ["2027.05"],
        "announced=false": ["2027.05", "2026.11"],
        "announced=true": [],
        "document_id=2026.11": ["2026.11"],
        "schema=1.2": [],
        f"digest={in_force.digest}": ["2026.11"],
    }.items():
        assert [row["document_id"] for row in listed(f"?{query}")] == found, query


@pytest.mark.parametrize("query", ["state=good", "document_id=%00"])
def test_a_filter_that_cannot_be_is_named(query: str) -> None:
    answer = Client().get(f"{GUIDELINES}?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_one_guideline_has_its_document_and_its_targets(in_force: Guideline) -> None:
    answer = Client().get(f"{GUIDELINES}2026.11/")
    assert answer.status_code == 200
    body = answer.json()
    assert body.keys() == ROW_KEYS | {"document", "targets"}
    assert body["document"] == json.loads(shipped_bytes("2026.11"))
    assert body["digest"] == in_force.digest
    assert body["targets"] == [
        {"name": "platform", "title": "Platform", "is_add_on": False},
        {"name": "compute", "title": "Compute", "is_add_on": False},
        {"name": "object", "title": "Object Storage", "is_add_on": False},
    ]


def test_another_text_of_the_same_id_is_found_by_its_digest(in_force: Guideline) -> None:
    document = Document("new.json", shipped_bytes("2026.11") + b"\n")
    imported, _ = import_guidelines(documents=[document], actor="system")
    newer = imported[0].guideline.digest
    address = f"{GUIDELINES}2026.11/"
    assert Client().get(address).json()["digest"] == in_force.digest
    assert Client().get(f"{address}?digest={newer}").json()["digest"] == newer
    assert Client().get(f"{address}?digest={'0' * 64}").status_code == 404


@pytest.mark.parametrize("name", ["2031.01", "%00", "%ff", "x" * 300])
def test_an_unknown_guideline_is_not_found(in_force: Guideline, name: str) -> None:
    answer = Client().get(f"{GUIDELINES}{name}/")
    assert answer.status_code == 404
    assert answer.json() == {
        "code": "not-found",
        "title": "There is nothing at this address that you may see.",
    }


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_guidelines_are_only_read(in_force: Guideline, method: str) -> None:
    for address in (GUIDELINES, f"{GUIDELINES}2026.11/"):
        answer = Client().generic(method, address, b'{"state": "approved"}', "application/json")
        assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")
