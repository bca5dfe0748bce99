"""What the test kit hands in: results, transcripts and footprints under one nonce, in one file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from certification.engine.footprint.model import Footprint, Mode
from certification.engine.report import TestState

FORMAT = "osi-bundle/1"
#: DSSE payload type of the signature over the manifest's bytes.
PAYLOAD_TYPE = "application/vnd.hallmark.osi-manifest+json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """`manifest.json`: what the bundle is about, and the SHA-256 of each of its other files.

    `settings` are the adapter's install settings: published evidence. Times are RFC 3339, UTC.
    `profile`, `primary` and `has_logins` are what the adapter says of the product.
    """

    kit_version: str
    nonce: str
    product: str
    product_version: str
    user_agents: tuple[str, ...]
    profile: str
    primary: str
    has_logins: bool
    cloud: str
    cloud_release: str
    guideline: str
    mode: Mode
    settings: Mapping[str, str]
    started: str
    ended: str
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class KitResult:
    """One test of the kit, `osi.<capability>`. `reason` is at most 300 characters."""

    capability: str
    idempotent_id: str
    state: TestState
    reason: str
    transcript_sha256: str
    started: str
    ended: str


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature of the detached DSSE envelope over the manifest; `keyid` is the fingerprint
    under which the marketplace registered the key."""

    keyid: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class Bundle:
    """`footprints` are in the order of their file names. `probe` is the bytes of an `osi-probe/1`
    document or empty. `manifest_bytes` are what was signed. `faults` name footprints that could not
    be believed, and why; those are not among `footprints`."""

    manifest: Manifest
    manifest_bytes: bytes
    results: tuple[KitResult, ...]
    footprints: tuple[Footprint, ...]
    probe: bytes
    signatures: tuple[Signature, ...]
    faults: tuple[str, ...] = ()


class BundleRefused(ValueError):
    """`code` is stable (`bundle-damaged`, `bundle-nonce`, ...); `place` is a file of the bundle and
    a JSON path."""

    def __init__(self, code: str, message: str, place: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.place = place
