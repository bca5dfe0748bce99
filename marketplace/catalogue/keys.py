"""Public keys in OpenSSH one-line form, and what they sign. Pure functions.

Allowed (trust.md S7): RSA of 2048 bits or more with PKCS#1 v1.5 and SHA-256, which is what
refstack-client sends, and Ed25519. All else is refused.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_ssh_public_key,
)

RSA_BITS = 2048
RSA_BITS_MOST = 8192


class KeyRefused(ValueError):
    """The text is no key that we accept. `code` is stable; the message says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class PublicKey:
    """`text` is `<algorithm> <base64>` without comment; `fingerprint` SHA-256 of the blob, hex."""

    algorithm: str
    text: str
    comment: str
    fingerprint: str
    material: rsa.RSAPublicKey | ed25519.Ed25519PublicKey


def _without_python_quotes(text: str) -> str:
    """`refstack-client sign` prints `b'...'` on Python 3, and people paste that."""
    stripped = text.strip()
    if stripped[:2] in ("b'", 'b"') and stripped[-1:] == stripped[1]:
        return stripped[2:-1].strip()
    return stripped


def parse_public_key(text: str) -> PublicKey:
    """Read `ssh-rsa <base64> [comment]` or `ssh-ed25519 <base64> [comment]`.

    Raises KeyRefused.
    """
    words = _without_python_quotes(text).split(None, 2)
    if len(words) < 2:
        raise KeyRefused(
            "key-malformed",
            "Malformed public key: give one line, `ssh-rsa` or `ssh-ed25519` and the base64 text.",
        )
    algorithm, encoded = words[0], words[1]
    if algorithm not in ("ssh-rsa", "ssh-ed25519"):
        raise KeyRefused(
            "key-algorithm", "Public key has unsupported format: use ssh-rsa or ssh-ed25519."
        )
    try:
        base64.b64decode(encoded, validate=True)
        material = load_ssh_public_key(f"{algorithm} {encoded}".encode("ascii"))
    except (ValueError, binascii.Error, UnsupportedAlgorithm, UnicodeEncodeError):
        raise KeyRefused(
            "key-malformed", "Malformed public key: the base64 text cannot be read as a key."
        ) from None
    if isinstance(material, rsa.RSAPublicKey):
        if not RSA_BITS <= material.key_size <= RSA_BITS_MOST:
            raise KeyRefused(
                "key-size", f"The RSA key has {material.key_size} bits; 2048 to 8192 are accepted."
            )
    elif not isinstance(material, ed25519.Ed25519PublicKey):
        raise KeyRefused("key-algorithm", "Use an RSA or an Ed25519 key.")
    # One key can be written in several ways: only one of them is fingerprinted.
    text = material.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode("ascii")
    return PublicKey(
        algorithm=algorithm,
        text=text,
        comment=words[2] if len(words) == 3 else "",
        fingerprint=hashlib.sha256(base64.b64decode(text.split()[1])).hexdigest(),
        material=material,
    )


def parse_signature(text: str) -> bytes:
    """Hex, with the `b'...'` of Python 3 forgiven. Raises KeyRefused."""
    try:
        return bytes.fromhex(_without_python_quotes(text))
    except ValueError:
        raise KeyRefused("signature-malformed", "Malformed signature: give it as hex.") from None


def signed_by(key: PublicKey, signature: bytes, message: bytes) -> bool:
    """True if this key signed exactly these bytes."""
    try:
        if isinstance(key.material, rsa.RSAPublicKey):
            key.material.verify(signature, message, padding.PKCS1v15(), SHA256())
        else:
            key.material.verify(signature, message)
    except InvalidSignature:
        return False
    return True
