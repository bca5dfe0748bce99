"""Registering and revoking signing keys."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from marketplace.catalogue.models import KeyChallenge, SigningKey, User
from tests.api.people import Signer, ed25519_signer, rsa_signer
from tests.factories import person
from tests.site.conftest import signed_in
from tests.site.reading import read

pytestmark = pytest.mark.django_db
KEYS = "/workspace/keys/"


@pytest.fixture(scope="module", params=["rsa", "ed25519"])
def signer(request: pytest.FixtureRequest) -> Signer:
    return rsa_signer() if request.param == "rsa" else ed25519_signer()


def challenged(person: User) -> tuple[Client, str]:
    client = signed_in(person)
    client.post(f"{KEYS}challenge/")
    return client, KeyChallenge.objects.get(user=person, used_at=None).nonce


def register(client: Client, signer: Signer, nonce: str, **changes: str) -> Any:
    given = {
        "label": "rack",
        "public_key": signer.public,
        "signature": signer.sign(nonce.encode()),
        "nonce": nonce,
    }
    return client.post(KEYS, given | changes)


def test_looking_at_the_page_makes_no_challenge(ann: User) -> None:
    page = read(signed_in(ann).get(KEYS))
    assert "Take a challenge" in page.text
    assert KeyChallenge.objects.count() == 0


def test_a_challenge_stands_on_the_page_with_its_commands(ann: User) -> None:
    client, nonce = challenged(ann)
    client.post(f"{KEYS}challenge/")
    assert KeyChallenge.objects.count() == 1
    text = read(client.get(KEYS)).text
    assert f"printf %s {nonce} | openssl dgst -sha256 -sign key.pem" in text
    assert "openssl pkeyutl -sign -rawin" in text


@pytest.mark.slow
def test_a_signed_challenge_registers_the_key(ann: User, signer: Signer) -> None:
    client, nonce = challenged(ann)
    answer = register(client, signer, nonce)
    assert (answer.status_code, answer["Location"]) == (303, KEYS)
    key = SigningKey.objects.get(user=ann)
    assert (key.label, key.registered_by_legacy_form) == ("rack", False)
    assert "rack" in read(client.get(KEYS)).text


def test_what_openssl_prints_in_hex_is_taken_too(ann: User, signer: Signer) -> None:
    client, nonce = challenged(ann)
    printed = f"RSA-SHA2-256(stdin)= {signer.sign(nonce.encode())}\n"
    assert register(client, signer, nonce, signature=printed).status_code == 303


def test_the_whole_print_of_refstack_client_goes_into_one_field(ann: User) -> None:
    signer = rsa_signer()
    client, nonce = challenged(ann)
    printed = f"Public key:\nb'{signer.public}'\n\nSelf signature:\n{signer.sign(b'signature')}\n\n"
    answer = register(client, signer, nonce, public_key=printed, signature="")
    assert answer.status_code == 303
    assert SigningKey.objects.get().registered_by_legacy_form is True


def test_a_wrong_signature_is_told_and_a_new_challenge_stands(ann: User, signer: Signer) -> None:
    client, nonce = challenged(ann)
    answer = register(client, signer, nonce, signature=signer.sign(b"something else"))
    text = read(answer).text
    assert answer.status_code == 400
    assert "signature-wrong" in text
    assert nonce not in text
    assert KeyChallenge.objects.get(used_at=None).nonce in text
    assert SigningKey.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"public_key": "ssh-dss AAAA"}, "key-algorithm"),
        ({"public_key": "rubbish"}, "key-malformed"),
        ({"signature": "zz"}, "signature-malformed"),
        ({"signature": ""}, "Paste the signature too"),
        ({"public_key": ""}, "required"),
    ],
)
def test_what_cannot_be_read_is_told(ann: User, changes: dict[str, str], said: str) -> None:
    client, nonce = challenged(ann)
    answer = register(client, ed25519_signer(), nonce, **changes)
    assert answer.status_code == 400
    assert said in read(answer).text


def test_another_person_s_challenge_is_worth_nothing(ann: User, signer: Signer) -> None:
    _, nonce = challenged(ann)
    answer = register(signed_in(person("Eve")), signer, nonce)
    assert answer.status_code == 400
    assert SigningKey.objects.count() == 0


def test_a_key_is_revoked_by_its_owner_alone(ann: User, signer: Signer) -> None:
    key = signer.register(ann)
    url = f"{KEYS}{key.pk}/revoke/"
    assert signed_in(person("Eve")).post(url).status_code == 404
    assert signed_in(ann).get(url).status_code == 405
    assert signed_in(ann).post(url).status_code == 303
    key.refresh_from_db()
    assert key.revoked_at is not None
    assert "Revoked" in read(signed_in(ann).get(KEYS)).text
