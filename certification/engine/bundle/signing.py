"""The detached DSSE envelope over a bundle's manifest: its bytes, not the mathematics.

`signature.dsse.json` is a DSSE v1 envelope without `payload`, for that is `manifest.json` itself:
`{"payloadType": ..., "signatures": [{"keyid": ..., "sig": base64}, ...]}`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from typing import Annotated

import msgspec

from certification.engine.bundle.model import PAYLOAD_TYPE, BundleRefused, Signature
from certification.engine.bundle.strictness import read_document
from certification.engine.canonical import canonical_bytes

SIGNATURE_FILE = "signature.dsse.json"
_ED25519_BYTES = 64
_KeyId = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class _Signed(msgspec.Struct, forbid_unknown_fields=True):
    keyid: _KeyId
    sig: Annotated[str, msgspec.Meta(max_length=128)]


class _Envelope(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    payload_type: str
    signatures: Annotated[list[_Signed], msgspec.Meta(min_length=1, max_length=8)]


def pae(payload_type: str, payload: bytes) -> bytes:
    """What a signature covers: DSSE v1's pre-authentication encoding, lengths in bytes."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def read_envelope(raw: bytes) -> tuple[Signature, ...]:
    """The signatures, unverified. Raises BundleRefused (`bundle-signature`)."""
    envelope = read_document(raw, _Envelope, SIGNATURE_FILE, "bundle-signature")
    if envelope.payload_type != PAYLOAD_TYPE:
        raise BundleRefused(
            "bundle-signature",
            f"The signature is about {envelope.payload_type[:80]!r}, not about a manifest.",
            f"{SIGNATURE_FILE}: payloadType",
        )
    return tuple(
        Signature(one.keyid, _signature(at, one.sig)) for at, one in enumerate(envelope.signatures)
    )


def write_envelope(signatures: Iterable[Signature]) -> bytes:
    """The envelope that `read_envelope` reads, canonical."""
    return canonical_bytes(
        {
            "payloadType": PAYLOAD_TYPE,
            "signatures": [
                {"keyid": one.keyid, "sig": base64.b64encode(one.signature).decode()}
                for one in signatures
            ],
        }
    )


def _signature(at: int, text: str) -> bytes:
    try:
        signature = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        signature = b""
    if len(signature) != _ED25519_BYTES:
        raise BundleRefused(
            "bundle-signature",
            f"This is no Ed25519 signature: {_ED25519_BYTES} bytes in base64 are wanted.",
            f"{SIGNATURE_FILE}: signatures[{at}].sig",
        )
    return signature
