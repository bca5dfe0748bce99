"""Vendor and reviewer write to each other; the reviewer sees the history and the last run."""

from __future__ import annotations

import gzip

import pytest
from django.test import Client

from certification.models import Submission
from certification.operations.conversation import TEXT_MOST, MessageRefused, write
from certification.operations.review import reject
from marketplace.catalogue.models import AuditEvent, User
from tests.factories import join, judged, person, real_run, refstack_json, subunit
from tests.site.conftest import signed_in
from tests.site.reading import read
from tests.workspace.stories import Story

pytestmark = pytest.mark.django_db


def of_staff(submission: Submission) -> str:
    return f"/staff/submissions/{submission.pk}/"


def of_vendor(submission: Submission) -> str:
    return f"/workspace/submissions/{submission.pk}/"


def test_both_sides_write_and_read(told: Story, reviewer: User) -> None:
    submission = told.submitted()
    asked = signed_in(reviewer).post(f"{of_staff(submission)}message/", {"text": "Which region?"})
    assert asked["Location"] == of_staff(submission)
    told.client.post(f"{of_vendor(submission)}message/", {"text": "The <b>north</b> one."})
    for page in (
        signed_in(reviewer).get(of_staff(submission)),
        told.client.get(of_vendor(submission)),
    ):
        assert "Which region?" in read(page).text
        assert "The <b>north</b> one." in read(page).text
        assert b"<b>north" not in page.content
    events = AuditEvent.objects.filter(verb="submission.question").order_by("pk")
    assert [event.actor for event in events] == [f"user:{reviewer.pk}", f"user:{told.owner.pk}"]
    assert reviewer.display_name not in read(told.client.get(of_vendor(submission))).text


def test_strangers_viewers_and_insiders_do_not_write(told: Story, reviewer: User) -> None:
    submission = told.submitted()
    eve, viewer = person("Eve"), person("Vic")
    join(told.vendor, viewer, "viewer")
    path = f"{of_vendor(submission)}message/"
    assert Client().post(path, {"text": "Hi."}).status_code == 302
    assert signed_in(eve).post(path, {"text": "Hi."}).status_code == 404
    assert signed_in(viewer).post(path, {"text": "Hi."}).status_code == 403
    assert told.client.post(f"{of_staff(submission)}message/", {"text": "Hi."}).status_code == 404
    join(told.vendor, reviewer, "viewer")
    said = signed_in(reviewer).post(f"{of_staff(submission)}message/", {"text": "Hi."})
    assert said.status_code == 404
    with pytest.raises(MessageRefused, match="role"):
        write(submission=submission, by=eve, text="Hi.")
    assert not AuditEvent.objects.filter(verb="submission.question").exists()


@pytest.mark.parametrize("text", ["", "  ", "x" * (TEXT_MOST + 1)])
def test_nothing_and_too_much_is_refused(told: Story, reviewer: User, text: str) -> None:
    submission = told.submitted()
    for client, path in (
        (told.client, of_vendor(submission)),
        (signed_in(reviewer), of_staff(submission)),
    ):
        assert client.post(f"{path}message/", {"text": text}).status_code == 400
    with pytest.raises(MessageRefused):
        write(submission=submission, by=told.owner, text=text)


def test_after_the_decision_nobody_listens(told: Story, reviewer: User) -> None:
    submission = reject(submission=told.submitted(), by=reviewer, reason="It is another one.")
    answer = told.client.post(f"{of_vendor(submission)}message/", {"text": "But why?"})
    assert answer.status_code == 400
    assert "conversation-closed" in read(answer).text
    assert f"{of_vendor(submission)}message/" not in [
        form["action"] for form in read(told.client.get(of_vendor(submission))).all("form")
    ]


def test_a_usual_text_is_put_into_the_field(told: Story, reviewer: User) -> None:
    url = of_staff(told.submitted())
    plain = read(signed_in(reviewer).get(url))
    assert "?phrase=ask-whole-run#decide" in plain.links
    chosen = signed_in(reviewer).get(f"{url}?phrase=ask-whole-run")
    assert "run the whole list for Compute 2031.06 once more" in read(chosen).text
    assert signed_in(reviewer).get(f"{url}?phrase=nonsense").status_code == 200


def test_the_run_stands_beside_the_last_certified_one(told: Story, reviewer: User) -> None:
    first = told.certified()
    run = judged(subunit(a="success", b="failure", c="success"), by=told.owner)
    page = read(signed_in(reviewer).get(of_staff(told.submitted(run, asks_waiver=True))))
    assert "Beside the last certified run" in page.text
    assert "Lost" in page.text
    assert "demo.Tests.b (failed)" in page.text
    assert f"/runs/{run.pk}/compare/{first.run_id}/" in page.links


def test_a_copy_leads_to_both_runs_side_by_side(told: Story, reviewer: User) -> None:
    name = "guideline-2020.06-parallel3.v2"
    original = judged(real_run(name), by=person("Zoe"))
    copy = judged(gzip.decompress(real_run(name)), by=told.owner)
    client = signed_in(reviewer)
    page = read(client.get(of_staff(told.submitted(copy, asks_waiver=True))))
    assert "Compare the two runs" in page.text
    both = f"/runs/{copy.pk}/compare/{original.pk}/"
    assert both in page.links
    beside = read(client.get(both)).text
    assert "Times side by side" in beside and "1.000" in beside
    assert "Zoe" in beside and told.vendor.name in beside, "staff sees whose runs they are"
    assert told.client.get(both).status_code == 404, "the other run is not the vendor's"


def test_what_counted_against_the_vendor_is_there(told: Story, reviewer: User) -> None:
    reject(submission=told.submitted(), by=reviewer, reason="Made with another product.")
    page = read(signed_in(reviewer).get(of_staff(told.submitted())))
    assert "was rejected" in page.text
    assert "Made with another product." in page.text


def test_mistakes_of_the_run_are_named(told: Story, reviewer: User) -> None:
    told.submitted(judged(refstack_json("a", "b", cpid="lab-one"), by=told.owner))
    Submission.objects.update(state="withdrawn")
    second = told.submitted(judged(refstack_json("a", "b", cpid="lab-two"), by=told.owner))
    page = read(signed_in(reviewer).get(of_staff(second)))
    assert "This run is of another cloud" in page.text


def test_shortcuts_are_documented_and_come_from_a_file(told: Story, reviewer: User) -> None:
    client = signed_in(reviewer)
    for url in ("/staff/", of_staff(told.submitted())):
        answer = client.get(url)
        assert "Keyboard shortcuts" in read(answer).text
        assert b"workspace/keys.js" in answer.content
