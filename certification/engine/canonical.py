"""One byte string per JSON value (RFC 8785), so that equal evaluations have equal digests."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import rfc8785


def canonical_bytes(document: Mapping[str, Any]) -> bytes:
    """RFC 8785 JSON of a plain document, UTF-8, without final newline.

    Raises `rfc8785.CanonicalizationError` for what JSON cannot carry exactly (integers past 2**53,
    NaN, lone surrogates).
    """
    return rfc8785.dumps(dict(document))


def digest_of(document: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical bytes, 64 lower-case hex digits."""
    return hashlib.sha256(canonical_bytes(document)).hexdigest()
