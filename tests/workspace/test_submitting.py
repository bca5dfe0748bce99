"""Tying a run to a release, handing it in, following it."""

from __future__ import annotations

import pytest
from django.test import Client

from certification.models import Certificate, Submission
from certification.operations.review import ask_for_changes, reject
from tests.factories import join, judged, person, subunit
from tests.site.conftest import signed_in
from tests.site.reading import read
from tests.workspace.stories import Story, aim, story

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def told(db: None) -> Story:
    return story()


def release_url(told: Story) -> str:
    return f"/workspace/releases/{told.release.pk}/"


def url_of(submission: Submission) -> str:
    return f"/workspace/submissions/{submission.pk}/"


def test_the_release_shows_what_each_run_of_the_vendor_passes(told: Story) -> None:
    passing, short = told.passing_run(), told.short_run()
    foreign = judged(subunit(a="success", c="success"), by=person("Eve"))
    page = read(told.client.get(release_url(told)))
    assert {passing.get_absolute_url(), short.get_absolute_url()} <= set(page.links)
    assert foreign.get_absolute_url() not in page.links
    chosen = read(told.client.get(f"{release_url(told)}?run={short.pk}"))
    assert "Compute 2031.06: 1 test short" in chosen.text
    assert "answers no challenge for this release" in chosen.text
    assert "No domain of" in chosen.text
    for nobody in (str(foreign.pk), "rubbish", ""):
        assert "Tie this run" not in read(told.client.get(f"{release_url(told)}?run={nobody}")).text


def test_the_page_of_a_run_leads_to_the_releases_that_it_may_certify(told: Story) -> None:
    run, bob = told.passing_run(), person("Bob")
    join(told.vendor, bob, "viewer")
    there = f"{release_url(told)}?run={run.pk}#tie"
    assert there in read(told.client.get(run.get_absolute_url())).links
    assert there not in read(signed_in(bob).get(run.get_absolute_url())).links


def test_a_passing_run_is_tied_and_handed_in_at_once(told: Story) -> None:
    run = told.passing_run()
    answer = told.client.post(
        f"{release_url(told)}tie/", aim(told, run=str(run.pk), note="The same rack as before.")
    )
    submission = Submission.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, url_of(submission))
    assert (submission.state, submission.note) == ("submitted", "The same rack as before.")
    text = read(told.client.get(url_of(submission))).text
    assert "waits for a person" in text
    assert "You were promised an answer by" in text
    assert "The vendor's domain is not proven." in text
    assert url_of(submission) in read(told.client.get("/workspace/submissions/")).links


def test_what_is_refused_stays_a_draft_that_says_why(told: Story) -> None:
    run = told.short_run()
    told.client.post(f"{release_url(told)}tie/", aim(told, run=str(run.pk)))
    submission = Submission.objects.get()
    assert submission.state == "draft"
    page = read(told.client.get(url_of(submission)))
    assert "verdict-not-passed" in page.text
    again = told.client.post(f"{url_of(submission)}submit/", {"note": "Please."})
    assert again.status_code == 400
    assert "not-certifiable" in read(again).text
    waiving = told.client.post(f"{url_of(submission)}submit/", {"note": "x", "asks_waiver": "on"})
    assert waiving.status_code == 303
    submission.refresh_from_db()
    assert submission.state == "submitted"
    assert Certificate.objects.count() == 0


def test_the_same_is_not_asked_for_twice(told: Story) -> None:
    run = told.passing_run()
    first, second = (
        told.client.post(f"{release_url(told)}tie/", aim(told, run=str(run.pk))) for _ in range(2)
    )
    assert (first.status_code, second.status_code) == (303, 400)
    assert "submission-open" in read(second).text
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"aim": "1:platform"},
        {"aim": ""},
        {"openstack_release": "train"},
        {"run": "rubbish"},
        {"note": "x" * 2001},
    ],
)
def test_what_no_form_offers_is_not_taken(told: Story, changes: dict[str, str]) -> None:
    given = aim(told, run=str(told.passing_run().pk)) | changes
    assert told.client.post(f"{release_url(told)}tie/", given).status_code == 400
    assert Submission.objects.count() == 0


def test_nobody_ties_a_stranger_s_or_an_anonymous_run(told: Story) -> None:
    for run in (judged(by=person("Eve")), judged()):
        answer = told.client.post(f"{release_url(told)}tie/", aim(told, run=str(run.pk)))
        assert answer.status_code == 400
    assert Submission.objects.count() == 0


def test_changes_are_asked_and_it_is_handed_in_again(told: Story) -> None:
    submission = told.submitted()
    reviewer = person("Rev", staff_role="reviewer")
    ask_for_changes(submission=submission, by=reviewer, reason="Say which hardware it was.")
    page = read(told.client.get(url_of(submission)))
    assert "Say which hardware it was." in page.text
    assert reviewer.display_name not in page.text
    answer = told.client.post(f"{url_of(submission)}submit/", {"note": "Three plain racks."})
    assert answer["Location"] == url_of(submission)
    submission.refresh_from_db()
    assert (submission.state, submission.note) == ("submitted", "Three plain racks.")


def test_it_is_withdrawn_once_and_then_free_for_another_run(told: Story) -> None:
    submission = told.submitted()
    assert told.client.post(f"{url_of(submission)}withdraw/").status_code == 303
    submission.refresh_from_db()
    assert submission.state == "withdrawn"
    answer = told.client.post(f"{url_of(submission)}withdraw/", follow=True)
    assert "transition-refused" in read(answer).text
    assert told.client.post(f"{url_of(submission)}submit/", {"note": ""}).status_code == 400
    assert told.draft().state == "draft"


def test_a_decision_and_its_certificate_stand_on_the_page(told: Story) -> None:
    certificate = told.certified()
    page = read(told.client.get(url_of(certificate.submission)))
    assert certificate.get_absolute_url() in page.links
    assert "Hand it in" not in page.text
    vendor = read(told.client.get(f"/workspace/vendors/{told.vendor.slug}/"))
    assert certificate.get_absolute_url() in vendor.links
    assert f"{told.product.get_absolute_url()}#h-proof" in vendor.links
    refused = told.submitted()
    reject(submission=refused, by=person("Rev", staff_role="reviewer"), reason="Not this one.")
    assert "Not this one." in read(told.client.get(url_of(refused))).text


def test_strangers_and_those_who_may_not(told: Story) -> None:
    submission, bob = told.submitted(), person("Bob")
    join(told.vendor, bob, "uploader")
    deeds = [f"{url_of(submission)}{deed}/" for deed in ("submit", "withdraw")]
    deeds += [f"{release_url(told)}{deed}/" for deed in ("tie", "challenge")]
    for deed in deeds:
        assert Client().post(deed).status_code == 302
        assert signed_in(person("Eve")).post(deed).status_code == 404
        assert signed_in(person("Rev", staff_role="reviewer")).post(deed).status_code == 404
        assert signed_in(bob).post(deed).status_code == 403
        assert told.client.get(deed).status_code == 405
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(told.owner, backend="django.contrib.auth.backends.ModelBackend")
        assert strict.post(deed).status_code == 403
    assert signed_in(bob).get(url_of(submission)).status_code == 200
    assert signed_in(person("Eve")).get(url_of(submission)).status_code == 404
    assert (
        url_of(submission)
        not in read(signed_in(person("Eve")).get("/workspace/submissions/")).links
    )
    submission.refresh_from_db()
    assert submission.state == "submitted"
