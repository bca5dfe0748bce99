"""Asking for certification, and deciding on it, by program."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from certification.models import Certificate, Run, RunChallenge, Submission
from certification.operations.waivers import grant_waiver
from marketplace.catalogue.models import User
from tests.api.conftest import signed_in
from tests.api.people import make_token
from tests.factories import join, judged, person, subunit, two_admins, upload, work_off
from tests.workspace.stories import Story, story

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SUBMISSIONS = "/api/v1/submissions/"
QUEUE = "/api/v1/review-queue/"
CHALLENGES = "/api/v1/challenges/"


@pytest.fixture
def told(db: None) -> Story:
    return story()


def asked(told: Story, run: Run, **changes: Any) -> dict[str, Any]:
    return {
        "release": told.release.pk,
        "run": str(run.pk),
        "guideline": "2031.06",
        "target": "compute",
        "openstack_release": "gazpacho",
    } | changes


def post(who: User | None, path: str, body: Any = None, scope: str = "upload") -> Any:
    headers = make_token(who, scope)[1] if who is not None else {}
    return Client().post(path, body or {}, content_type="application/json", headers=headers)


def get(who: User | None, path: str, scope: str = "read") -> Any:
    return Client().get(path, headers=make_token(who, scope)[1] if who is not None else {})


def assert_refused(answer: HttpResponse, status: int, code: str) -> Any:
    said = answer.json()  # type: ignore[attr-defined] # the test client adds it
    assert (answer.status_code, said["code"]) == (status, code), said
    return said


def of(submission: Submission, deed: str = "") -> str:
    return f"{SUBMISSIONS}{submission.pk}/{deed}"


def test_an_owner_ties_and_submits_in_one_call(told: Story) -> None:
    answer = post(told.owner, SUBMISSIONS, asked(told, told.passing_run(), note="Please look."))
    assert answer.status_code == 201, answer.content
    row = answer.json()
    assert (row["state"], row["note"], row["certificate"]) == ("submitted", "Please look.", None)
    assert {flag["code"] for flag in row["flags"]} >= {"no-challenge", "domain-not-proven"}
    assert Client().get(row["url"]).status_code == 401
    assert get(told.owner, row["url"]).json() == row
    assert get(told.owner, SUBMISSIONS).json()["results"] == [row]


def test_further_runs_are_joined_with_it_or_refused_by_name(told: Story) -> None:
    first, second = (
        judged(timed(a="success"), by=told.owner),
        judged(timed(b="success"), by=told.owner),
    )
    stranger = judged(timed(a="success", b="success"), by=person("Sly"))
    for joined, status, code in (
        ([stranger], 400, "invalid"),
        ([first] * 20, 400, "invalid"),
        ([judged(subunit(q="success"), by=told.owner)], 409, "join-no-times"),
    ):
        body = asked(told, first, joined=[str(run.pk) for run in joined])
        assert_refused(post(told.owner, SUBMISSIONS, body), status, code)
    body = asked(told, first, joined=[str(second.pk)])
    answer = post(told.owner, SUBMISSIONS, body)
    assert answer.status_code == 201, answer.content
    assert "joined" in {flag["code"] for flag in answer.json()["flags"]}
    assert answer.json()["joined"] == [str(second.pk)]
    submission = Submission.objects.get()
    assert [one.run for one in submission.supporting_runs.all()] == [second]


def timed(**states: str) -> bytes:
    """Subunit 1 with a moment before and after each test."""
    lines = subunit(**states).decode().splitlines(keepends=True)
    moments = (f"time: 2026-11-20 10:00:{at:02}.5Z\n" for at in range(60))
    return "".join(f"{next(moments)}{line}" for line in lines).encode()


def test_the_same_is_asked_once(told: Story) -> None:
    run = told.passing_run()
    assert post(told.owner, SUBMISSIONS, asked(told, run)).status_code == 201
    said = assert_refused(post(told.owner, SUBMISSIONS, asked(told, run)), 409, "submission-open")
    assert said["obstacles"] == []
    assert Submission.objects.count() == 1


def test_what_cannot_be_certified_is_refused_with_every_obstacle_and_leaves_nothing(
    told: Story,
) -> None:
    body = asked(told, told.short_run(), openstack_release="zed")
    said = assert_refused(post(told.owner, SUBMISSIONS, body), 409, "not-certifiable")
    assert {one["code"] for one in said["obstacles"]} == {
        "release-not-declared",
        "release-not-in-guideline",
        "verdict-not-passed",
    }
    assert all(one["text"] for one in said["obstacles"])
    assert not Submission.objects.exists()


def test_a_waiver_is_asked_for_and_granted(told: Story) -> None:
    body = asked(told, told.short_run(), asks_waiver=True)
    row = post(told.owner, SUBMISSIONS, body).json()
    assert "waiver-asked" in {flag["code"] for flag in row["flags"]}
    submission = Submission.objects.get(pk=row["id"])
    reviewer = person("Rosa", staff_role="reviewer")
    refused = post(reviewer, of(submission, "approve/"), {"reason": "It is fine."})
    assert assert_refused(refused, 409, "not-certifiable")["obstacles"]
    unknown = {"reason": "x", "waivers": ["0" * 64]}
    assert_refused(post(reviewer, of(submission, "approve/"), unknown), 400, "invalid")
    waiver = grant_waiver(
        release=told.release,
        guideline=told.guideline,
        target="compute",
        tests=["demo.Tests.b"],
        reason="Known fault of the test.",
        ends_on=submission.created_at.date().replace(year=submission.created_at.year + 1, day=1),
        by=reviewer,
    )
    given = {"reason": "Waived.", "waivers": [waiver.digest]}
    approved = post(reviewer, of(submission, "approve/"), given).json()
    assert approved["state"] == "approved"
    assert Certificate.objects.get().number == approved["certificate"]


@pytest.mark.parametrize("role", ["viewer", "uploader"])
def test_a_role_that_does_not_reach_is_refused(role: str, told: Story) -> None:
    member = person("Mia")
    join(told.vendor, member, role)
    run = told.passing_run()
    said = assert_refused(post(member, SUBMISSIONS, asked(told, run)), 403, "forbidden")
    assert "owners and editors" in said["title"]
    submission = told.submitted(run)
    assert get(member, of(submission)).status_code == 200
    assert_refused(post(member, of(submission, "withdraw/")), 403, "forbidden")
    challenge = {"release": told.release.pk, "guideline": "2031.06"}
    assert_refused(post(member, CHALLENGES, challenge), 403, "forbidden")


def test_nobody_submits_anothers_run_or_release(told: Story) -> None:
    other = story("Reed")
    private = judged(subunit(a="success", b="success", c="success"), by=other.owner)
    unseen = post(told.owner, SUBMISSIONS, asked(told, private))
    assert "run" in assert_refused(unseen, 400, "invalid")["fields"]
    anonymous = judged(subunit(a="success", b="success", d="success"))
    taken = post(told.owner, SUBMISSIONS, asked(told, anonymous))
    assert_refused(taken, 409, "run-not-the-vendors")
    foreign = post(other.owner, SUBMISSIONS, asked(told, private))
    assert_refused(foreign, 403, "forbidden")
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"release": 10**30}, 400, "invalid"),
        ({"release": 0}, 400, "invalid"),
        ({"run": "x"}, 400, "invalid"),
        ({"guideline": "1999.01"}, 400, "invalid"),
        ({"guideline": "\0"}, 400, "invalid"),
        ({"digest": "0" * 64}, 400, "invalid"),
        ({"target": "none"}, 400, "target-unknown"),
        ({"openstack_release": "a b"}, 400, "invalid"),
        ({"note": "n" * 2001}, 400, "invalid"),
    ],
)
def test_a_body_without_sense_is_refused(
    changes: dict[str, Any], status: int, code: str, told: Story
) -> None:
    body = asked(told, upload(by=told.owner)) | changes
    assert_refused(post(told.owner, SUBMISSIONS, body), status, code)
    assert_refused(post(told.owner, SUBMISSIONS, [1]), 400, "invalid")
    assert not Submission.objects.exists()


def test_a_stranger_learns_nothing_and_an_anonymous_caller_less(told: Story) -> None:
    submission, stranger = told.submitted(), person("Sten")
    assert_refused(get(stranger, of(submission)), 404, "not-found")
    assert get(stranger, SUBMISSIONS).json()["results"] == []
    for deed in ("submit/", "withdraw/", "take/", "approve/", "reject/", "ask/"):
        body = {"reason": "Mine."}
        assert_refused(post(stranger, of(submission, deed), body), 404, "not-found")
        assert_refused(post(None, of(submission, deed), body), 401, "not-authenticated")
    assert_refused(get(None, SUBMISSIONS), 401, "not-authenticated")
    assert_refused(post(None, SUBMISSIONS, {}), 401, "not-authenticated")


def test_a_token_that_may_only_read_changes_nothing(told: Story) -> None:
    submission, reviewer = told.submitted(), person("Rosa", staff_role="reviewer")
    run = upload(by=told.owner)
    answers = [
        post(told.owner, SUBMISSIONS, asked(told, run), scope="read"),
        post(told.owner, of(submission, "withdraw/"), scope="read"),
        post(reviewer, of(submission, "approve/"), {"reason": "Fine."}, scope="read"),
    ]
    for answer in answers:
        assert_refused(answer, 403, "token-scope")
    submission.refresh_from_db()
    assert submission.state == "submitted"


def test_a_session_needs_the_form_token(told: Story) -> None:
    client = signed_in(told.owner, csrf=True)
    body = asked(told, told.passing_run())
    answer = client.post(SUBMISSIONS, body, content_type="application/json")
    assert_refused(answer, 403, "permission-denied")
    client.cookies["csrftoken"] = "a" * 32
    answer = client.post(
        SUBMISSIONS, body, content_type="application/json", headers={"X-CSRFToken": "a" * 32}
    )
    assert answer.status_code == 201


def test_a_submission_is_withdrawn_once(told: Story) -> None:
    submission = told.submitted()
    assert post(told.owner, of(submission, "withdraw/")).json()["state"] == "withdrawn"
    again = post(told.owner, of(submission, "withdraw/"))
    assert_refused(again, 409, "transition-refused")


def test_a_challenge_is_answered_by_an_upload(told: Story) -> None:
    body = {"release": told.release.pk, "guideline": "2031.06"}
    answer = post(told.owner, CHALLENGES, body)
    assert answer.status_code == 201, answer.content
    nonce = answer.json()["nonce"]
    assert answer.json()["guideline"]["digest"] == told.guideline.digest
    receipt = Client().post(
        f"/api/v1/runs/?nonce={nonce}",
        subunit(a="success", b="success"),
        content_type="application/octet-stream",
        headers=make_token(told.owner)[1],
    )
    assert receipt.status_code == 201, receipt.content
    work_off()
    assert str(RunChallenge.objects.get(nonce=nonce).run_id) == receipt.json()["id"]
    run = Run.objects.get(pk=receipt.json()["id"])
    row = post(told.owner, SUBMISSIONS, asked(told, run)).json()
    assert "no-challenge" not in {flag["code"] for flag in row["flags"]}


def test_a_reviewer_decides_from_the_queue(told: Story) -> None:
    submission, reviewer = told.submitted(), person("Rosa", staff_role="reviewer")
    [row] = get(reviewer, QUEUE).json()["results"]
    assert row["id"] == submission.pk
    taken = post(reviewer, of(submission, "take/")).json()
    assert taken["state"] == "in-review"
    answer = post(reviewer, of(submission, "approve/"), {"reason": "Looked at."})
    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert (said["state"], said["decided_by"], said["reason"]) == (
        "approved",
        "staff",
        "Looked at.",
    )
    assert said["certificate"] == Certificate.objects.get().number
    assert get(reviewer, QUEUE).json()["results"] == []
    again = post(two_admins()[0], of(submission, "approve/"), {"reason": "Too."})
    assert_refused(again, 409, "transition-refused")
    assert get(told.owner, of(submission)).json() == said


def test_a_reviewer_asks_and_the_vendor_submits_again(told: Story) -> None:
    submission, reviewer = told.submitted(), person("Rosa", staff_role="reviewer")
    assert_refused(post(reviewer, of(submission, "ask/")), 400, "reason-missing")
    said = post(reviewer, of(submission, "ask/"), {"reason": "Which cloud was it?"}).json()
    assert (said["state"], said["reason"]) == ("changes-asked", "Which cloud was it?")
    row = post(told.owner, of(submission, "submit/"), {"note": "Ours."}).json()
    assert (row["state"], row["note"]) == ("submitted", "Ours.")


def test_a_reviewer_rejects_and_a_session_does_too(told: Story) -> None:
    submission, reviewer = told.submitted(), person("Rosa", staff_role="reviewer")
    body = {"reason": "Not convincing."}
    answer = signed_in(reviewer).post(
        of(submission, "reject/"), body, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["state"]) == (200, "rejected")
    assert not Certificate.objects.exists()


def test_nobody_decides_on_their_own_vendor_or_upload(told: Story) -> None:
    insider = person("Rosa", staff_role="reviewer")
    join(told.vendor, insider, "viewer")
    submission = told.submitted()
    for deed in ("take/", "approve/", "reject/", "ask/"):
        answer = post(insider, of(submission, deed), {"reason": "Ours."})
        assert_refused(answer, 403, "forbidden")
        assert_refused(
            post(told.owner, of(submission, deed), {"reason": "Ours."}), 403, "forbidden"
        )
    assert get(insider, QUEUE).json()["results"] == []


def test_the_queue_is_for_reviewers_and_drafts_are_the_vendors_alone(told: Story) -> None:
    draft, reviewer = told.draft(), person("Rosa", staff_role="reviewer")
    assert_refused(get(told.owner, QUEUE), 403, "forbidden")
    assert_refused(get(None, QUEUE), 401, "not-authenticated")
    assert_refused(get(reviewer, of(draft)), 404, "not-found")
    assert get(told.owner, of(draft)).json()["state"] == "draft"
    assert get(reviewer, SUBMISSIONS).json()["results"] == []


def test_submissions_are_filtered(told: Story) -> None:
    submission = told.submitted()
    for query in (
        f"?state=submitted&vendor={told.vendor.slug}",
        f"?product={told.product.slug}&target=compute",
        f"?release={told.release.pk}&guideline=2031.06",
    ):
        [row] = get(told.owner, SUBMISSIONS + query).json()["results"]
        assert row["id"] == submission.pk
    assert get(told.owner, f"{SUBMISSIONS}?state=draft").json()["results"] == []
    assert_refused(get(told.owner, f"{SUBMISSIONS}?state=none"), 400, "invalid")
