"""Secrets do not survive in what is kept of a run."""

from __future__ import annotations

import time
from typing import Any

import pytest

from certification.engine.formats import encode_report, parse_report, scrub
from certification.engine.scrubbing import kept_reason
from tests.engine.formats.building import v2

PLANTED = "Tr0ub4dor-3xyz"
HEX = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
BASE64 = "aGVsbG8gd29ybGQgdGhpcyBpcyBhIHNlY3JldCBrZXkgMTIzNDU2Nzg5MA"
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqb2UifQ.c2lnbmF0dXJlLW9mLWpvZQ"
FERNET = "gAAAAABnZx3k8Q2n7-zWv1m0u_Vb5jYt4r3e2w1q"

#: Each text holds one secret, and the secret it holds.
FORMS = [
    (f"password={PLANTED}", PLANTED),
    (f"password: {PLANTED}", PLANTED),
    (f"Password = '{PLANTED}'", PLANTED),
    (f'{{"adminPass": "{PLANTED}"}}', PLANTED),
    (f'{{"auth": {{"password": "with {PLANTED} blanks"}}}}', PLANTED),
    (f"{{'password': '{PLANTED}'}}", PLANTED),
    (f"{{u'secret': u'{PLANTED}'}}", PLANTED),
    (f'{{\\"password\\": \\"{PLANTED}\\"}}', PLANTED),
    (f"OS_PASSWORD={PLANTED}", PLANTED),
    (f"--os-password {PLANTED} server list", PLANTED),
    (f"--os-auth-secret={PLANTED}", PLANTED),
    (f"admin_pass={PLANTED};user=x", PLANTED),
    (f"application_credential_secret={PLANTED}", PLANTED),
    (f"client_secret={PLANTED}&grant_type=x", PLANTED),
    (f"http://host/path?api_key={PLANTED}&x=1", PLANTED),
    (f"https://host/v1/AUTH_x/c/o?temp_url_sig={PLANTED}", PLANTED),
    (f"X-Auth-Token: {PLANTED}", PLANTED),
    (f"X-Subject-Token={PLANTED}", PLANTED),
    (f"Authorization: Bearer {PLANTED}", PLANTED),
    (f"Authorization: Custom a=1, b={PLANTED}", PLANTED),
    (f"sent bearer {PLANTED} to it", PLANTED),
    (f"Basic {BASE64}=", BASE64),
    (f"Cookie: a=b; session={PLANTED}", PLANTED),
    (f"Set-Cookie: sid={PLANTED}; Path=/", PLANTED),
    (f"https://admin:{PLANTED}@keystone.example/v3", PLANTED),
    (f"rabbit://nova:{PLANTED}@@10.0.0.1:5672/", PLANTED),
    (f"mysql+pymysql://u:{PLANTED}/x@db/nova", PLANTED),
    (f"token {FERNET} is not valid", FERNET),
    (f"got {JWT} back", JWT),
    (f"digest {HEX}", HEX),
    (f"key id AKIAIOSFODNN7EXAMPLE{'Q'}", "AKIAIOSFODNN7EXAMPLE"),
    ("found ghp_16C7e42F292c6912E7710c838347Ae178B4a", "ghp_16C7e42F292c6912E7710c838347Ae178B4a"),
    (f"value {BASE64} seen", BASE64),
    (f"hash $6$salt${BASE64} seen", BASE64),
    (f"-----BEGIN RSA PRIVATE KEY-----\n{PLANTED}\n-----END RSA PRIVATE KEY-----", PLANTED),
    (f"-----BEGIN OPENSSH PRIVATE KEY-----\n{PLANTED}\nand no end", PLANTED),
    (f"<password>{PLANTED}</password>", PLANTED),
    (f"('password', '{PLANTED}')", PLANTED),
    (f"the password is {PLANTED} here", PLANTED),
    (f"password '{PLANTED}' refused", PLANTED),
    (f"secret => {PLANTED}", PLANTED),
    (f"passphrase:{PLANTED}", PLANTED),
]


@pytest.mark.parametrize(("text", "secret"), FORMS, ids=range(len(FORMS)))
def test_a_planted_secret_is_taken_out(text: str, secret: str) -> None:
    for around in (text, f"Skipped because {text}", f"line one\n{text}\nline three"):
        assert secret not in scrub(around)
        assert secret not in kept_reason(around.encode(), cut=False)


def test_no_planted_secret_is_in_a_report_or_its_stored_form() -> None:
    events: list[dict[str, Any]] = []
    for number, (text, _) in enumerate(FORMS):
        name = f"a.T.test_{number}"
        raw = text.encode()
        for status in ("skip", "fail"):
            events += [
                {"test_id": f"{name}_{status}", "test_status": "inprogress"},
                {"test_id": f"{name}_{status}", "file_name": "reason", "file_bytes": raw}
                | {"mime_type": "text/plain"},
                {"test_id": f"{name}_{status}", "file_name": "pythonlogging:''"}
                | {"file_bytes": raw, "mime_type": "text/plain;charset=utf8"},
                {"test_id": f"{name}_{status}", "test_status": status, "file_name": "traceback"}
                | {"file_bytes": raw, "mime_type": "text/x-traceback"},
            ]
    report = parse_report(v2(*events))
    assert len(report.entries) == 2 * len(FORMS)
    kept = repr(report)
    for _, secret in FORMS:
        assert secret not in kept
        assert secret.encode() not in encode_report(report)


@pytest.mark.parametrize(
    "reason",
    [
        "Security compliance not available.",
        "Skipped until bug: https://launchpad.net/bugs/2030527 is resolved.",
        "Server does not support glance-download import method",
        "Missing storage policy 'silver'",
        "MultistoreLocationImportTest skipped as only one store is available: "
        "[{'id': 'file1', 'default': 'true'}]",
        "Volume 0123abcd-dff5-4082-ad1f-3f9a80aa3f59 was never attached",
        "The key manager service is not available",
        "Basic functionality is switched off",
    ],
)
def test_an_ordinary_reason_is_left_as_it_is(reason: str) -> None:
    assert kept_reason(reason.encode(), cut=False) == reason


def test_half_a_secret_at_the_cut_is_dropped() -> None:
    assert kept_reason(b"not configured, see " + FERNET[:5].encode(), cut=True) == (
        "not configured, see"
    )
    assert kept_reason(b"x" * 50, cut=True) == ""


@pytest.mark.parametrize(
    "hostile",
    [
        "a" * 1024,
        "://" * 340,
        "://a" * 256,
        "-----BEGIN A-----" * 60,
        "password " * 113,
        "'\\" * 512,
        "-" * 1024,
        'key=\\"' * 146,
        "eyJaaaa." * 128,
        "aA1" * 341,
        "<pin" * 256,
    ],
    ids=range(11),
)
def test_no_text_makes_it_slow(hostile: str) -> None:
    began = time.process_time()
    scrub(hostile)
    assert time.process_time() - began < 0.05
