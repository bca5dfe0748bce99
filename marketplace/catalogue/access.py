"""Keys and tokens: registering, checking, revoking."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from marketplace.catalogue import audit
from marketplace.catalogue.keys import KeyRefused, parse_public_key, parse_signature, signed_by
from marketplace.catalogue.models import ApiToken, KeyChallenge, SigningKey, User

CHALLENGE_MINUTES = 30
TOKEN_PREFIX = "hmk_"  # noqa: S105 - how every token begins, so that leaks are found
TOKEN_DAYS_MOST = 366
#: What the retired programme let people sign to show that a key is theirs; worth little, so once.
LEGACY_MESSAGE = b"signature"


class TokenRefused(ValueError):
    """A token cannot be made or used so; the message is for the user."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class NewToken:
    """`secret` is shown to its owner once and kept nowhere."""

    token: ApiToken
    secret: str


def issue_key_challenge(*, by: User) -> KeyChallenge:
    challenge = KeyChallenge.objects.create(
        nonce=secrets.token_hex(16),
        user=by,
        expires_at=Now() + timedelta(minutes=CHALLENGE_MINUTES),
    )
    challenge.refresh_from_db()
    return challenge


def register_key(
    *, public_key: str, signature: str, nonce: str, by: User, label: str = ""
) -> SigningKey:
    """Register a key whose owner signed our fresh nonce, or (once a key) the legacy constant.

    Raises KeyRefused. The nonce is spent whether or not the signature holds.
    """
    key = parse_public_key(public_key)
    proof = parse_signature(signature)
    spent = KeyChallenge.objects.filter(
        nonce=nonce, user=by, used_at=None, expires_at__gt=Now()
    ).update(used_at=Now())
    fresh = bool(spent) and signed_by(key, proof, nonce.encode("ascii"))
    legacy = not fresh and signed_by(key, proof, LEGACY_MESSAGE)
    if not fresh and not legacy:
        raise KeyRefused(
            "signature-wrong",
            "Signature verification failed: sign the challenge of this page with this key. "
            "A challenge lasts 30 minutes and is used once; a new one stands below.",
        )
    try:
        with transaction.atomic():
            row = SigningKey.objects.create(
                user=by,
                fingerprint=key.fingerprint,
                algorithm=key.algorithm,
                public_key=key.text,
                label=(label or key.comment)[:120],
                registered_by_legacy_form=legacy,
            )
            audit.record(
                "key.registered", row, actor=audit.actor_of(by), fingerprint=key.fingerprint
            )
    except IntegrityError:
        raise KeyRefused("key-known", "Public key already exists. Use another key.") from None
    return row


def revoke_key(*, key: SigningKey, by: User) -> SigningKey:
    """Raises KeyRefused for a stranger. A key revoked before stays as it is."""
    if key.user_id != by.pk:
        raise KeyRefused("key-not-yours", "Only its owner revokes a key.")
    with transaction.atomic():
        if SigningKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=Now()):
            audit.record("key.revoked", key, actor=audit.actor_of(by), fingerprint=key.fingerprint)
    key.refresh_from_db()
    return key


def registered_key(fingerprint: str) -> SigningKey | None:
    """The key in force with this fingerprint, its owner loaded; None if unknown or revoked."""
    return (
        SigningKey.objects.select_related("user")
        .filter(fingerprint=fingerprint, revoked_at=None, user__is_active=True)
        .first()
    )


def note_key_used(*, key: SigningKey) -> None:
    """A signature by it was found right just now; noted at most once a minute."""
    SigningKey.objects.filter(pk=key.pk).exclude(
        last_used_at__gt=timezone.now() - timedelta(minutes=1)
    ).update(last_used_at=Now())


def issue_token(*, label: str, scope: str, expires_at: datetime, by: User) -> NewToken:
    """Raises TokenRefused for a label, scope or date that cannot be."""
    now = timezone.now()
    if not label.strip():
        raise TokenRefused("token-label", "Name the token after what will use it.")
    if scope not in ApiToken.Scope.values:
        raise TokenRefused("token-scope", "The scope is `read` or `upload`.")
    if not now < expires_at <= now + timedelta(days=TOKEN_DAYS_MOST):
        raise TokenRefused("token-expiry", "A token ends within 366 days, and not in the past.")
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = ApiToken.objects.create(
            user=by,
            label=label.strip()[:120],
            scope=scope,
            digest=_digest(secret),
            prefix=secret[:10],
            expires_at=expires_at,
        )
        audit.record("token.issued", token, actor=audit.actor_of(by), scope=scope)
    return NewToken(token, secret)


def revoke_token(*, token: ApiToken, by: User) -> ApiToken:
    """Raises TokenRefused for a stranger. A token revoked before stays as it is."""
    if token.user_id != by.pk:
        raise TokenRefused("token-not-yours", "Only its owner revokes a token.")
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=Now()):
            audit.record("token.revoked", token, actor=audit.actor_of(by))
    token.refresh_from_db()
    return token


def token_in_force(secret: str) -> ApiToken | None:
    """The token that this secret is, its owner loaded; notes the use at most once a minute."""
    token = (
        ApiToken.objects.select_related("user")
        .filter(digest=_digest(secret), revoked_at=None, expires_at__gt=Now(), user__is_active=True)
        .first()
    )
    if token is None:
        return None
    ApiToken.objects.filter(pk=token.pk).exclude(
        last_used_at__gt=timezone.now() - timedelta(minutes=1)
    ).update(last_used_at=Now())
    return token


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
