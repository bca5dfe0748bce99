"""Key pairs as vendors have them: OpenSSH one-line public keys, signatures as hex."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

Private = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


@dataclass(frozen=True)
class KeyPair:
    private: Private

    @property
    def public(self) -> str:
        return one_line(self.private.public_key())

    def sign(self, message: bytes) -> str:
        if isinstance(self.private, rsa.RSAPrivateKey):
            return self.private.sign(message, padding.PKCS1v15(), SHA256()).hex()
        return self.private.sign(message).hex()


def one_line(
    public: rsa.RSAPublicKey
    | ed25519.Ed25519PublicKey
    | dsa.DSAPublicKey
    | ec.EllipticCurvePublicKey,
) -> str:
    return public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


@lru_cache(maxsize=8)
def rsa_pair(bits: int = 2048, number: int = 0) -> KeyPair:
    """The same for the same `number`: making one takes a while."""
    return KeyPair(rsa.generate_private_key(65537, bits))


def ed25519_pair() -> KeyPair:
    return KeyPair(ed25519.Ed25519PrivateKey.generate())


def padded(public: str) -> str:
    """The same RSA key written with a zero byte more before its modulus."""
    algorithm, encoded = public.split()
    rest, parts = base64.b64decode(encoded), []
    while rest:
        size = int.from_bytes(rest[:4], "big")
        parts.append(rest[4 : 4 + size])
        rest = rest[4 + size :]
    parts[-1] = b"\0" + parts[-1]
    blob = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return f"{algorithm} {base64.b64encode(blob).decode()}"
