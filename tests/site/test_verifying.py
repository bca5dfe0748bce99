"""Checking a certificate that somebody was shown."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from certification.models import Certificate
from certification.operations.certificates import revoke
from marketplace.site.verifying import STATEMENT_BYTES_MOST
from tests.site.market import Market
from tests.site.reading import Page, read

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
OURS = "is ours, and it is in force"


@pytest.fixture
def certificate() -> Certificate:
    market = Market()
    return market.certified(market.release(market.product()))


def sent(client: Client, raw: bytes) -> Page:
    return read(client.post("/verify/", {"file": SimpleUploadedFile("shown.json", raw)}))


def pasted(client: Client, text: str) -> Page:
    return read(client.post("/verify/", {"statement": text}))


def test_by_number_link_or_digest(stranger: Client, certificate: Certificate) -> None:
    for asked in (
        certificate.number,
        certificate.number.lower(),
        f"http://any.example/certificates/{certificate.number}/",
        certificate.statement_sha256,
        certificate.statement_sha256.upper(),
    ):
        assert OURS in read(stranger.get("/verify/", {"q": asked})).title, asked


def test_by_its_file_and_by_its_text(stranger: Client, certificate: Certificate) -> None:
    raw = bytes(certificate.statement)
    for page in (sent(stranger, raw), pasted(stranger, raw.decode() + "\r\n")):
        assert OURS in page.title
        assert "byte for byte." in page.text


def test_the_same_content_written_otherwise_is_told_apart(
    stranger: Client, certificate: Certificate
) -> None:
    page = sent(stranger, json.dumps(json.loads(bytes(certificate.statement)), indent=2).encode())
    assert OURS in page.title
    assert "is written otherwise" in page.text


def test_a_changed_statement_is_refused(stranger: Client, certificate: Certificate) -> None:
    changed = json.loads(bytes(certificate.statement))
    changed["predicate"]["verifiedLevels"] = ["HALLMARK_POWERED_PLATFORM"]
    page = sent(stranger, json.dumps(changed).encode())
    assert page.title == f"No. This is not the statement of {certificate.number}."
    assert "its content was changed" in page.text
    assert page.all("svg", **{"class": "seal"}) == []


def test_a_revoked_one_matches_and_is_refused(stranger: Client, certificate: Certificate) -> None:
    revoke(certificate=certificate, by=Market(guideline=certificate.guideline).admin, reason="No.")
    page = sent(stranger, bytes(certificate.statement))
    assert "is ours, but it is not in force" in page.title
    assert "Revoked on" in page.text


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe not JSON",
        b"{}",
        b"[1]",
        b'{"a": 1, "a": 2}',
        b'{"predicate": {"urn:hallmark:certificate:v1": {"number": "HM-2026-888888"}}}',
        b'{"predicate": {"urn:hallmark:certificate:v1": {"number": 7}}}',
        b'{"predicate": 9007199254740993123}',
        b"[" * 5000,
    ],
)
def test_what_is_no_statement_of_ours_is_unknown(stranger: Client, raw: bytes) -> None:
    answer = stranger.post("/verify/", {"file": SimpleUploadedFile("shown.json", raw)})
    if raw:
        assert read(answer).title == "No. We know nothing of it."
    assert answer.status_code == (200 if raw else 400)


@pytest.mark.parametrize("asked", ["HM-2026-999999", "0" * 64, "nonsense", "%00", "{"])
def test_unknown_numbers_and_digests_are_unknown(stranger: Client, asked: str) -> None:
    assert read(stranger.get("/verify/", {"q": asked})).title == "No. We know nothing of it."


def test_nothing_given_and_too_much_given_are_said(stranger: Client) -> None:
    answer = stranger.post("/verify/", {})
    assert answer.status_code == 400
    assert "Choose a file, or paste a statement." in read(answer).text
    answer = stranger.post("/verify/", b"x", "text/plain", CONTENT_LENGTH=str(10**9))
    assert answer.status_code == 413
    assert "it was not read" in read(answer).text
    large = SimpleUploadedFile("large.json", b" " * (STATEMENT_BYTES_MOST + 1))
    answer = stranger.post("/verify/", {"file": large})
    assert answer.status_code == 400
    assert "smaller than 1 MiB" in read(answer).text


def test_a_form_without_the_token_is_refused(certificate: Certificate) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/verify/", {"statement": "{}"}).status_code == 403
