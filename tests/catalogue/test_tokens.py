"""A person makes a token for a script: shown once, kept as a digest, scoped, ending."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from marketplace.catalogue.access import (
    NewToken,
    TokenRefused,
    issue_token,
    revoke_token,
    token_in_force,
)
from marketplace.catalogue.models import ApiToken, AuditEvent, User
from tests.factories import person

pytestmark = pytest.mark.django_db


def in_days(days: float) -> datetime:
    return timezone.now() + timedelta(days=days)


def issue(by: User, *, label: str = "ci", scope: str = "upload", days: float = 30) -> NewToken:
    return issue_token(label=label, scope=scope, expires_at=in_days(days), by=by)


def test_the_secret_is_shown_and_kept_nowhere() -> None:
    ann = person()
    issued = issue(ann, label=" ci of kelp ")
    token = ApiToken.objects.get()
    assert issued.secret.startswith("hmk_")
    assert len(issued.secret) > 40
    assert token.digest == hashlib.sha256(issued.secret.encode()).hexdigest()
    assert token.prefix == issued.secret[:10]
    assert (token.user, token.label, token.scope) == (ann, "ci of kelp", "upload")
    kept = [str(value) for row in ApiToken.objects.values() for value in row.values()]
    kept += [str(value) for row in AuditEvent.objects.values() for value in row.values()]
    assert not any(issued.secret in text for text in kept)
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.facts) == (
        "token.issued",
        f"user:{ann.pk}",
        {"scope": "upload"},
    )


def test_every_token_is_another() -> None:
    ann = person()
    assert issue(ann).secret != issue(ann).secret


@pytest.mark.parametrize("scope", ["read", "upload"])
def test_its_secret_finds_it_with_its_scope(scope: str) -> None:
    ann = person()
    issued = issue(ann, scope=scope)
    found = token_in_force(issued.secret)
    assert found is not None
    assert (found.user, found.scope) == (ann, scope)


@pytest.mark.parametrize("secret", ["", "hmk_", "hmk_wrong", "\0", "\udcff", "x" * 100_000])
def test_a_wrong_secret_finds_nothing(secret: str) -> None:
    issued = issue(person())
    assert token_in_force(secret) is None
    assert token_in_force(issued.secret[:-1]) is None
    assert token_in_force(issued.token.digest) is None


def test_the_use_is_noted_once_a_minute() -> None:
    issued = issue(person())
    token_in_force(issued.secret)
    first = ApiToken.objects.get().last_used_at
    assert first is not None
    token_in_force(issued.secret)
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(minutes=2))
    token_in_force(issued.secret)
    again = ApiToken.objects.get().last_used_at
    assert again is not None
    assert again > first - timedelta(minutes=1)


def test_an_expired_token_is_not_in_force() -> None:
    issued = issue(person())
    ApiToken.objects.update(created_at=in_days(-2), expires_at=Now())
    assert token_in_force(issued.secret) is None
    assert ApiToken.objects.get().last_used_at is None


def test_a_revoked_token_is_not_in_force_and_stays_revoked() -> None:
    ann = person()
    issued = issue(ann)
    revoked_at = revoke_token(token=issued.token, by=ann).revoked_at
    assert revoked_at is not None
    assert token_in_force(issued.secret) is None
    assert revoke_token(token=issued.token, by=ann).revoked_at == revoked_at
    assert AuditEvent.objects.filter(verb="token.revoked").count() == 1


def test_a_stranger_does_not_revoke_it() -> None:
    issued = issue(person("Ann"))
    with pytest.raises(TokenRefused) as refused:
        revoke_token(token=issued.token, by=person("Bob", staff_role="admin"))
    assert refused.value.code == "token-not-yours"
    assert token_in_force(issued.secret) is not None


def test_the_token_of_an_inactive_person_is_not_in_force() -> None:
    issued = issue(person())
    User.objects.update(is_active=False)
    assert token_in_force(issued.secret) is None


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("token-label", {"label": ""}),
        ("token-label", {"label": " \t"}),
        ("token-scope", {"scope": ""}),
        ("token-scope", {"scope": "admin"}),
        ("token-expiry", {"days": -1}),
        ("token-expiry", {"days": 0}),
        ("token-expiry", {"days": 367}),
    ],
)
def test_what_cannot_be_a_token_is_refused_by_name(code: str, facts: dict[str, object]) -> None:
    with pytest.raises(TokenRefused) as refused:
        issue(person(), **facts)  # type: ignore[arg-type] # one of several keywords
    assert refused.value.code == code
    assert str(refused.value)
    assert not ApiToken.objects.exists()
    assert not AuditEvent.objects.exists()


def test_the_database_refuses_an_unknown_scope_and_an_end_before_the_beginning() -> None:
    issue(person())
    for constraint, wrong in (
        ("api_token_scope_known", {"scope": "admin"}),
        ("api_token_expires_later", {"expires_at": in_days(-400)}),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            ApiToken.objects.update(**wrong)
