"""POST /api/v1/runs/: the evidence is the body; who may send it, and how much."""

from __future__ import annotations

import hashlib
import io
import json
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from certification.evidence import read_evidence
from certification.models import QueueEntry, Run
from marketplace.catalogue.access import revoke_token
from marketplace.catalogue.models import User
from tests.api.conftest import judge, signed_in
from tests.api.evidence import refstack_body, subunit_v1, subunit_v2, zipped
from tests.api.people import make_token
from tests.factories import RUNS as RUNS_RECORDED
from tests.factories import vendor

pytestmark = pytest.mark.django_db

RUNS = "/api/v1/runs/"
PASSED, FAILED = ["a.B.test_1", "a.B.test_2"], ["a.B.test_3"]
STREAM = subunit_v2(PASSED, FAILED)
ROOM_BYTES = 4 * 1024**2
RECORDED = sorted(RUNS_RECORDED.glob("*.gz"))


def post(body: bytes, client: Client | None = None, **extra: Any) -> Any:
    return (client or Client()).generic(
        "POST", RUNS + extra.pop("query", ""), body, "application/octet-stream", **extra
    )


def assert_refused(answer: Any, status: int, code: str) -> None:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/json"
    assert answer.json().keys() == {"code", "title"}
    assert answer.json()["code"] == code
    assert len(answer.json()["title"]) > 10
    assert not Run.objects.exists()
    assert not QueueEntry.objects.exists()


def test_an_anonymous_upload_gets_a_receipt() -> None:
    answer = post(STREAM)
    assert answer.status_code == 201
    run = Run.objects.get()
    assert answer.json() == {
        "id": str(run.pk),
        "url": f"http://testserver/runs/{run.pk}/",
        "api_url": f"http://testserver/api/v1/runs/{run.pk}/",
        "state": "received",
        "created": True,
    }
    assert (run.uploaded_by, run.vendor, run.uploaded_via) == (None, None, "api")
    assert QueueEntry.objects.get().subject == str(run.pk)
    assert run.evidence_sha256 == hashlib.sha256(STREAM).hexdigest()
    assert b"".join(read_evidence(run.evidence_sha256)) == STREAM


def test_a_configured_public_address_stands_in_the_receipt(settings: Any) -> None:
    settings.PUBLIC_URL = "https://marks.example"
    answer = post(STREAM).json()
    assert answer["url"] == f"https://marks.example/runs/{answer['id']}/"
    assert answer["api_url"] == f"https://marks.example/api/v1/runs/{answer['id']}/"


@pytest.mark.parametrize("packed", [bytes, zipped], ids=["plain", "gzip"])
@pytest.mark.parametrize(
    ("made", "form", "failed"),
    [
        (lambda: subunit_v1(PASSED, FAILED), "subunit-v1", 1),
        (lambda: subunit_v2(PASSED, FAILED), "subunit-v2", 1),
        (lambda: refstack_body(PASSED), "refstack-json", 0),
    ],
    ids=["v1", "v2", "json"],
)
def test_every_format_is_read(
    made: Callable[[], bytes], form: str, failed: int, packed: Callable[[bytes], bytes]
) -> None:
    run = judge(post(packed(made())).json()["id"])
    assert (run.state, run.format) == ("verified", form)
    assert (run.tests_passed, run.tests_failed) == (2, failed)
    assert run.passes_only == (form == "refstack-json")


@pytest.mark.slow
@pytest.mark.parametrize("path", RECORDED, ids=[path.stem for path in RECORDED])
def test_a_recorded_run_is_taken_byte_for_byte_and_judged(path: Path) -> None:
    raw = path.read_bytes()
    run = judge(post(raw).json()["id"])
    assert run.evidence_sha256 == hashlib.sha256(raw).hexdigest()
    assert (run.state, run.format) == ("verified", f"subunit-{path.stem[-2:]}")
    assert run.tests_passed > 10
    assert run.damage_offset is None


