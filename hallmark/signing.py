"""Ed25519 keys that sign bundles. Needs `cryptography`, which the extra `kit` brings."""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from certification.engine.bundle import PAYLOAD_TYPE, Signature, pae

_MOST_BYTES = 16 * 1024


class KeyUnusable(ValueError):
    """No key can be read or written there; the message says what to do."""


@dataclass(frozen=True, slots=True)
class BundleKey:
    """A private key, and what the marketplace registers of it."""

    private: Ed25519PrivateKey

    @property
    def public_line(self) -> str:
        """`ssh-ed25519 <base64>`: the form in which a key is registered."""
        line = self.private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
        return line.decode("ascii")

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the OpenSSH blob, hex: the `keyid` of its signatures."""
        return hashlib.sha256(base64.b64decode(self.public_line.split()[1])).hexdigest()

    def sign_manifest(self, manifest: bytes) -> Signature:
        """The DSSE signature over a bundle's manifest, byte for byte."""
        return Signature(self.fingerprint, self.private.sign(pae(PAYLOAD_TYPE, manifest)))

    def prove(self, challenge: str) -> str:
        """The challenge of the registration page, signed, in hex. Give it one word only: what is
        signed under a manifest holds blanks, so that no proof can be used as such a signature."""
        return self.private.sign(challenge.encode("ascii")).hex()


def make_key(path: Path) -> BundleKey:
    """A new key, in a file that only its owner reads; never over another file. Raises
    KeyUnusable."""
    key = BundleKey(Ed25519PrivateKey.generate())
    pem = key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
    except FileExistsError:
        raise KeyUnusable(f"{path} is there already; no key is written over it.") from None
    except OSError as error:
        raise KeyUnusable(f"{path} cannot be written: {error.strerror}.") from None
    return key


def read_key(path: Path) -> BundleKey:
    """Raises KeyUnusable: not there, no PEM, under a password, not Ed25519."""
    try:
        with path.open("rb") as file:
            found = load_pem_private_key(file.read(_MOST_BYTES), password=None)
    except OSError as error:
        raise KeyUnusable(f"{path} cannot be read: {error.strerror}.") from None
    except TypeError:
        raise KeyUnusable(f"{path} is under a password; use a key without one.") from None
    except (ValueError, UnsupportedAlgorithm):
        raise KeyUnusable(
            f"{path} holds no private key in PEM form; make one with `hallmark pack --new-key`."
        ) from None
    if not isinstance(found, Ed25519PrivateKey):
        raise KeyUnusable(f"{path} is no Ed25519 key; make one with `hallmark pack --new-key`.")
    return BundleKey(found)
