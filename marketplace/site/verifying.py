"""Whether a number, a digest or a file is a certificate of ours, and how that stands."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rfc8785 import CanonicalizationError

from certification.engine.canonical import digest_of
from certification.engine.guideline.model import GuidelineInvalid
from certification.engine.guideline.strict_json import read_json
from certification.engine.statement import FACTS
from certification.models import Certificate
from certification.queries import (
    StandingCertificate,
    find_certificate,
    find_certificate_by_digest,
)

#: Statements have a few thousand bytes.
STATEMENT_BYTES_MOST = 1024 * 1024
_NUMBER = re.compile(r"\bHM-\d{4}-\d{6}\b", re.IGNORECASE)
_DIGEST = re.compile(r"\b[0-9a-f]{64}\b", re.IGNORECASE)


class Finding(StrEnum):
    """`SAME`: these very bytes. `REFORMATTED`: the same content, written otherwise. `NAMED`: found
    by number or digest. `ALTERED`: it names a certificate of ours and is not its statement."""

    SAME = "same"
    REFORMATTED = "reformatted"
    NAMED = "named"
    ALTERED = "altered"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """`one` is the certificate found, or the one that an altered statement names. `digest` is that
    of the bytes given; empty for a number."""

    finding: Finding
    one: StandingCertificate | None
    digest: str = ""

    @property
    def matches(self) -> bool:
        return self.finding not in (Finding.ALTERED, Finding.UNKNOWN)


def number_in(text: str) -> str:
    """The first number of a certificate, whether we issued it or not; empty where there is none."""
    number = _NUMBER.search(text)
    return number[0].upper() if number else ""


def answer_to_text(text: str) -> Answer:
    """A number, a link that ends in one, a SHA-256, or the statement itself."""
    if text.lstrip().startswith("{"):
        return answer_to_bytes(text.strip().encode("utf-8", "replace"))
    number, digest = _NUMBER.search(text), _DIGEST.search(text)
    try:
        if number:
            return Answer(Finding.NAMED, find_certificate(number[0]))
        if digest:
            found = find_certificate_by_digest(digest[0].lower())
            return Answer(Finding.NAMED, found, digest[0].lower())
    except Certificate.DoesNotExist:
        pass
    return Answer(Finding.UNKNOWN, None, digest[0].lower() if digest else "")


def answer_to_bytes(raw: bytes) -> Answer:
    """The digest is computed here; what the file says of itself proves nothing."""
    digest = hashlib.sha256(raw).hexdigest()
    found = _with_digest(digest)
    if found is not None:
        return Answer(Finding.SAME, found, digest)
    document = _document(raw)
    if document is None:
        return Answer(Finding.UNKNOWN, None, digest)
    found = _with_digest(_canonical_digest(document))
    if found is not None:
        return Answer(Finding.REFORMATTED, found, digest)
    named = _named_in(document)
    return Answer(Finding.ALTERED if named else Finding.UNKNOWN, named, digest)


def _with_digest(digest: str) -> StandingCertificate | None:
    try:
        return find_certificate_by_digest(digest)
    except Certificate.DoesNotExist:
        return None


def _document(raw: bytes) -> dict[str, Any] | None:
    try:
        value = read_json(raw)
    except GuidelineInvalid:
        return None
    return value if isinstance(value, dict) else None


def _canonical_digest(document: dict[str, Any]) -> str:
    try:
        return digest_of(document)
    except CanonicalizationError:
        return ""


def _named_in(document: dict[str, Any]) -> StandingCertificate | None:
    predicate = document.get("predicate")
    facts = predicate.get(FACTS) if isinstance(predicate, dict) else None
    number = facts.get("number") if isinstance(facts, dict) else None
    if not isinstance(number, str) or not _NUMBER.fullmatch(number):
        return None
    try:
        return find_certificate(number)
    except Certificate.DoesNotExist:
        return None
