"""Whether a registered key signed a bundle. Ed25519 alone (trust.md S7)."""

from __future__ import annotations

from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from certification.engine.bundle import PAYLOAD_TYPE, Bundle, pae
from marketplace.catalogue.keys import KeyRefused, parse_public_key, signed_by


def verify_signatures(bundle: Bundle, key_of: Callable[[str], str | None]) -> str | None:
    """The fingerprint of the first registered key whose signature over the manifest holds; None
    without one. `key_of` gives the registered public key, in OpenSSH one-line form, by its
    fingerprint: a key is never taken from the bundle, and counts only under its own fingerprint.
    """
    message = pae(PAYLOAD_TYPE, bundle.manifest_bytes)
    for one in bundle.signatures:
        text = key_of(one.keyid)
        if text is None:
            continue
        try:
            key = parse_public_key(text)
        except KeyRefused:
            continue
        if (
            key.fingerprint == one.keyid
            and isinstance(key.material, Ed25519PublicKey)
            and signed_by(key, one.signature, message)
        ):
            return one.keyid
    return None
