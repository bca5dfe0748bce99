"""What an operator hands to the reviewer is read strictly."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from certification.engine.bundle import (
    BundleRefused,
    CorroborationDocument,
    read_corroboration,
    write_corroboration,
)

DOCUMENT = CorroborationDocument(
    bundle_sha256="a" * 64,
    nonce="b" * 32,
    log_sha256="c" * 64,
    sampled=200,
    agreed=190,
    started="2026-11-21T10:00:00Z",
    ended="2026-11-21T10:30:00Z",
    compared="2026-11-21T12:00:00Z",
)


def test_it_is_read_as_it_was_written() -> None:
    assert read_corroboration(write_corroboration(DOCUMENT)) == DOCUMENT


@pytest.mark.parametrize(
    ("sampled", "agreed", "agrees"),
    [(200, 190, True), (200, 189, False), (1, 1, True), (1, 0, False), (0, 0, False)],
)
def test_ninety_five_of_a_hundred_agree(sampled: int, agreed: int, agrees: bool) -> None:
    assert replace(DOCUMENT, sampled=sampled, agreed=agreed).agrees is agrees


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "osi-corroboration/2"}, {"agreed": 201}, {"agreed": -1}, {"agreed": 190.0},
        {"sampled": 10**9}, {"bundle_sha256": "A" * 64}, {"nonce": ""}, {"extra": 1},
        {"compared": "noon"}, {"compared": "2026-11-21T12:00:00"}, {"log_sha256": None},
    ],
)  # fmt: skip
def test_what_is_no_such_document_is_refused(changes: dict[str, object]) -> None:
    raw = json.dumps(json.loads(write_corroboration(DOCUMENT)) | changes).encode()
    with pytest.raises(BundleRefused) as refused:
        read_corroboration(raw)
    assert refused.value.code == "corroboration-unreadable"


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b" " * 70_000, b"\xff"])
def test_garbage_is_refused(raw: bytes) -> None:
    with pytest.raises(BundleRefused) as refused:
        read_corroboration(raw)
    assert refused.value.code == "corroboration-unreadable"
