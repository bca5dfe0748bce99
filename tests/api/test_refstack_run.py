"""GET /v1/results/{id}: names, roles, and 404 for all that one may not know of."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from certification.evidence import delete_evidence
from certification.models import Run
from marketplace.catalogue.models import Membership, User
from tests.api.conftest import judge, signed_in
from tests.api.evidence import refstack_body
from tests.api.people import make_token
from tests.api.runs import stored_run
from tests.factories import vendor

pytestmark = pytest.mark.django_db

KEYS = {
    "id",
    "created_at",
    "duration_seconds",
    "verification_status",
    "meta",
    "product_version",
    "results",
    "user_role",
}


def waiting_run(**facts: Any) -> Run:
    return stored_run(state="received", **facts)


def uploaded(names: list[str], **headers: str) -> Run:
    answer = Client().post(
        "/v1/results/", refstack_body(names), content_type="application/json", headers=headers
    )
    assert answer.status_code == 201
    return judge(answer.json()["test_id"])


def read(run_id: object, client: Client | None = None) -> Any:
    return (client or Client()).get(f"/v1/results/{run_id}")


def test_a_run_gives_its_names_sorted_and_nothing_of_the_ids() -> None:
    run = uploaded(["b.Test.test_x", "a.Test.test_z[id-1,smoke]", "a.Test.test_a(v4)"])
    body = read(run.pk).json()
    assert body.keys() == KEYS
    assert body["results"] == ["a.Test.test_a(v4)", "a.Test.test_z", "b.Test.test_x"]
    assert (body["id"], body["user_role"], body["duration_seconds"]) == (str(run.pk), "user", 61)
    assert body["product_version"] is None
    assert body["meta"] == {}


def test_a_run_that_waits_has_no_names_yet() -> None:
    run = waiting_run()
    assert read(run.pk).json()["results"] == []


def test_a_run_whose_evidence_is_gone_says_so() -> None:
    run = uploaded(["evidence.that.goes"])  # the store is shared with tests beside this one
    delete_evidence(run.evidence_sha256)
    answer = read(run.pk)
    assert (answer.status_code, answer.json()["error"]) == (404, "evidence-gone")


@pytest.mark.parametrize("spelling", ["{}", "{}/", "{}.json", "{}.json/"])
def test_every_spelling_of_the_address_reads(spelling: str) -> None:
    run = uploaded(["a.b.test"])
    assert read(spelling.format(run.pk)).json()["id"] == str(run.pk)
    assert read(spelling.format(str(run.pk).upper())).json()["id"] == str(run.pk)
    assert Client().get("/", PATH_INFO=f"//v1/results/{run.pk}").status_code == 200


@pytest.mark.parametrize(
    "run_id", [str(uuid.UUID(int=7)), "abc", "0", "%00", "%ff", "x" * 500, "%D9%A1" * 32, "..", "'"]
)
def test_an_unknown_or_malformed_id_is_not_found(run_id: str) -> None:
    answer = read(run_id)
    assert answer.status_code == 404
    assert answer.json()["error"] == "run-not-found"
    assert answer.json()["title"].startswith("Test result ")
    assert answer.json()["title"].endswith(" not found")


def test_a_private_run_and_an_unknown_one_look_the_same(ida: User, stranger: User) -> None:
    private = waiting_run(uploaded_by=ida)
    for client in (Client(), signed_in(stranger)):
        known = read(private.pk, client)
        unknown = read(uuid.UUID(int=7), client)
        assert known.status_code == unknown.status_code == 404
        assert known.content.replace(str(private.pk).encode(), b"") == unknown.content.replace(
            str(uuid.UUID(int=7)).encode(), b""
        )


def test_roles_and_who_reads_the_cpid(ida: User, stranger: User, reviewer: User) -> None:
    _, header = make_token(ida)
    run = uploaded(["a.b.test"], **header)
    assert read(run.pk, signed_in(stranger)).status_code == 404
    Run.objects.update(shared=True)
    roles = {
        "user": [Client(), signed_in(stranger)],
        "owner": [signed_in(ida), Client(headers=header)],
        "foundation": [signed_in(reviewer)],
    }
    for role, clients in roles.items():
        for client in clients:
            body = read(run.pk, client).json()
            assert body["user_role"] == role
            assert ("cpid" in body) == (role != "user")
            assert body["meta"] == {"shared": "true"}


def test_an_anonymous_run_has_no_owner(ida: User, reviewer: User) -> None:
    run = waiting_run()
    assert read(run.pk, signed_in(ida)).json()["user_role"] == "user"
    assert read(run.pk, signed_in(reviewer)).json()["user_role"] == "foundation"


@pytest.mark.parametrize("role", ["owner", "editor", "uploader", "viewer"])
def test_every_member_of_the_vendor_is_an_owner(ida: User, stranger: User, role: str) -> None:
    kelpline = vendor("Kelpline", owner=ida)
    Membership.objects.create(vendor=kelpline, user=stranger, role=role)
    run = waiting_run(uploaded_by=ida, vendor=kelpline)
    assert read(run.pk, signed_in(stranger)).json()["user_role"] == "owner"


def test_who_left_the_vendor_is_a_stranger_again(ida: User) -> None:
    kelpline = vendor("Kelpline", uploader=ida)
    run = waiting_run(uploaded_by=ida, vendor=kelpline, cpid="secret", shared=True)
    Membership.objects.all().delete()
    body = read(run.pk, signed_in(ida)).json()
    assert (body["user_role"], "cpid" in body) == ("user", False)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_a_run_is_only_read(method: str) -> None:
    run = waiting_run()
    answer = Client().generic(method, f"/v1/results/{run.pk}")
    assert (answer.status_code, answer["Allow"]) == (405, "GET")
    assert Run.objects.filter(pk=run.pk).exists()


@pytest.mark.parametrize("path", ["/v1/", "/v1", "/v1/unknown", "//v1/x/y", "/v1/results/1/meta"])
def test_an_unknown_address_answers_in_json(path: str) -> None:
    answer = Client().get("/", PATH_INFO=path)
    assert answer.status_code == 404
    assert answer.json()["code"] == 404
