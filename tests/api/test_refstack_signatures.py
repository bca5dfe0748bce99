"""Signed uploads: whose run it is, and every signature that proves nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from certification.models import Run
from certification.operations.sharing import share_run
from marketplace.catalogue.access import revoke_key
from marketplace.catalogue.models import User
from tests.api.conftest import signed_in
from tests.api.evidence import refstack_body
from tests.api.people import Signer, ed25519_signer, make_token, rsa_signer
from tests.factories import vendor

pytestmark = pytest.mark.django_db

BODY = refstack_body(["tempest.a.B.test_c"])
OTHER_BODY = refstack_body(["tempest.a.B.test_d"])


def post(body: bytes, headers: dict[str, str]) -> Any:
    return Client().post("/v1/results/", body, content_type="application/json", headers=headers)


def assert_refused(answer: Any, status: int, words: str, error: str) -> None:
    assert answer.status_code == status, answer.content
    body = answer.json()
    assert body["code"] == status
    assert body["error"] == error
    assert words in body["title"] + body.get("detail", "")
    assert not Run.objects.exists()


def test_a_registered_key_makes_its_owner_the_owner(ida: User, signer: Signer) -> None:
    key = signer.register(ida)
    answer = post(BODY, signer.headers(BODY))
    assert answer.status_code == 201
    run = Run.objects.get()
    assert (run.uploaded_by, run.signed_with, run.shared) == (ida, key, False)


def test_the_run_of_a_member_belongs_to_the_vendor(ida: User, signer: Signer) -> None:
    kelpline = vendor("Kelpline", editor=ida)
    signer.register(ida)
    post(BODY, signer.headers(BODY))
    assert Run.objects.get().vendor == kelpline


def test_a_signed_run_is_private_until_it_is_shared(
    ida: User, stranger: User, signer: Signer
) -> None:
    signer.register(ida)
    address = f"/v1/results/{post(BODY, signer.headers(BODY)).json()['test_id']}"
    assert Client().get(address).status_code == 404
    assert signed_in(stranger).get(address).status_code == 404
    assert Client().get("/v1/results").json()["results"] == []
    assert signed_in(ida).get(address).json()["user_role"] == "owner"
    share_run(run=Run.objects.get(), by=ida)
    assert Client().get(address).json()["meta"] == {"shared": "true"}
    assert len(Client().get("/v1/results").json()["results"]) == 1


def test_an_ed25519_key_is_as_good(ida: User) -> None:
    signer = ed25519_signer()
    signer.register(ida)
    assert post(BODY, signer.headers(BODY)).status_code == 201
    assert Run.objects.get().uploaded_by == ida


def test_a_comment_after_the_key_changes_nothing(ida: User, signer: Signer) -> None:
    signer.register(ida)
    headers = signer.headers(BODY) | {"X-Public-Key": f"{signer.public} ida on her laptop"}
    assert post(BODY, headers).status_code == 201


def test_what_python_3_prints_is_forgiven(ida: User, signer: Signer) -> None:
    signer.register(ida)
    headers = {
        "X-Signature": f"b'{signer.sign(BODY)}'",
        "X-Public-Key": f"b'{signer.public}'",
    }
    assert post(BODY, headers).status_code == 201


@pytest.mark.parametrize("registered", [True, False])
def test_a_signature_over_other_bytes_is_refused(
    ida: User, signer: Signer, registered: bool
) -> None:
    if registered:
        signer.register(ida)
    answer = post(BODY, signer.headers(OTHER_BODY))
    assert_refused(answer, 400, "Signature verification failed", "signature-wrong")


def test_the_exact_bytes_are_signed_not_their_meaning(ida: User, signer: Signer) -> None:
    signer.register(ida)
    answer = post(BODY + b"\n", signer.headers(BODY))
    assert_refused(answer, 400, "Signature verification failed", "signature-wrong")


@pytest.mark.parametrize(
    "hexadecimal", ["zz", "abc", "ü", "0x12", "b'zz'", "12,34", "\u0661\u0662"]
)
def test_a_signature_that_is_not_hex_is_malformed(signer: Signer, hexadecimal: str) -> None:
    headers = {"X-Signature": hexadecimal, "X-Public-Key": signer.public}
    assert_refused(post(BODY, headers), 400, "Malformed signature", "signature-malformed")


@pytest.mark.parametrize("hexadecimal", ["", "00", "00" * 256, "ff" * 256, "00" * 5000])
def test_a_signature_of_any_length_can_be_wrong(
    ida: User, signer: Signer, hexadecimal: str
) -> None:
    signer.register(ida)
    headers = {"X-Signature": hexadecimal, "X-Public-Key": signer.public}
    assert_refused(post(BODY, headers), 400, "Signature verification failed", "signature-wrong")


def test_a_signature_without_a_key_is_refused(ida: User, signer: Signer) -> None:
    signer.register(ida)
    answer = post(BODY, {"X-Signature": signer.sign(BODY)})
    assert_refused(answer, 400, "Malformed public key", "key-missing")


def test_a_key_without_a_signature_is_refused(ida: User, signer: Signer) -> None:
    signer.register(ida)
    answer = post(BODY, {"X-Public-Key": signer.public})
    assert_refused(answer, 400, "Signature verification failed", "signature-missing")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "key-malformed"),
        ("ssh-rsa", "key-malformed"),
        ("ssh-rsa AAAA", "key-malformed"),
        ("ssh-rsa not*base64", "key-malformed"),
        ("ssh-rsa \xe4\xe4\xe4\xe4", "key-malformed"),
        ("ssh-ed25519 AAAAB3NzaC1yc2E=", "key-malformed"),
        ("ssh-dss AAAAB3NzaC1kc3M=", "key-algorithm"),
        ("ecdsa-sha2-nistp256 AAAA", "key-algorithm"),
        ("-----BEGIN PUBLIC KEY-----", "key-algorithm"),
    ],
)
def test_a_key_that_cannot_be_read_is_refused(signer: Signer, text: str, error: str) -> None:
    headers = {"X-Signature": signer.sign(BODY), "X-Public-Key": text}
    assert_refused(post(BODY, headers), 400, "ublic key", error)


@pytest.mark.slow
def test_a_weak_rsa_key_is_refused() -> None:
    weak = rsa_signer(bits=1024)
    answer = post(BODY, weak.headers(BODY))
    assert_refused(answer, 400, "The RSA key has 1024 bits; 2048", "key-size")


def test_an_unregistered_key_is_told_what_to_do(signer: Signer) -> None:
    answer = post(BODY, signer.headers(BODY))
    assert_refused(answer, 401, "not registered", "key-not-registered")
    assert answer.json()["title"] == "Unauthorized"
    assert "Sign in" in answer.json()["detail"]


def test_a_revoked_key_is_refused(ida: User, signer: Signer) -> None:
    revoke_key(key=signer.register(ida), by=ida)
    answer = post(BODY, signer.headers(BODY))
    assert_refused(answer, 401, "revoked", "key-not-registered")


def test_the_key_of_somebody_who_left_is_refused(ida: User, signer: Signer) -> None:
    signer.register(ida)
    User.objects.filter(pk=ida.pk).update(is_active=False)
    answer = post(BODY, signer.headers(BODY))
    assert_refused(answer, 401, "not registered", "key-not-registered")


def test_the_key_of_the_message_is_never_trusted(
    ida: User, signer: Signer, other_signer: Signer
) -> None:
    """One key is registered; the attacker signs with another and sends either public key."""
    signer.register(ida)
    own = other_signer.headers(BODY)
    assert_refused(post(BODY, own), 401, "not registered", "key-not-registered")
    borrowed = own | {"X-Public-Key": signer.public}
    assert_refused(post(BODY, borrowed), 400, "Signature verification", "signature-wrong")
    renamed = own | {"X-Public-Key": f"{other_signer.public} {signer.public}"}
    assert_refused(post(BODY, renamed), 401, "not registered", "key-not-registered")


def test_a_good_token_does_not_save_a_bad_signature(
    ida: User, signer: Signer, other_signer: Signer
) -> None:
    _, token = make_token(ida)
    answer = post(BODY, token | signer.headers(OTHER_BODY))
    assert_refused(answer, 400, "Signature verification failed", "signature-wrong")
    answer = post(BODY, token | other_signer.headers(BODY))
    assert_refused(answer, 401, "not registered", "key-not-registered")


def test_the_same_signed_body_again_is_the_same_run(ida: User, signer: Signer) -> None:
    signer.register(ida)
    first, second = (post(BODY, signer.headers(BODY)) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert Run.objects.count() == 1


def test_the_same_body_by_another_person_is_another_run(
    ida: User, stranger: User, signer: Signer, other_signer: Signer
) -> None:
    signer.register(ida)
    other_signer.register(stranger)
    first = post(BODY, signer.headers(BODY)).json()
    second = post(BODY, other_signer.headers(BODY))
    assert second.status_code == 201
    assert second.json()["test_id"] != first["test_id"]
    assert second.json().keys() == {"test_id", "url"}
    assert set(Run.objects.values_list("uploaded_by", "copied_bytes")) == {
        (ida.pk, False),
        (stranger.pk, True),
    }


def test_an_empty_run_is_named_before_an_unknown_key(signer: Signer) -> None:
    """RefStack's order: signature, emptiness, registered key."""
    empty = refstack_body([])
    answer = post(empty, signer.headers(empty))
    assert_refused(answer, 400, "at least one passing test", "evidence-no-passing-test")
    answer = post(empty, signer.headers(BODY))
    assert_refused(answer, 400, "Signature verification failed", "signature-wrong")
