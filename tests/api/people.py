"""People who call the API: with a session, a token, or a key that signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils import timezone

from marketplace.catalogue.access import issue_key_challenge, issue_token, register_key
from marketplace.catalogue.models import ApiToken, SigningKey, User


def make_token(user: User, scope: str = "upload") -> tuple[ApiToken, dict[str, str]]:
    """The token, and the header that carries it."""
    issued = issue_token(
        label="build", scope=scope, expires_at=timezone.now() + timedelta(days=1), by=user
    )
    return issued.token, {"Authorization": f"Bearer {issued.secret}"}


@dataclass(frozen=True, slots=True)
class Signer:
    """A key pair and what refstack-client makes of it."""

    private: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey

    @property
    def public(self) -> str:
        line = self.private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
        return line.decode()

    def sign(self, message: bytes) -> str:
        if isinstance(self.private, rsa.RSAPrivateKey):
            return self.private.sign(message, padding.PKCS1v15(), SHA256()).hex()
        return self.private.sign(message).hex()

    def headers(self, body: bytes) -> dict[str, str]:
        return {"X-Signature": self.sign(body), "X-Public-Key": self.public}

    def register(self, user: User) -> SigningKey:
        nonce = issue_key_challenge(by=user).nonce
        return register_key(
            public_key=self.public, signature=self.sign(nonce.encode()), nonce=nonce, by=user
        )


def rsa_signer(bits: int = 2048) -> Signer:
    return Signer(rsa.generate_private_key(public_exponent=65537, key_size=bits))


def ed25519_signer() -> Signer:
    return Signer(ed25519.Ed25519PrivateKey.generate())
