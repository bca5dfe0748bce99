"""A person registers the key that signs their uploads, by signing our fresh nonce with it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from marketplace.catalogue.access import (
    LEGACY_MESSAGE,
    issue_key_challenge,
    register_key,
    registered_key,
    revoke_key,
)
from marketplace.catalogue.keys import KeyRefused, parse_public_key
from marketplace.catalogue.models import AuditEvent, KeyChallenge, SigningKey, User
from tests.catalogue.keypairs import KeyPair, ed25519_pair, padded, rsa_pair
from tests.factories import person

pytestmark = pytest.mark.django_db
pairs = pytest.mark.parametrize("pair", [rsa_pair(), ed25519_pair()], ids=["rsa", "ed25519"])


def register(pair: KeyPair, by: User, *, nonce: str | None = None, label: str = "") -> SigningKey:
    given = issue_key_challenge(by=by).nonce if nonce is None else nonce
    return register_key(
        public_key=pair.public,
        signature=pair.sign(given.encode()),
        nonce=given,
        by=by,
        label=label,
    )


def refusal(pair: KeyPair, by: User, nonce: str, signature: str | None = None) -> str:
    sent = pair.sign(nonce.encode()) if signature is None else signature
    with pytest.raises(KeyRefused) as refused:
        register_key(public_key=pair.public, signature=sent, nonce=nonce, by=by)
    return refused.value.code


@pairs
def test_who_signs_the_nonce_has_registered_the_key(pair: KeyPair) -> None:
    ann = person()
    key = register(pair, ann, label="laptop")
    assert (key.user, key.label, key.registered_by_legacy_form) == (ann, "laptop", False)
    assert (key.public_key, key.algorithm) == (pair.public, pair.public.split()[0])
    assert registered_key(key.fingerprint) == key
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor) == ("key.registered", f"user:{ann.pk}")
    assert event.facts == {"fingerprint": key.fingerprint}


def test_a_comment_is_the_label_where_none_is_given() -> None:
    ann, pair = person(), ed25519_pair()
    nonce = issue_key_challenge(by=ann).nonce
    key = register_key(
        public_key=f"b'{pair.public} {'ann@laptop' * 20}'",
        signature=f"b'{pair.sign(nonce.encode())}'",
        nonce=nonce,
        by=ann,
    )
    assert key.label == ("ann@laptop" * 20)[:120]


def test_a_challenge_is_fresh_and_lasts_half_an_hour() -> None:
    first, second = (issue_key_challenge(by=person()) for _ in range(2))
    assert first.nonce != second.nonce
    assert len(bytes.fromhex(first.nonce)) == 16
    lasts = first.expires_at - first.created_at
    assert timedelta(minutes=30) <= lasts < timedelta(minutes=31)


def test_a_challenge_is_used_once() -> None:
    ann = person()
    nonce = issue_key_challenge(by=ann).nonce
    register(ed25519_pair(), ann, nonce=nonce)
    assert refusal(ed25519_pair(), ann, nonce) == "signature-wrong"
    assert KeyChallenge.objects.get().used_at is not None


def test_a_wrong_signature_spends_the_challenge() -> None:
    ann, pair = person(), ed25519_pair()
    nonce = issue_key_challenge(by=ann).nonce
    assert refusal(pair, ann, nonce, signature="00" * 64) == "signature-wrong"
    assert refusal(pair, ann, nonce) == "signature-wrong"
    assert not SigningKey.objects.exists()


def test_a_challenge_ends() -> None:
    ann = person()
    nonce = issue_key_challenge(by=ann).nonce
    KeyChallenge.objects.update(expires_at=Now())
    assert refusal(ed25519_pair(), ann, nonce) == "signature-wrong"


def test_a_strangers_challenge_is_worth_nothing_and_stays_theirs() -> None:
    ann, bob = person("Ann"), person("Bob")
    nonce = issue_key_challenge(by=ann).nonce
    assert refusal(ed25519_pair(), bob, nonce) == "signature-wrong"
    assert register(ed25519_pair(), ann, nonce=nonce).user == ann


@pytest.mark.parametrize("nonce", ["", "made up", "ä"])
def test_a_nonce_that_we_never_gave_is_worth_nothing(nonce: str) -> None:
    assert refusal(ed25519_pair(), person(), nonce) == "signature-wrong"


def test_a_signature_of_another_key_registers_nothing() -> None:
    ann = person()
    nonce = issue_key_challenge(by=ann).nonce
    other = ed25519_pair().sign(nonce.encode())
    assert refusal(ed25519_pair(), ann, nonce, signature=other) == "signature-wrong"


def legacy(pair: KeyPair, by: User) -> SigningKey:
    return register_key(
        public_key=pair.public, signature=pair.sign(LEGACY_MESSAGE), nonce="", by=by
    )


def test_the_legacy_form_is_taken_and_noted() -> None:
    key = legacy(rsa_pair(), person())
    assert key.registered_by_legacy_form


def test_a_legacy_signature_is_taken_once_for_a_key() -> None:
    """It is the same for ever, so whoever has seen it could send it again."""
    ann, bob = person("Ann"), person("Bob")
    key = legacy(rsa_pair(), ann)
    for by in (ann, bob):
        with pytest.raises(KeyRefused, match="already exists") as refused:
            legacy(rsa_pair(), by)
        assert refused.value.code == "key-known"
    revoke_key(key=key, by=ann)
    with pytest.raises(KeyRefused) as refused:
        legacy(rsa_pair(), bob)
    assert refused.value.code == "key-known"


def test_a_known_key_is_not_registered_again() -> None:
    ann, bob, pair = person("Ann"), person("Bob"), ed25519_pair()
    register(pair, ann)
    for by in (ann, bob):
        assert refusal(pair, by, issue_key_challenge(by=by).nonce) == "key-known"
    assert SigningKey.objects.get().user == ann


@pairs
def test_a_revoked_key_is_not_found_and_never_comes_back(pair: KeyPair) -> None:
    ann = person()
    key = register(pair, ann)
    revoked_at = revoke_key(key=key, by=ann).revoked_at
    assert revoked_at is not None
    assert registered_key(key.fingerprint) is None
    assert refusal(pair, ann, issue_key_challenge(by=ann).nonce) == "key-known"
    assert revoke_key(key=key, by=ann).revoked_at == revoked_at
    assert AuditEvent.objects.filter(verb="key.revoked").count() == 1


def test_a_revoked_key_does_not_come_back_in_another_spelling() -> None:
    ann, pair = person(), rsa_pair()
    revoke_key(key=register(pair, ann), by=ann)
    nonce = issue_key_challenge(by=ann).nonce
    with pytest.raises(KeyRefused) as refused:
        register_key(
            public_key=padded(pair.public), signature=pair.sign(nonce.encode()), nonce=nonce, by=ann
        )
    assert refused.value.code == "key-known"


def test_a_stranger_does_not_revoke_it() -> None:
    key = register(ed25519_pair(), person("Ann"))
    with pytest.raises(KeyRefused) as refused:
        revoke_key(key=key, by=person("Bob", staff_role="admin"))
    assert refused.value.code == "key-not-yours"
    assert registered_key(key.fingerprint) == key


def test_the_key_of_an_inactive_person_is_not_in_force() -> None:
    ann = person()
    key = register(ed25519_pair(), ann)
    User.objects.filter(pk=ann.pk).update(is_active=False)
    assert registered_key(key.fingerprint) is None
    assert registered_key("0" * 64) is None


def test_a_weak_key_and_a_malformed_signature_are_refused_by_name() -> None:
    ann = person()
    nonce = issue_key_challenge(by=ann).nonce
    with pytest.raises(KeyRefused) as refused:
        register_key(public_key="ssh-dss AAAA", signature="00", nonce=nonce, by=ann)
    assert refused.value.code == "key-algorithm"
    with pytest.raises(KeyRefused) as refused:
        register_key(public_key=ed25519_pair().public, signature="zz", nonce=nonce, by=ann)
    assert refused.value.code == "signature-malformed"


def test_the_database_knows_no_other_algorithm() -> None:
    key = parse_public_key(ed25519_pair().public)
    with (
        pytest.raises(IntegrityError, match="signing_key_algorithm_allowed"),
        transaction.atomic(),
    ):
        SigningKey.objects.create(
            user=person(), fingerprint=key.fingerprint, algorithm="ssh-dss", public_key=key.text
        )
