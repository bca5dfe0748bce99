"""A run answers a challenge if it began after the challenge was taken. What began before it is for
a person to decide, who can make no more of it than a self-reported certificate."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.core.management import call_command
from django.utils import timezone

from certification.eligibility import assurance_of, case_of
from certification.engine.integration import Level
from certification.models import Certificate, Run, Submission
from certification.operations.intake import receive_run
from certification.operations.review import approve, decide_by_policy
from certification.operations.submissions import draft_submission, issue_challenge, submit
from marketplace.catalogue.vendors import confirm_domain
from tests.certification.kit_runs import lab, required
from tests.factories import person, work_off
from tests.site.conftest import signed_in
from tests.workspace.stories import Story, story

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

CODE = "began-before-challenge"
#: What the tests `a` and `b` take, in seconds.
TOOK = {"a": 1.234567, "b": 2.713913}


@pytest.fixture
def told(db: None) -> Story:
    found = story()
    admin = person("Ada", staff_role="admin")
    confirm_domain(vendor=found.vendor, domain="kelp.example", by=admin)
    return found


@pytest.fixture
def began() -> datetime:
    return timezone.now().replace(microsecond=0) - timedelta(days=6)


def evidence(began: datetime | None, *tests: str) -> bytes:
    """Subunit 1, with times unless `began` is None."""
    lines, clock = [], began
    for name in tests:
        for word in ("test", "success"):
            if clock is not None:
                clock += timedelta(seconds=TOOK[name])
                lines.append(f"time: {clock:%Y-%m-%d %H:%M:%S.%fZ}")
            lines.append(f"{word}: demo.Tests.{name}[id-{name}]")
    return "\n".join([*lines, ""]).encode()


def sent(told: Story, raw: bytes, challenged_at: datetime | None) -> Run:
    """An hour after the challenge was taken, where one was."""
    nonce, now = "", timezone.now()
    if challenged_at is not None:
        nonce = issue_challenge(
            release=told.release, guideline=told.guideline, by=told.owner, at=challenged_at
        ).nonce
    run = receive_run(
        chunks=[raw],
        limit=10**6,
        via=Run.Via.API,
        by=told.owner,
        nonce=nonce,
        at=(challenged_at or now) + timedelta(hours=1),
    ).run
    work_off()
    run.refresh_from_db()
    return run


def joined(told: Story, run: Run, *others: Run) -> Submission:
    draft = draft_submission(
        release=told.release,
        run=run,
        guideline=told.guideline,
        target="compute",
        openstack_release="gazpacho",
        by=told.owner,
        joined=others,
    )
    return submit(submission=draft, by=told.owner)


def approved(submission: Submission) -> Certificate:
    reviewer = person("Rosa", staff_role="reviewer")
    return approve(submission=submission, by=reviewer, reason="Looked at.")


def flags_of(submission: Submission) -> dict[str, str]:
    return {flag["code"]: flag["text"] for flag in submission.flags}


@pytest.mark.parametrize(
    ("minutes", "words", "assurance"),
    [
        (-60, {}, "challenged"),
        (0, {}, "challenged"),
        (10, {}, "challenged"),
        (11, {CODE: "began 11 minutes before its challenge was taken"}, "self-reported"),
        (200, {CODE: "began 3 hours before its challenge was taken"}, "self-reported"),
        (3 * 24 * 60, {CODE: "began 3 days before its challenge was taken"}, "self-reported"),
        (
            None,
            {"no-times": "no times of its own", "anomaly-times-absent": "no start"},
            "challenged",
        ),
    ],
)
def test_by_how_many_minutes_the_challenge_came_after_the_first_test(
    told: Story,
    began: datetime,
    minutes: int | None,
    words: Mapping[str, str],
    assurance: str,
) -> None:
    first = None if minutes is None else began + timedelta(seconds=TOOK["a"])
    raw = evidence(None if minutes is None else began, "a", "b")
    run = sent(told, raw, (first or began) + timedelta(minutes=minutes or 0))
    assert run.started_at == first
    submission = told.submitted(run)
    found = flags_of(submission)
    assert found.keys() == words.keys()
    assert all(text in found[code] for code, text in words.items())
    assert submission.flags_told == submission.flags
    by_rule = decide_by_policy(submission=submission)
    assert (by_rule is None) == bool(words)
    certificate = by_rule or approved(submission)
    statement = json.loads(bytes(certificate.statement))["predicate"]
    assert certificate.assurance == assurance
    assert statement["urn:hallmark:certificate:v1"]["assurance"] == assurance


def test_one_early_run_of_a_claim_is_enough(told: Story, began: datetime) -> None:
    early = sent(told, evidence(began, "a"), began + timedelta(hours=47, minutes=50))
    timely = sent(told, evidence(began + timedelta(days=3), "b"), began + timedelta(days=3))
    submission = joined(told, timely, early)
    found = flags_of(submission)
    assert found.keys() == {"joined", "cloud-not-named", CODE}
    assert f"Run {early.short_id} began 47 hours before" in found[CODE]
    assert approved(submission).assurance == "self-reported"


def test_a_run_without_a_challenge_beside_it_is_told_of_too(told: Story, began: datetime) -> None:
    early = sent(told, evidence(began, "a"), began + timedelta(days=2))
    bare = sent(told, evidence(began, "b"), None)
    assert {"no-challenge", CODE} < flags_of(joined(told, early, bare)).keys()


def test_a_bundle_carries_its_nonce_inside_and_is_left_alone() -> None:
    at = lab()
    at.declare()
    began_at = timezone.now() - timedelta(days=3)
    run = at.run(required(at.rules, Level.CONNECTED), nonce=at.nonce(), began_at=began_at)
    draft = draft_submission(
        release=at.release,
        run=run,
        guideline=at.guideline,
        target="connected",
        openstack_release="gazpacho",
        by=at.owner,
    )
    submission = submit(submission=draft, by=at.owner)
    assert run.started_at and run.started_at < began_at + timedelta(hours=1)
    assert not run.answered_challenge.was_taken_too_late
    assert CODE not in flags_of(submission)
    assert assurance_of(submission) == "challenged"


def test_evidence_read_again_says_the_same(told: Story, began: datetime) -> None:
    submission = told.draft(sent(told, evidence(began, "a", "b"), began + timedelta(days=2)))
    before = case_of(submission, now=began)
    Run.objects.update(started_at=None, ended_at=None)
    call_command("rebuild")
    after = case_of(Submission.objects.get(pk=submission.pk), now=began)
    assert after == before
    assert [one.code for one in after.begun_too_early] == [CODE]


def test_everybody_reads_it_in_time(told: Story, began: datetime) -> None:
    run = sent(told, evidence(began, "a", "b"), began + timedelta(days=2))
    page = f"/workspace/releases/{told.release.pk}/"
    mend = "take a new challenge, run the tests again, and upload that run with it"

    def seen(address: str) -> str:
        return unescape(told.client.get(address).content.decode())

    assert mend not in seen(page)
    assert mend in seen(f"{page}?run={run.pk}")
    assert "its tests began before the challenge was taken" in seen(run.get_absolute_url())
    draft = told.draft(run)
    assert mend in seen(draft.get_absolute_url())
    submission = submit(submission=draft, by=told.owner)
    assert mend in seen(submission.get_absolute_url())
    reviewer = signed_in(person("Rosa", staff_role="reviewer"))
    desk = unescape(reviewer.get(f"/staff/submissions/{submission.pk}/").content.decode())
    assert mend in desk
    assert "began before it" in desk
    assert "self-reported" in desk
