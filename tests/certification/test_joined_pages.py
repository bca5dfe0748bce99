"""A claim of several runs wherever it is met: in the workspace, at the reviewer's, in public."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.test import Client

from certification.engine.canonical import digest_of
from certification.engine.guideline import parse_guideline
from certification.engine.verdict import compile_guideline
from certification.guidelines import shipped_bytes
from certification.models import Certificate, Guideline, Run, Submission
from certification.operations.review import approve
from certification.operations.submissions import submit
from certification.queries.guideline_amended import under_amendments
from certification.queries.guideline_impact import impact_of
from certification.queries.guideline_outcomes import Outcome
from certification.queries.joined import claim_of_submission
from hallmark.cli import main
from marketplace.catalogue.models import ProductRelease, User
from tests.certification.test_amending import amend
from tests.certification.test_certifying_a_release import (
    guideline,
    judged,
    owner,
    product,
    release,
    staff,
    vendor,
)
from tests.certification.test_joined_claims import STORED, drafted, stream

__all__ = ["guideline", "owner", "product", "release", "staff", "vendor"]

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

FIRST, SECOND = stream(STORED[:30]), stream(STORED[20:], days=2)


@pytest.fixture
def halves(owner: User) -> list[Run]:
    return [judged(FIRST, owner), judged(SECOND, owner)]


def as_person(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_runs_are_chosen_shown_and_handed_in_on_the_page_of_the_release(
    release: ProductRelease, guideline: Guideline, owner: User, halves: list[Run]
) -> None:
    first, second = halves
    late = judged(stream(STORED, days=20), owner)
    client, page = as_person(owner), f"/workspace/releases/{release.pk}/"
    plain = client.get(page, {"run": first.pk}).content.decode()
    assert f'name="join" value="{second.pk}"' in plain
    assert f'name="join" value="{late.pk}"' not in plain
    shown = client.get(page, {"run": first.pk, "join": second.pk})
    (claim,) = [c for c in shown.context["sheet"].claims if c.line.target == "object"]
    assert (claim.line.verdict, len(claim.repeated)) == ("passed", 10)
    assert [(s.told, s.counts, s.passed) for s in claim.shares] == [
        (30, 20, 20),
        (len(STORED) - 20,) * 3,
    ]
    aim = {"aim": f"{guideline.pk}:object", "openstack_release": "gazpacho"}
    tie = f"{page}tie/"
    refused = client.post(tie, aim | {"run": first.pk, "join": late.pk})
    assert refused.status_code == 400
    assert b"join-other-run" in refused.content
    assert not Submission.objects.exists()
    assert client.post(tie, aim | {"run": first.pk, "join": second.pk}).status_code == 303
    submission = Submission.objects.get()
    assert submission.state == Submission.State.SUBMITTED
    told = client.get(f"/workspace/submissions/{submission.pk}/").content.decode()
    assert all(run.evidence_sha256[:12] in told for run in halves)
    assert "10 tests stand in more than one run" in told


@pytest.fixture
def certificate(
    release: ProductRelease,
    guideline: Guideline,
    owner: User,
    staff: dict[str, User],
    halves: list[Run],
) -> Certificate:
    submission = submit(submission=drafted(release, guideline, owner, *halves), by=owner)
    return approve(submission=submission, by=staff["reviewer"], reason="Checked.")


def test_every_digest_is_shown(
    certificate: Certificate, release: ProductRelease, halves: list[Run], staff: dict[str, User]
) -> None:
    digests = [run.evidence_sha256 for run in halves]
    asked = Client()
    address = certificate.get_absolute_url()
    for page in (
        address,
        release.product.get_absolute_url(),
        f"/verify/?q={certificate.number}",
        f"/api/v1/certificates/{certificate.number}/",
    ):
        text = asked.get(page).content.decode()
        assert [digest for digest in digests if digest not in text] == [], page
    row = asked.get(f"/api/v1/certificates/{certificate.number}/").json()
    assert [one["sha256"] for one in row["evidence"]] == digests
    reviewing = as_person(staff["admin"]).get(f"/staff/submissions/{certificate.submission_id}/")
    assert b"One claim of several runs" in reviewing.content
    columns = b"".join(asked.get("/certificates.csv")).decode()
    assert all(digest in columns for digest in digests)


def test_a_later_amendment_leaves_what_the_certificate_says_of_its_runs(
    certificate: Certificate, guideline: Guideline
) -> None:
    before = claim_of_submission(certificate.submission)
    amend(guideline, STORED[4].partition("[")[0])
    after = claim_of_submission(Submission.objects.get(pk=certificate.submission_id))
    assert before is not None and after is not None
    assert [share.counts for share in after.shares] == [share.counts for share in before.shares]
    assert (after.line.total, after.words) == (before.line.total, before.words)


def test_anybody_can_judge_the_claim_again(
    certificate: Certificate,
    guideline: Guideline,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    files = []
    for name, raw in (("b", SECOND), ("a", FIRST)):
        (tmp_path / name).write_bytes(raw)
        files.append(str(tmp_path / name))
    document = tmp_path / "guideline.json"
    document.write_bytes(bytes(Guideline.objects.get(pk=guideline.pk).document))
    words = ["--guideline", str(document), "--target", "object", "--json", "--join"]
    assert main(["evaluate", *words, *files]) == 0
    answer = json.loads(capsys.readouterr().out)
    facts = json.loads(bytes(certificate.statement))["predicate"]["urn:hallmark:certificate:v1"]
    assert answer["evaluation"] == facts["evaluation"]
    own = {"evidence", "joined", "evaluation"}
    assert digest_of({k: v for k, v in answer.items() if k not in own}) == facts["evaluation"]


def test_what_a_guideline_would_do_is_told_of_all_runs_together(
    certificate: Certificate, guideline: Guideline
) -> None:
    assert under_amendments(certificate) is None
    compiled = compile_guideline(parse_guideline(shipped_bytes("2026.11")))
    (told,) = impact_of(compiled, guideline).products
    assert told.outcome is Outcome.KEEPS
    document = json.loads(shipped_bytes("2026.11"))
    capabilities = document["capabilities"].values()
    more = next(c["tests"] for c in capabilities if c["project"] == "keystone")
    for capability in capabilities:
        if capability["project"] == "swift":
            capability["tests"] |= more
    harder = compile_guideline(parse_guideline(json.dumps(document).encode()))
    (told,) = impact_of(harder, guideline).products
    assert told.outcome is Outcome.LOSES
