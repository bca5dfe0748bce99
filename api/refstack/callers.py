"""Who is asking on the RefStack paths: a session, a bearer token, or a signature over the body."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from api.auth import SECOND_FACTOR_MISSING, bearer_secret
from api.refstack.answers import Refused
from marketplace.catalogue.access import note_key_used, registered_key, token_in_force
from marketplace.catalogue.keys import KeyRefused, parse_public_key, parse_signature, signed_by
from marketplace.catalogue.models import ApiToken, SigningKey, User
from marketplace.catalogue.policy import lacks_second_factor


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that holds over the body. `registered` is None for a key that nobody registered:
    such a signature is worth nothing, and `registered_key` refuses it."""

    registered: SigningKey | None

    def registered_key(self) -> SigningKey:
        """The key in our registry, which tells whose run it is. Raises Refused."""
        if self.registered is None:
            raise Refused(
                401,
                "This public key is not registered, or was revoked. "
                "Sign in, open Workspace, Signing keys, and register a key.",
                "key-not-registered",
            )
        return self.registered


def signature_of(request: HttpRequest, body: bytes) -> Signature | None:
    """What the two headers prove about these bytes; None where neither was sent. Raises Refused.

    The key of the message only names one in our registry, and that one verifies (trust.md S7). For
    an unregistered key the message's own decides which of two refusals the caller reads.
    """
    signature_text = request.headers.get("X-Signature")
    key_text = request.headers.get("X-Public-Key")
    if signature_text is None and key_text is None:
        return None
    if signature_text is None:
        raise Refused(
            400, "Signature verification failed: X-Signature is missing.", "signature-missing"
        )
    try:
        signature = parse_signature(signature_text)
        if key_text is None:
            raise KeyRefused("key-missing", "Malformed public key: X-Public-Key is missing.")
        sent = parse_public_key(key_text)
    except KeyRefused as fault:
        raise Refused(400, str(fault), fault.code) from None
    registered = registered_key(sent.fingerprint)
    verifying = parse_public_key(registered.public_key) if registered is not None else sent
    if not signed_by(verifying, signature, body):
        raise Refused(
            400,
            "Signature verification failed: sign the exact bytes of the body.",
            "signature-wrong",
        )
    if registered is not None:
        note_key_used(key=registered)
    return Signature(registered)


def token_of(request: HttpRequest) -> ApiToken | None:
    header = request.headers.get("Authorization")
    if header is None:
        return None
    secret = bearer_secret(header)
    if secret is None:
        raise Refused(400, "Authorization schema 'Bearer' should be used", "authorization-scheme")
    token = token_in_force(secret)
    if token is None:
        raise Refused(400, "Token is not valid", "token-refused")
    if lacks_second_factor(token.user):
        raise Refused(403, SECOND_FACTOR_MISSING, "second-factor-missing")
    return token


def reader(request: HttpRequest) -> User | AnonymousUser:
    """The person by session or token. Raises Refused for a bad token, also on public pages."""
    token = token_of(request)
    if token is not None:
        return token.user
    return request.user if isinstance(request.user, User) else AnonymousUser()