def test_any_content_type_is_taken() -> None:
    """`curl --data-binary` says that it sends a form; the body is evidence all the same."""
    for number, said in enumerate(["application/x-www-form-urlencoded", "text/plain", "a/b", ""]):
        body = STREAM + b"\n" * number
        answer = Client().generic("POST", RUNS, body, said)
        assert answer.status_code == 201
        assert b"".join(read_evidence(hashlib.sha256(body).hexdigest())) == body


def test_the_same_bytes_again_are_the_same_run(ida: User) -> None:
    _, header = make_token(ida)
    first, second = (post(STREAM, headers=header).json() for _ in range(2))
    assert second == first | {"created": False}
    assert (first["created"], Run.objects.count(), QueueEntry.objects.count()) == (True, 1, 1)
    assert post(STREAM).json()["created"] is True


def test_a_file_name_is_made_harmless() -> None:
    post(STREAM, query="?file_name=..%2F%00%3Cb%3E+run%0D%0A.subunit" + "x" * 300)
    name = Run.objects.get().file_name
    assert len(name) <= 120
    assert not set(name) & set("/\0<>\r\n")


def test_values_sent_beside_the_evidence_change_nothing(ida: User, stranger: User) -> None:
    _, header = make_token(ida)
    sent = "?shared=true&uploaded_by=1&vendor=kelpline&state=verified&verdict=passed&id=7"
    headers = header | {"X-State": "verified", "X-User": str(stranger.pk)}
    assert post(STREAM, query=sent, headers=headers).status_code == 201
    run = Run.objects.get()
    assert (run.shared, run.uploaded_by, run.vendor, run.state) == (False, ida, None, "received")


def test_a_session_with_the_form_token_uploads(ida: User) -> None:
    kelpline = vendor("Kelpline", owner=ida)
    client = signed_in(ida, csrf=True)
    client.get("/sign-in/")
    client.cookies["csrftoken"] = "a" * 32
    answer = post(STREAM, client, headers={"X-CSRFToken": "a" * 32})
    assert answer.status_code == 201, answer.content
    run = Run.objects.get()
    assert (run.uploaded_by, run.vendor) == (ida, kelpline)


@pytest.mark.parametrize("token", [None, "b" * 32, ""])
def test_a_session_without_the_form_token_is_refused(ida: User, token: str | None) -> None:
    client = signed_in(ida, csrf=True)
    client.cookies["csrftoken"] = "a" * 32
    headers = {} if token is None else {"X-CSRFToken": token}
    assert_refused(post(STREAM, client, headers=headers), 403, "permission-denied")


def test_a_session_without_the_form_token_is_refused_in_json_for_any_body(ida: User) -> None:
    """Looking for the form's token must not turn evidence into a fault of the server."""
    client = signed_in(ida, csrf=True)
    form = "application/x-www-form-urlencoded"
    for body in (STREAM, b"&" * 5000, b"a=" + b"x" * 100):
        answer = client.generic("POST", RUNS, body, form)
        assert_refused(answer, 403, "permission-denied")


def test_a_token_with_the_scope_upload_uploads(ida: User) -> None:
    _, header = make_token(ida)
    assert post(STREAM, headers=header).status_code == 201
    assert Run.objects.get().uploaded_by == ida


def test_a_token_needs_no_form_token_beside_a_session(ida: User, stranger: User) -> None:
    _, header = make_token(ida)
    answer = post(STREAM, signed_in(stranger, csrf=True), headers=header)
    assert answer.status_code == 201
    assert Run.objects.get().uploaded_by == ida


def test_a_token_that_may_only_read_is_refused(ida: User) -> None:
    _, header = make_token(ida, scope="read")
    answer = post(STREAM, headers=header)
    assert_refused(answer, 403, "token-scope")
    assert "upload" in answer.json()["title"]


