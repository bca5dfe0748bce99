"""The queue, one submission on one screen, and the decision."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from certification.models import Certificate, Submission, Waiver
from marketplace.catalogue.models import User
from tests.factories import join, person
from tests.site.conftest import signed_in
from tests.site.reading import read
from tests.workspace.stories import Story, story

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def url_of(submission: Submission) -> str:
    return f"/staff/submissions/{submission.pk}/"


def decide(by: User, submission: Submission, deed: str, **more: Any) -> Any:
    given = {"deed": deed, "reason": "Looked at with care."} | more
    return signed_in(by).post(f"{url_of(submission)}decide/", given)


def test_the_queue_says_who_waits_how_long_and_why(told: Story, reviewer: User) -> None:
    waiting = told.draft()
    page = read(signed_in(reviewer).get("/staff/"))
    assert "Nothing waits for a person" in page.text
    told.client.post(f"/workspace/submissions/{waiting.pk}/submit/", {"note": ""})
    page = read(signed_in(reviewer).get("/staff/"))
    assert url_of(waiting) in page.links
    assert "1 submission waits for a person" in page.text
    assert "The vendor's domain is not proven." in page.text


def test_what_belongs_to_a_vendor_of_theirs_is_never_there(told: Story, reviewer: User) -> None:
    submission = told.submitted()
    join(told.vendor, reviewer, "viewer")
    client = signed_in(reviewer)
    assert url_of(submission) not in read(client.get("/staff/")).links
    assert client.get(url_of(submission)).status_code == 404
    assert client.post(f"{url_of(submission)}take/").status_code == 404
    assert decide(reviewer, submission, "approve").status_code == 404
    submission.refresh_from_db()
    assert submission.state == "submitted"


def test_one_screen_has_verdict_checks_run_and_vendor(told: Story, reviewer: User) -> None:
    submission = told.submitted(note="Three plain racks.")
    page = read(signed_in(reviewer).get(url_of(submission)))
    assert page.title == "Kelp Cloud 9.1 asks for Compute 2031.06"
    for said in (
        "2 of 2 counted tests passed",
        "The run answers no challenge of ours.",
        "Three plain racks.",
        "Answers our challenge",
        "handed it in",
        "self-reported, valid until",
    ):
        assert said in page.text, said
    assert any(submission.run.get_absolute_url() in link for link in page.links)


def test_a_reviewer_takes_it_and_a_second_time_is_told(told: Story, reviewer: User) -> None:
    submission, client = told.submitted(), signed_in(reviewer)
    assert client.post(f"{url_of(submission)}take/")["Location"] == url_of(submission)
    submission.refresh_from_db()
    assert (submission.state, submission.reviewer) == ("in-review", reviewer)
    again = client.post(f"{url_of(submission)}take/", follow=True)
    assert "transition-refused" in read(again).text


def test_approved_with_a_reason_the_certificate_is_public(told: Story, reviewer: User) -> None:
    submission = told.submitted()
    answer = decide(reviewer, submission, "approve")
    assert (answer.status_code, answer["Location"]) == (303, url_of(submission))
    certificate = Certificate.objects.get(submission=submission)
    assert certificate.state == "active"
    assert Client().get(certificate.get_absolute_url()).status_code == 200
    text = read(signed_in(reviewer).get(url_of(submission))).text
    assert "Looked at with care." in text
    assert certificate.number in text


def test_two_reviewers_decide_once(told: Story, reviewer: User, second: User) -> None:
    submission = told.submitted()
    assert decide(reviewer, submission, "approve").status_code == 303
    late = decide(second, submission, "reject")
    assert late.status_code == 400
    assert Certificate.objects.count() == 1
    submission.refresh_from_db()
    assert submission.state == "approved"


@pytest.mark.parametrize(("deed", "state"), [("reject", "rejected"), ("ask", "changes-asked")])
def test_rejected_or_asked_for_changes(told: Story, reviewer: User, deed: str, state: str) -> None:
    submission = told.submitted()
    assert decide(reviewer, submission, deed).status_code == 303
    submission.refresh_from_db()
    assert (submission.state, submission.reason) == (state, "Looked at with care.")
    assert Certificate.objects.count() == 0


@pytest.mark.parametrize("changes", [{"reason": ""}, {"reason": " "}, {"deed": "bless"}])
def test_without_a_reason_nothing_is_decided(
    told: Story, reviewer: User, changes: dict[str, str]
) -> None:
    submission = told.submitted()
    given = {"deed": "approve", "reason": "Fine."} | changes
    answer = signed_in(reviewer).post(f"{url_of(submission)}decide/", given)
    assert answer.status_code == 400
    submission.refresh_from_db()
    assert submission.state == "submitted"


def test_what_is_short_is_approved_with_a_waiver_alone(told: Story, reviewer: User) -> None:
    submission = told.submitted(told.short_run(), asks_waiver=True, note="A race in b.")
    plain = decide(reviewer, submission, "approve")
    assert plain.status_code == 400
    assert "not-certifiable" in read(plain).text
    assert Certificate.objects.count() == 0
    ends_on = (timezone.now() + timedelta(days=40)).date()
    answer = decide(
        reviewer,
        submission,
        "approve",
        waived=["demo.Tests.b"],
        waiver_reason="Upstream race, mended in 9.2.",
        waiver_ends_on=ends_on.isoformat(),
    )
    assert answer.status_code == 303
    waiver = Waiver.objects.get()
    assert (waiver.tests, waiver.ends_on) == (["demo.Tests.b"], ends_on)
    certificate = Certificate.objects.get()
    assert certificate.valid_until.date() == ends_on


def test_a_waiver_needs_a_reason_a_day_and_an_open_test(told: Story, reviewer: User) -> None:
    submission = told.submitted(told.short_run(), asks_waiver=True)
    day = (timezone.now() + timedelta(days=40)).date().isoformat()
    whole = {"waived": ["demo.Tests.b"], "waiver_reason": "A race.", "waiver_ends_on": day}
    for deed, changes in (
        ("approve", {"waiver_reason": ""}),
        ("approve", {"waiver_ends_on": ""}),
        ("approve", {"waiver_ends_on": "2020-01-01"}),
        ("approve", {"waived": ["demo.Tests.a"]}),
        ("reject", {}),
    ):
        answer = decide(reviewer, submission, deed, **(whole | changes))
        assert answer.status_code == 400, changes
    submission.refresh_from_db()
    assert submission.state == "submitted"
    assert (Waiver.objects.count(), Certificate.objects.count()) == (0, 0)


def test_next_leads_to_each_that_waits_in_turn(reviewer: User) -> None:
    waiting = [story(name).submitted() for name in ("Kelp", "Moss", "Reed")]
    client, seen, path = signed_in(reviewer), [], url_of(waiting[0])
    for _ in waiting:
        links = read(client.get(path)).links
        [path] = [link for link in links if link in {url_of(one) for one in waiting} - {path}]
        seen.append(path)
    assert seen == [url_of(one) for one in (waiting[1], waiting[2], waiting[0])]


def test_the_screen_says_that_a_waiver_is_asked_for_and_what_to_do(
    told: Story, reviewer: User
) -> None:
    submission = told.submitted()
    asked = {"code": "waiver-asked", "text": "The vendor asks for a waiver. 1 test is short."}
    plain = read(signed_in(reviewer).get(url_of(submission))).text
    assert "asks for a waiver" not in plain
    Submission.objects.filter(pk=submission.pk).update(flags=[asked])
    assert "The vendor asks for a waiver." in read(signed_in(reviewer).get(url_of(submission))).text


def test_a_decided_one_says_who_decided(told: Story, reviewer: User, second: User) -> None:
    submission = told.submitted()
    decide(second, submission, "reject")
    page = read(signed_in(reviewer).get(url_of(submission))).text
    assert "by Tomas" in page and "given to" not in page
    assert "What the rules say of it today" in page and "need a person" not in page
    assert "by Tomas" in read(signed_in(reviewer).get("/staff/")).text


def test_strangers_vendors_and_unsent_drafts(told: Story, reviewer: User) -> None:
    submission = told.submitted()
    paths = ["/staff/", url_of(submission)]
    for path in paths:
        assert Client().get(path)["Location"] == f"/sign-in/?next={path}"
        assert told.client.get(path).status_code == 404
    for deed in ("take", "decide"):
        path = f"{url_of(submission)}{deed}/"
        assert told.client.post(path, {"deed": "approve", "reason": "Ours."}).status_code == 404
        assert signed_in(reviewer).get(path).status_code == 405
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(reviewer, backend="django.contrib.auth.backends.ModelBackend")
        assert strict.post(path).status_code == 403
    told.client.post(f"/workspace/submissions/{submission.pk}/withdraw/")
    draft = told.draft()
    assert signed_in(reviewer).get(url_of(draft)).status_code == 404
    assert decide(reviewer, draft, "approve").status_code == 404
    assert Certificate.objects.count() == 0


def test_who_uploaded_it_does_not_decide_after_leaving_the_vendor(
    told: Story, reviewer: User
) -> None:
    submission = told.submitted()
    join(told.vendor, person("Bob"), "owner")  # a vendor never loses its last one
    join(told.vendor, person("Bea"), "owner")
    told.owner.memberships.all().delete()
    told.owner.staff_role = "reviewer"
    told.owner.save()
    answer = decide(told.owner, submission, "approve")
    assert answer.status_code == 400
    assert "own-upload" in read(answer).text
    assert Certificate.objects.count() == 0


def test_staff_alone_are_led_there() -> None:
    for role, there in (("reviewer", True), ("admin", True), ("", False)):
        links = read(signed_in(person("Pat", staff_role=role)).get("/")).links
        assert ("/staff/" in links) is there
