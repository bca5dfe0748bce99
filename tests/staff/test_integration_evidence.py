"""Reviewers confirm runs, set aside what does not apply, and look at a level before they decide."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from certification import levels
from certification.engine.bundle import CorroborationDocument, write_corroboration
from certification.engine.integration import NotApplicable, Profile
from certification.levels import evidence_class_of
from certification.models import Certificate, Corroboration, NotApplicableGrant, Run, Submission
from certification.operations.submissions import submit
from marketplace.catalogue.models import User
from tests.certification.kit_runs import Lab
from tests.factories import join
from tests.site.conftest import signed_in
from tests.site.reading import read
from tests.workspace.labs import connected_run, integrated_set, level_draft

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def path_of(at: Lab, deed: str = "") -> str:
    return f"/staff/releases/{at.release.pk}/{deed}"


def log_of(run: Run, *, agreed: int = 200) -> bytes:
    moment = "2026-11-21T10:00:00Z"
    return write_corroboration(
        CorroborationDocument(
            bundle_sha256=run.evidence_sha256,
            nonce=run.bundle.nonce,
            log_sha256="a" * 64,
            sampled=200,
            agreed=agreed,
            started=moment,
            ended=moment,
            compared=moment,
        )
    )


def confirm(by: User, at: Lab, run: Run, log: bytes | None = None, **given: Any) -> Any:
    sent = {"run": str(run.pk), "kind": "operator-log", "note": "Compared with Nova's log."}
    if log is not None:
        sent["document"] = SimpleUploadedFile("log.json", log)  # type: ignore[assignment] # a file of the form
    return signed_in(by).post(path_of(at, "confirm/"), sent | given)


def set_aside(by: User, at: Lab, subject: str = "network", reason: str = "Bare metal.") -> Any:
    given = {"subject": subject, "reason": reason}
    return signed_in(by).post(path_of(at, "not-applicable/"), given)


def asked(at: Lab, run: Run, level: str = "connected") -> Submission:
    return submit(submission=level_draft(at, run, level), by=at.owner)


def test_releases_with_evidence_of_others_are_listed(at: Lab, reviewer: User) -> None:
    client = signed_in(reviewer)
    assert path_of(at) not in read(client.get("/staff/integration/")).links
    connected_run(at)
    assert path_of(at) in read(client.get("/staff/integration/")).links
    join(at.release.product.vendor, reviewer, "viewer")
    assert path_of(at) not in read(client.get("/staff/integration/")).links


def test_the_operators_log_makes_a_run_live_once(at: Lab, reviewer: User) -> None:
    run = connected_run(at)
    assert confirm(reviewer, at, run, log_of(run))["Location"] == path_of(at)
    assert evidence_class_of(run).word == "live"
    page = read(signed_in(reviewer).get(path_of(at)))
    assert "the operator's access log agrees" in page.text
    assert "No run of the set can be confirmed." in page.text
    assert confirm(reviewer, at, run, log_of(run)).status_code == 400
    assert Corroboration.objects.count() == 1


@pytest.mark.parametrize(
    ("log", "said"),
    [
        (None, "Choose the document that the operator made."),
        (b"{}", "corroboration-unreadable"),
        (b"x" * 70_000, "smaller than 64 KiB"),
    ],
)
def test_what_is_no_document_confirms_nothing(
    at: Lab, reviewer: User, log: bytes | None, said: str
) -> None:
    answer = confirm(reviewer, at, connected_run(at), log)
    assert answer.status_code == 400
    assert said in read(answer).text
    assert not Corroboration.objects.exists()


def test_a_log_about_another_run_or_with_too_few_requests_is_refused(
    at: Lab, reviewer: User
) -> None:
    run, other = connected_run(at), connected_run(at, floating=False)
    elsewhere = confirm(reviewer, at, run, log_of(other))
    assert "corroboration-elsewhere" in read(elsewhere).text
    poor = confirm(reviewer, at, run, log_of(run, agreed=189))
    assert "189 of 200" in read(poor).text
    assert not Corroboration.objects.exists()


def test_a_rerun_confirms_with_a_note_and_no_document(at: Lab, reviewer: User) -> None:
    run = connected_run(at)
    both = confirm(reviewer, at, run, log_of(run), kind="rerun")
    assert both.status_code == 400
    assert confirm(reviewer, at, run, kind="rerun", note=" ").status_code == 400
    assert not Corroboration.objects.exists()
    assert confirm(reviewer, at, run, kind="rerun").status_code == 303
    assert Corroboration.objects.get(run=run).kind == "rerun"


def test_a_self_reported_run_is_not_offered(at: Lab, reviewer: User) -> None:
    run = at.run({"identity.v3_auth"})
    assert confirm(reviewer, at, run, kind="rerun").status_code == 400
    assert not Corroboration.objects.exists()


def test_a_grant_is_public_counts_once_and_is_ended(at: Lab, reviewer: User) -> None:
    assert set_aside(reviewer, at)["Location"] == path_of(at)
    again = set_aside(reviewer, at)
    assert again.status_code == 400
    assert "granted-already" in read(again).text
    at.declare(Profile("container-platform", "compute", (NotApplicable("network", "Bare."),)))
    grant = NotApplicableGrant.objects.get()
    end = f"/staff/grants/{grant.pk}/end/"
    assert signed_in(reviewer).post(end)["Location"] == path_of(at)
    late = signed_in(reviewer).post(end, follow=True)
    assert "grant-ended" in read(late).text


@pytest.mark.parametrize(
    ("subject", "reason"), [("network", " "), ("secrets", "It has none."), ("toast", "Crumbs.")]
)
def test_nothing_is_set_aside_without_reason_or_right(
    at: Lab, reviewer: User, subject: str, reason: str
) -> None:
    assert set_aside(reviewer, at, subject, reason).status_code == 400
    assert not NotApplicableGrant.objects.exists()


def test_vendors_strangers_and_members_among_the_staff_meet_nothing(
    at: Lab, reviewer: User
) -> None:
    run = connected_run(at)
    grant = NotApplicableGrant.objects.create(
        release=at.release, subject="network", reason="Bare.", granted_by=reviewer
    )
    join(at.release.product.vendor, reviewer, "viewer")
    for by in (at.owner, reviewer):
        client = signed_in(by)
        assert client.get(path_of(at)).status_code == 404
        assert confirm(by, at, run, log_of(run)).status_code == 404
        assert set_aside(by, at, "dns").status_code == 404
        assert client.post(f"/staff/grants/{grant.pk}/end/").status_code == 404
    assert Client().get(path_of(at))["Location"].startswith("/sign-in/")
    grant.refresh_from_db()
    assert grant.ended_at is None
    assert NotApplicableGrant.objects.count() == 1
    assert not Corroboration.objects.exists()


def test_one_screen_has_level_profile_and_evidence(at: Lab, reviewer: User) -> None:
    at.declare(Profile("container-platform", "compute", (NotApplicable("image", "Own images."),)))
    run = connected_run(at)
    submission = asked(at, run)
    page = read(signed_in(reviewer).get(f"/staff/submissions/{submission.pk}/"))
    assert page.title == "Marram 5.2 asks for Connected 2026.11"
    for said in (
        "The evidence reaches Connected, challenged, stack figure",
        "Own images.",
        "The product has no earlier certificate of this programme.",
        "10 capabilities",
        "Approving issues Connected 2026.11, challenged, valid until",
    ):
        assert said in page.text, said
    assert path_of(at) in page.links


def test_what_changed_since_the_last_certificate_is_told(at: Lab, reviewer: User) -> None:
    at.declare()
    first = asked(at, connected_run(at))
    decided = signed_in(reviewer).post(
        f"/staff/submissions/{first.pk}/decide/", {"deed": "approve", "reason": "Complete."}
    )
    assert decided.status_code == 303
    former = Certificate.objects.get(submission=first)
    second = asked(at, integrated_set(at)[-1], "integrated")
    text = read(signed_in(reviewer).get(f"/staff/submissions/{second.pk}/")).text
    assert f"Compared with {former.number} of Marram 5.2" in text
    assert "Level connected then, integrated now." in text
    assert "Passed now and not then: " in text
    oldest = min(run.received_at for run in Run.objects.all())
    ends = (oldest + timedelta(days=365)).date()
    assert f"valid until {ends.day} {ends:%B %Y}" in text
    assert ends > timezone.now().date()


def test_what_lost_its_evidence_is_not_approved(
    at: Lab, reviewer: User, evidence_folder: Path
) -> None:
    submission = asked(at, connected_run(at))
    shutil.rmtree(evidence_folder)
    levels._bundle.cache_clear()
    page = read(signed_in(reviewer).get(f"/staff/submissions/{submission.pk}/"))
    assert "There is no level to show" in page.text
    answer = signed_in(reviewer).post(
        f"/staff/submissions/{submission.pk}/decide/", {"deed": "approve", "reason": "Fine."}
    )
    assert answer.status_code == 400
    assert not Certificate.objects.exists()
