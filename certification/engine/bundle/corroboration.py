"""What an operator's access log says of a bundle (`osi-corroboration/1`)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated

import msgspec

from certification.engine.bundle.model import BundleRefused
from certification.engine.bundle.strictness import read_document
from certification.engine.canonical import canonical_bytes

FORMAT = "osi-corroboration/1"
#: Of a hundred sampled requests so many must stand in the operator's log (section 4.5).
AGREEING_PERCENT = 95
_MAX_BYTES = 64 * 1024
_CODE = "corroboration-unreadable"
_Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
_Moment = Annotated[str, msgspec.Meta(max_length=40)]
#: A bundle holds fewer than a hundred footprints of at most 200 sampled requests.
_Count = Annotated[int, msgspec.Meta(ge=0, le=20_000)]


@dataclass(frozen=True, slots=True)
class CorroborationDocument:
    """Digests are SHA-256 in hex: of the bundle, and of the log's bytes as they lay there.

    `sampled` counts the request ids whose digests stand in the bundle's footprints, each once;
    `agreed` those of them that the log holds. Times are RFC 3339, UTC: of the measured run, and of
    the comparison.
    """

    bundle_sha256: str
    nonce: str
    log_sha256: str
    sampled: int
    agreed: int
    started: str
    ended: str
    compared: str

    @property
    def agrees(self) -> bool:
        """Whether at least 95 % of the sample, and anything at all, was found."""
        return self.sampled > 0 and 100 * self.agreed >= AGREEING_PERCENT * self.sampled


class _Document(msgspec.Struct, forbid_unknown_fields=True):
    format: str
    bundle_sha256: _Digest
    nonce: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
    log_sha256: _Digest
    sampled: _Count
    agreed: _Count
    started: _Moment
    ended: _Moment
    compared: _Moment


def read_corroboration(raw: bytes) -> CorroborationDocument:
    """Raises BundleRefused (`corroboration-unreadable`): too large, no such document, more agreed
    than sampled, a time that is none."""
    if len(raw) > _MAX_BYTES:
        raise BundleRefused(_CODE, f"More than {_MAX_BYTES} bytes are no such document.")
    found = read_document(raw, _Document, "The document", _CODE)
    if found.format != FORMAT:
        raise BundleRefused(_CODE, f"This is no document of the format {FORMAT}.", "format")
    if found.agreed > found.sampled:
        raise BundleRefused(_CODE, "More requests agree than were sampled.", "agreed")
    for name in ("started", "ended", "compared"):
        _require_moment(getattr(found, name), name)
    fields = msgspec.structs.asdict(found)
    del fields["format"]
    return CorroborationDocument(**fields)


def write_corroboration(document: CorroborationDocument) -> bytes:
    """The document that `read_corroboration` reads, canonical."""
    return canonical_bytes({"format": FORMAT, **asdict(document)})


def _require_moment(text: str, place: str) -> None:
    try:
        aware = datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        aware = False
    if not aware:
        raise BundleRefused(_CODE, f"{text!r} is no time with its zone.", place)
