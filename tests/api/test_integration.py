"""The Integrated programme by program: levels, profiles, claims, grants, what confirms a run."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from certification.engine.bundle import CorroborationDocument, write_corroboration
from certification.engine.canonical import digest_of
from certification.models import (
    Corroboration,
    IntegrationProfile,
    NotApplicableGrant,
    Run,
    ServiceClaim,
)
from certification.operations.sharing import share_run
from marketplace.catalogue.models import User
from tests.api.conftest import signed_in
from tests.api.people import make_token
from tests.certification.conftest import evidence_folder
from tests.certification.kit_runs import Lab
from tests.factories import join, judged, person
from tests.workspace.labs import connected_run

__all__ = ["evidence_folder"]
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("evidence_folder")]
PROFILE = {"profile": "container-platform", "primary": "compute", "has_logins": True}


def url(at: Lab, rest: str) -> str:
    return f"/api/v1/releases/{at.release.pk}/{rest}/"


def send(by: User, method: str, path: str, body: Any = None) -> Any:
    return signed_in(by).generic(method, path, json.dumps(body or {}), "application/json")


def log_of(run: Run) -> dict[str, Any]:
    moment = "2026-11-21T10:00:00Z"
    document = CorroborationDocument(
        bundle_sha256=run.evidence_sha256,
        nonce=run.bundle.nonce,
        log_sha256="a" * 64,
        sampled=200,
        agreed=199,
        started=moment,
        ended=moment,
        compared=moment,
    )
    found: dict[str, Any] = json.loads(write_corroboration(document))
    return found


def test_a_bundle_has_levels_by_itself(at: Lab, stranger: User) -> None:
    run = connected_run(at)
    path = f"/api/v1/runs/{run.pk}/levels/"
    found = signed_in(at.owner).get(path).json()
    assert (found["level"], found["evidence_class"]) == ("connected", "challenged")
    assert found["runs"] == [run.evidence_sha256]
    named = f"/api/v1/runs/{run.pk}/evaluations/{at.guideline.document_id}/integrated/"
    assert signed_in(at.owner).get(named).json() == found
    assert signed_in(stranger).get(path).status_code == 404
    assert Client().get(named).status_code == 404


def test_other_evidence_has_no_levels(at: Lab) -> None:
    run = judged(by=at.owner)
    client = signed_in(at.owner)
    assert client.get(f"/api/v1/runs/{run.pk}/levels/").status_code == 404
    named = f"/api/v1/runs/{run.pk}/evaluations/{at.guideline.document_id}/connected/"
    assert client.get(named).status_code == 404


def test_standings_are_public_and_by_public_runs_alone(at: Lab) -> None:
    product = at.release.product
    path = f"/api/v1/products/{product.vendor.slug}/{product.slug}/integration/"
    run = connected_run(at)
    newest = Client().get(path).json()["releases"][0]
    assert (newest["version"], newest["standing"]) == ("5.2", None)
    share_run(run=run, by=at.owner)
    found = Client().get(path).json()
    assert found["measured_by_us"] is False
    standing = found["releases"][0]["standing"]
    assert (standing["level"], standing["evidence_class"], standing["figure"]) == (
        "connected",
        "challenged",
        6,
    )
    assert digest_of(standing["evaluation"]) == standing["evaluation_digest"]
    assert Client().get(path.replace(product.slug, "weed")).status_code == 404


def test_a_profile_is_declared_and_read_by_everybody(at: Lab) -> None:
    empty = Client().get(url(at, "profile")).json()
    assert empty == {"declared": None, "granted": []}
    body = PROFILE | {"not_applicable": [{"subject": "image", "reason": "Own images."}]}
    first = send(at.owner, "POST", url(at, "profile"), body)
    assert first.status_code == 201
    said = Client().get(url(at, "profile")).json()["declared"]
    assert said["not_applicable"] == [{"subject": "image", "reason": "Own images."}]
    assert (said["profile"], said["digest"]) == (
        "container-platform",
        IntegrationProfile.objects.get().digest,
    )
    send(at.owner, "POST", url(at, "profile"), PROFILE)
    assert Client().get(url(at, "profile")).json()["declared"]["not_applicable"] == []


def test_a_refused_profile_names_every_obstacle(at: Lab) -> None:
    left_out = [{"subject": one, "reason": "No."} for one in ("lb", "secrets", "toast")]
    answer = send(at.owner, "POST", url(at, "profile"), PROFILE | {"not_applicable": left_out})
    assert answer.status_code == 409
    assert answer.json()["code"] == "profile-refused"
    assert [one["code"] for one in answer.json()["obstacles"]] == [
        "not-applicable-not-granted",
        "not-applicable-core",
        "not-applicable-unknown",
    ]
    assert send(at.owner, "POST", url(at, "profile"), {"profile": "iac"}).status_code == 400
    assert not IntegrationProfile.objects.exists()


def test_claims_are_put_as_a_whole(at: Lab) -> None:
    for services in (["dns", "compute"], ["dns"]):
        answer = send(at.owner, "PUT", url(at, "claims"), {"services": services})
        assert [one["service"] for one in answer.json()] == sorted(services)
    assert [one["service"] for one in Client().get(url(at, "claims")).json()] == ["dns"]
    unknown = send(at.owner, "PUT", url(at, "claims"), {"services": ["toaster"]})
    assert (unknown.status_code, unknown.json()["code"]) == (400, "service-unknown")
    assert ServiceClaim.objects.count() == 1


def test_a_grant_is_given_once_and_ended_once(at: Lab, reviewer: User) -> None:
    body = {"subject": "network", "reason": "Bare metal."}
    given = send(reviewer, "POST", url(at, "not-applicable"), body)
    assert given.status_code == 201
    assert Client().get(url(at, "profile")).json()["granted"] == [given.json()]
    again = send(reviewer, "POST", url(at, "not-applicable"), body)
    assert (again.status_code, again.json()["code"]) == (409, "granted-already")
    end = url(at, f"not-applicable/{given.json()['id']}/end")
    assert send(reviewer, "POST", end).json()["ended_at"]
    late = send(reviewer, "POST", end)
    assert (late.status_code, late.json()["code"]) == (409, "grant-ended")
    elsewhere = f"/api/v1/releases/{at.former.pk}/not-applicable/{given.json()['id']}/end/"
    assert send(reviewer, "POST", elsewhere).status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"subject": "network"}, 400, "reason-missing"),
        ({"subject": "toast", "reason": "Crumbs."}, 400, "subject-unknown"),
        ({"subject": "secrets", "reason": "None."}, 409, "axis-is-core"),
    ],
)
def test_what_cannot_be_granted_is_refused(
    at: Lab, reviewer: User, body: dict[str, str], status: int, code: str
) -> None:
    answer = send(reviewer, "POST", url(at, "not-applicable"), body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not NotApplicableGrant.objects.exists()


def test_the_operators_log_confirms_a_run_once(at: Lab, reviewer: User) -> None:
    run = connected_run(at)
    path = f"/api/v1/runs/{run.pk}/corroboration/"
    body = {"kind": "operator-log", "document": log_of(run), "note": "Nova's log."}
    answer = send(reviewer, "POST", path, body)
    assert answer.status_code == 201
    assert (answer.json()["run"], answer.json()["agreed"]) == (str(run.pk), 199)
    again = send(reviewer, "POST", path, {"kind": "rerun", "note": "Ran it."})
    assert (again.status_code, again.json()["code"]) == (409, "corroborated-already")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"document": None}, 400, "invalid"),
        ({"document": {}}, 400, "corroboration-unreadable"),
        ({"kind": "rerun"}, 400, "invalid"),
        ({"kind": "guess"}, 400, "invalid"),
        ({"note": " "}, 400, "note-missing"),
    ],
)
def test_what_confirms_nothing_is_refused(
    at: Lab, reviewer: User, changes: dict[str, Any], status: int, code: str
) -> None:
    run = connected_run(at)
    body = {"kind": "operator-log", "document": log_of(run), "note": "Nova's log."} | changes
    answer = send(reviewer, "POST", f"/api/v1/runs/{run.pk}/corroboration/", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Corroboration.objects.exists()


def test_who_has_no_part_in_it_changes_nothing(at: Lab, stranger: User, reviewer: User) -> None:
    run = connected_run(at)
    confirm = f"/api/v1/runs/{run.pk}/corroboration/"
    rerun = {"kind": "rerun", "note": "Ran it."}
    deeds = (
        ("POST", url(at, "profile"), PROFILE),
        ("PUT", url(at, "claims"), {"services": ["dns"]}),
        ("POST", url(at, "not-applicable"), {"subject": "network", "reason": "No."}),
        ("POST", confirm, rerun),
    )
    viewer = person("Vic")
    join(at.release.product.vendor, viewer, "viewer")
    for method, path, body in deeds:
        assert send(stranger, method, path, body).status_code == 404, path
        assert send(viewer, method, path, body).status_code == 403, path
        assert Client().generic(method, path).status_code == 401, path
    join(at.release.product.vendor, reviewer, "viewer")
    assert send(reviewer, "POST", confirm, rerun).status_code == 403
    assert send(at.owner, *deeds[2]).json()["code"] == "forbidden"
    assert not IntegrationProfile.objects.exists()
    assert not NotApplicableGrant.objects.exists()
    assert not Corroboration.objects.exists()


def test_a_token_that_reads_writes_nothing(at: Lab) -> None:
    _, header = make_token(at.owner, scope="read")
    body = json.dumps({"services": ["dns"]})
    answer = Client().put(url(at, "claims"), body, content_type="application/json", headers=header)
    assert (answer.status_code, answer.json()["code"]) == (403, "token-scope")
    assert Client().get(url(at, "claims"), headers=header).json() == []
