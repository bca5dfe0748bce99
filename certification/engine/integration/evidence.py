"""A bundle as evidence of a level, with what is known of its origin; profiles as documents."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from certification.engine.bundle.model import Bundle
from certification.engine.integration.model import (
    EvidenceClass,
    EvidenceRun,
    NotApplicable,
    Profile,
)


def evidence_of(
    bundle: Bundle, *, sha256: str, evidence_class: EvidenceClass, measured_release: str = ""
) -> EvidenceRun:
    """`sha256` is that of the bundle's bytes. `measured_release` is what its probe left as the only
    OpenStack release; without it the declared one stands, as such."""
    said = bundle.manifest
    return EvidenceRun(
        evidence_sha256=sha256,
        nonce=said.nonce,
        kit_version=said.kit_version,
        product_version=said.product_version,
        cloud=said.cloud,
        openstack_release=measured_release or said.cloud_release,
        release_measured=bool(measured_release),
        mode=said.mode,
        started=said.started,
        ended=said.ended,
        evidence_class=evidence_class,
        results={result.capability: result.state for result in bundle.results},
        footprints=bundle.footprints,
        reasons={result.capability: result.reason for result in bundle.results if result.reason},
        faults=bundle.faults,
    )


def declared_profile(bundle: Bundle) -> Profile:
    """What the adapter says of the product: its kind, and nothing set aside."""
    said = bundle.manifest
    return Profile(said.profile, said.primary, has_logins=said.has_logins)


class _Subject(msgspec.Struct, forbid_unknown_fields=True):
    subject: Annotated[str, msgspec.Meta(max_length=60)]
    reason: Annotated[str, msgspec.Meta(max_length=1000)]
    granted: bool


class _ProfileDocument(msgspec.Struct, forbid_unknown_fields=True):
    type: Literal["urn:hallmark:integration-profile:v1"]
    profile: Annotated[str, msgspec.Meta(max_length=40)]
    primary: Annotated[str, msgspec.Meta(max_length=40)]
    has_logins: bool
    not_applicable: Annotated[list[_Subject], msgspec.Meta(max_length=100)]


class ProfileUnreadable(ValueError):
    """No profile document; the message says what is wrong and where."""

    code = "profile-unreadable"


def read_profile(raw: bytes) -> Profile:
    """The inverse of `Profile.canonical`. Raises ProfileUnreadable."""
    try:
        said = msgspec.json.decode(raw, type=_ProfileDocument)
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise ProfileUnreadable(f"This is no profile document: {fault}.") from None
    left_out = tuple(
        NotApplicable(one.subject, one.reason, one.granted) for one in said.not_applicable
    )
    return Profile(said.profile, said.primary, left_out, said.has_logins)
