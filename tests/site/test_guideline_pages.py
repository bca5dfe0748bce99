"""Guidelines: the list, one of them, its document."""

from __future__ import annotations

import hashlib

import pytest
from django.test import Client

from certification.operations.guidelines import approve_guideline
from tests.factories import announced, document, draft, imported, in_force, two_admins
from tests.site.reading import read

pytestmark = pytest.mark.django_db


def test_the_list_tells_force_draft_and_history_apart(stranger: Client) -> None:
    in_force("2031.06")
    announced("2031.11")
    draft("2020.06")
    text = read(stranger.get("/guidelines/")).text
    force, drafts, history = (text.index(w) for w in ("In force", "Announced drafts", "History"))
    assert force < text.index("2031.06") < drafts < text.index("2031.11") < history
    assert history < text.index("2020.06")
    assert "Imported, not in force" in text


def test_an_empty_list_says_so(stranger: Client) -> None:
    assert "No guideline is in force yet" in read(stranger.get("/guidelines/")).text


def test_a_guideline_shows_its_targets_tests_and_both_statuses(stranger: Client) -> None:
    made = in_force("2031.06", "a", "b")
    page = read(stranger.get("/guidelines/2031.06/"))
    assert page.title == "Guideline 2031.06"
    assert "Compute 1 0 2 0" in page.text
    assert "demo.Tests.a" in page.text
    assert "required for Compute" in page.text
    assert "Its own status draft" in page.text
    assert "In force" in page.text
    assert made.digest in page.text
    assert "2026.1 Gazpacho" in page.text


def test_a_draft_says_that_nothing_is_certified_by_it(stranger: Client) -> None:
    announced("2031.11")
    text = read(stranger.get("/guidelines/2031.11/")).text
    assert "A draft." in text
    assert "nothing is certified by it" in text


def test_flags_stand_with_their_reasons(stranger: Client) -> None:
    tests = {"demo.Tests.a": {}, "demo.Tests.z": {"flagged": {"reason": "depends on a sleep"}}}
    body = {"demo-ability": {"description": "", "project": "demo", "tests": tests}}
    imported(document("2020.06", capabilities=body))
    page = read(stranger.get("/guidelines/2020.06/"))
    assert "depends on a sleep" in page.text
    assert "Compute 1 0 1 1" in page.text


def test_remarks_of_the_lint_stand_with_their_place(stranger: Client) -> None:
    body = {"demo-ability": {"description": "", "project": "demo", "tests": {}}}
    imported(document("2020.06", capabilities=body))
    text = read(stranger.get("/guidelines/2020.06/")).text
    assert "capabilities.demo-ability.tests" in text
    assert "capability-without-tests" in text


def test_the_document_comes_byte_for_byte(stranger: Client) -> None:
    made = in_force("2031.06", "a")
    answer = stranger.get("/guidelines/2031.06.json")
    assert answer["Content-Type"] == "application/json"
    assert hashlib.sha256(answer.content).hexdigest() == made.digest


def test_of_two_texts_with_one_name_the_one_in_force_answers(stranger: Client) -> None:
    first = in_force("2031.06", "a")
    second = draft("2031.06", "a", "b")
    page = read(stranger.get("/guidelines/2031.06/"))
    assert f"/guidelines/2031.06/?digest={second.digest}" in page.links
    asked = read(stranger.get(f"/guidelines/2031.06/?digest={second.digest}"))
    assert "demo.Tests.b" in asked.text
    for admin in two_admins():
        second = approve_guideline(guideline=second, by=admin, reason="Better.")
    assert "demo.Tests.b" in read(stranger.get("/guidelines/2031.06/")).text
    first.refresh_from_db()
    assert first.state == "superseded"


@pytest.mark.parametrize("path", ["nope/", "nope.json", "2031.06/?digest=00", "%00/"])
def test_what_is_not_there_is_404(stranger: Client, path: str) -> None:
    in_force("2031.06")
    assert stranger.get(f"/guidelines/{path}").status_code == 404
