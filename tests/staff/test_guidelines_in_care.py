"""Staff import a guideline, look at what it would do, put it into force by two, and amend it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from certification.models import Amendment, Guideline
from marketplace.catalogue.models import AuditEvent, User
from tests.factories import document, draft, person, powered
from tests.site.conftest import signed_in
from tests.site.reading import read
from tests.workspace.stories import Story

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
STATE = Guideline.State


def url_of(guideline: Guideline, deed: str = "") -> str:
    return f"/staff/guidelines/{guideline.pk}/{deed}"


def upload(by: User, raw: bytes, **more: str) -> Any:
    file = SimpleUploadedFile("next.json", raw, "application/json")
    return signed_in(by).post("/staff/guidelines/", {"document": file, **more})


def test_from_the_file_to_the_market(told: Story, admin: User) -> None:
    told.certified()
    answer = upload(admin, document("2031.11", "a", "new"), source="https://office.example/g")
    guideline = Guideline.objects.get(document_id="2031.11")
    assert (answer.status_code, answer["Location"]) == (303, url_of(guideline))
    assert (guideline.state, guideline.source) == (STATE.DRAFT, "https://office.example/g")
    imported = AuditEvent.objects.get(verb="guideline.imported", object_id=str(guideline.pk))
    assert imported.actor == f"user:{admin.pk}"
    client, second = signed_in(admin), signed_in(person("Jun", staff_role="admin"))
    page = read(client.get(url_of(guideline)))
    assert "No errors" in page.text
    [changes] = {link for link in page.links if "/diff/" in link and "2031.06" in link}
    found = read(Client().get(changes)).text
    assert "1 test added" in found
    assert "demo.Tests.new" in found
    impact = read(client.get(url_of(guideline, "impact/"))).text
    assert "Kelp Cloud 9.1" in impact
    assert client.post(url_of(guideline, "announce/")).status_code == 303
    assert client.post(url_of(guideline, "approve/"), {"reason": "Read."}).status_code == 303
    again = client.post(url_of(guideline, "approve/"), {"reason": "Read again."})
    assert (again.status_code, "second-person-needed" in read(again).text) == (400, True)
    assert second.post(url_of(guideline, "approve/"), {"reason": "Read."}).status_code == 303
    guideline.refresh_from_db()
    assert guideline.state == STATE.APPROVED
    assert second.post(url_of(guideline, "supersede/")).status_code == 303
    guideline.refresh_from_db()
    assert guideline.state == STATE.SUPERSEDED


def test_the_same_text_twice_changes_nothing(admin: User) -> None:
    for _ in range(2):
        assert upload(admin, document("2031.11", "a")).status_code == 303
    assert Guideline.objects.count() == 1


@pytest.mark.parametrize(
    ("raw", "says"), [(b"{", "json"), (b"[]", "("), (b"\xff\xfe", "("), (b"x" * 9, "(")]
)
def test_what_is_no_guideline_is_refused_with_its_place(admin: User, raw: bytes, says: str) -> None:
    answer = upload(admin, raw)
    assert answer.status_code == 400
    assert says in read(answer).text
    assert not Guideline.objects.exists()


def test_a_file_that_is_too_large_is_not_read(admin: User) -> None:
    answer = upload(admin, b" " * (4 * 1024 * 1024 + 1))
    assert "document-too-large" in read(answer).text


def test_an_amendment_is_seen_before_it_is_made(told: Story, admin: User) -> None:
    told.draft(told.short_run())
    client, wish = (
        signed_in(admin),
        {"action": "flag", "test": "demo.Tests.b", "reason": "It is <b>flaky</b>."},
    )
    there = url_of(told.guideline, "amend/")
    seen = client.post(there, wish | {"deed": "preview"})
    assert seen.status_code == 200
    assert "Put it into force" in read(seen).text
    assert not Amendment.objects.exists()
    assert client.post(there, wish | {"deed": "amend"}).status_code == 303
    again = client.post(there, wish | {"deed": "amend"})
    assert (again.status_code, "amendment-without-effect" in read(again).text) == (400, True)
    public = Client().get(told.guideline.get_absolute_url())
    assert "It is &lt;b&gt;flaky" in public.content.decode()
    assert client.get(url_of(told.guideline)).status_code == 200


def test_announcing_or_superseding_in_the_wrong_state_says_so(told: Story, admin: User) -> None:
    client = signed_in(admin)
    answer = client.post(url_of(told.guideline, "announce/"), follow=True)
    assert "transition-refused" in read(answer).text
    text = draft("2032.06", "a")
    answer = client.post(url_of(text, "supersede/"), follow=True)
    assert "transition-refused" in read(answer).text
    answer = client.post(url_of(text, "amend/"), {"action": "flag", "test": "a", "reason": "b"})
    assert "guideline-not-in-force" in read(answer).text


def test_reviewers_see_the_numbers_and_no_more(told: Story, reviewer: User) -> None:
    told.draft(told.short_run())
    client = signed_in(reviewer)
    assert client.get("/staff/guidelines/").status_code == 404
    assert client.post(url_of(told.guideline, "approve/"), {"reason": "Mine."}).status_code == 404
    numbers = read(client.get(url_of(told.guideline, "statistics/")))
    assert "1 product counted" in numbers.text
    assert client.get(url_of(told.guideline, "statistics.csv")).status_code == 200


def test_unlike_guidelines_are_not_compared(told: Story) -> None:
    powered()
    name = told.guideline.document_id
    for other, status in ((name, 200), ("2026.11", 200), ("nothing", 404)):
        assert Client().get(f"/guidelines/{name}/diff/{other}/").status_code == status
    levels = Guideline.objects.filter(add_on="integration").first()
    if levels is not None:
        there = f"/guidelines/{name}/diff/{levels.document_id}/"
        assert Client().get(there).status_code == 404
        same = f"/guidelines/{levels.document_id}/diff/{levels.document_id}/"
        assert Client().get(same).status_code == 200
        assert Client().get(f"{levels.get_absolute_url()}statistics/").status_code == 404