@pytest.mark.parametrize("header", ["Bearer hmk_wrong", "bearer x", "Bearer", "Bearer \xff\x00"])
def test_a_bad_token_is_refused(header: str) -> None:
    answer = post(STREAM, HTTP_AUTHORIZATION=header)
    assert_refused(answer, 401, "token-refused")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_revoked_token_and_one_of_somebody_who_left_are_refused(ida: User) -> None:
    token, header = make_token(ida)
    revoke_token(token=token, by=ida)
    assert_refused(post(STREAM, headers=header), 401, "token-refused")
    _, header = make_token(ida)
    User.objects.filter(pk=ida.pk).update(is_active=False)
    assert_refused(post(STREAM, headers=header), 401, "token-refused")


def test_a_token_in_a_cookie_or_in_the_address_is_none(ida: User) -> None:
    _, header = make_token(ida)
    client = Client()
    client.cookies["Authorization"] = header["Authorization"]
    secret = header["Authorization"].split()[1]
    post(STREAM, client, query=f"?token={secret}&access_token={secret}")
    assert Run.objects.get().uploaded_by is None


@pytest.mark.parametrize("length", [None, "", "abc", "-1", "1.5", "\u0663", "+5", "0x10"])
def test_an_upload_says_its_length(length: str | None) -> None:
    """A chunked upload has none; how much comes is known before anything is read."""
    stream = Unread()
    extra: dict[str, Any] = {"wsgi.input": stream, "HTTP_TRANSFER_ENCODING": "chunked"}
    if length is not None:
        extra["CONTENT_LENGTH"] = length
    assert_refused(post(b"", **extra), 411, "length-required")


@pytest.mark.parametrize("length", [str(128 * 1024**2 + 1), str(10**14), "9" * 20, "9" * 5000])
def test_a_large_upload_is_refused_before_it_is_read(length: str) -> None:
    stream = Unread()
    answer = post(b"", CONTENT_LENGTH=length, **{"wsgi.input": stream})
    assert_refused(answer, 413, "evidence-too-large")
    assert "134217728" in answer.json()["title"]


class Unread(io.RawIOBase):
    def read(self, size: int = -1) -> bytes:
        raise AssertionError("the body was read before its length was known to be good")


def test_an_empty_upload_is_refused() -> None:
    assert_refused(post(b"", CONTENT_LENGTH="0"), 400, "evidence-empty")


def test_a_body_cut_off_on_the_way_is_refused(incoming: Path) -> None:
    for stream in (io.BytesIO(STREAM), Breaking(STREAM)):
        extra = {"wsgi.input": stream, "CONTENT_LENGTH": str(len(STREAM) + 1)}
        assert_refused(post(b"", **extra), 400, "body-broken")
        assert list(incoming.iterdir()) == []


class Breaking(io.BytesIO):
    """Gives its bytes, and then the connection is lost."""

    def read(self, size: int | None = -1) -> bytes:
        piece = super().read(size)
        if not piece:
            raise OSError("the connection was lost")
        return piece


def test_what_cannot_be_read_is_taken_and_explained_later() -> None:
    run_id = post(b"no evidence at all\n" * 3).json()["id"]
    judge(run_id)
    answer = Client().get(f"{RUNS}{run_id}/").json()
    assert (answer["state"], answer["settled"]) == ("unreadable", True)
    assert answer["fault"].keys() == {"code", "title", "place"}
    assert answer["fault"]["code"]


def test_a_full_store_answers_507_and_keeps_nothing(incoming: Path) -> None:
    """A limit on the size of files refuses bytes as a full disk does."""
    raw = refstack_body(PASSED).ljust(2 * ROOM_BYTES)
    with little_room():
        answer = post(raw)
        compatible = Client().post("/v1/results", raw, content_type="application/json")
    assert_refused(answer, 507, "evidence-store-full")
    assert (compatible.status_code, compatible.json()["error"]) == (507, "evidence-store-full")
    assert not Run.objects.exists()
    assert list(incoming.iterdir()) == []


@contextmanager
def little_room() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM_BYTES, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_only_json_is_spoken_whatever_is_asked_for() -> None:
    for accept in ("text/html", "application/xml", "*/*", "application/json"):
        answer = Client().get(RUNS, headers={"Accept": accept})
        assert answer["Content-Type"] == "application/json"
        assert json.loads(answer.content)
