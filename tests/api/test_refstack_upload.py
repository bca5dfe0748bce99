"""POST /v1/results as refstack-client sends it, and every way it can be wrong."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.test import Client

from certification.judging import JUDGED_LOCK
from certification.models import Guideline, QueueEntry, Run
from certification.operations import verification
from marketplace.catalogue.models import AuditEvent, User
from tests.api.conftest import judge, names_in, signed_in
from tests.api.evidence import refstack_body
from tests.api.people import make_token
from tests.factories import vendor

pytestmark = pytest.mark.django_db

GOOD = refstack_body(["tempest.a.B.test_c", "tempest.a.B.test_d"])
SCHEMA = "Request doesnt correspond to schema: "


def post(body: bytes, path: str = "/v1/results/", **extra: Any) -> Any:
    """An upload in the test client; `path` goes out as written, also with a doubled slash."""
    return Client().generic(
        "POST", "/", body, extra.pop("content_type", "application/json"), PATH_INFO=path, **extra
    )


def assert_refused(answer: Any, status: int, title: str, error: str) -> None:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/json"
    body = answer.json()
    assert body["code"] == status
    assert title in body["title"] + body.get("detail", "")
    assert body["error"] == error
    assert not Run.objects.exists()
    assert not QueueEntry.objects.exists()


def test_a_good_upload_gets_exactly_the_two_keys() -> None:
    answer = post(GOOD)
    assert answer.status_code == 201
    assert answer.json().keys() == {"test_id", "url"}
    run = Run.objects.get()
    assert answer.json()["test_id"] == str(run.pk)
    assert str(uuid.UUID(answer.json()["test_id"])) == answer.json()["test_id"]
    assert answer.json()["url"] == f"http://testserver/runs/{run.pk}/"
    assert (run.state, run.uploaded_via, run.uploaded_by) == ("verified", "refstack", None)


def test_the_run_its_verdicts_and_its_events_are_there_at_the_answer(in_force: Guideline) -> None:
    run_id = post(GOOD).json()["test_id"]
    events = AuditEvent.objects.filter(object_type="run").order_by("pk")
    assert list(events.values_list("verb", "actor", "object_id")) == [
        ("run.received", "anonymous", run_id),
        ("run.verified", "system", run_id),
    ]
    run = Run.objects.get()
    assert (run.tests_passed, run.format, run.passes_only) == (2, "refstack-json", True)
    assert run.verified_at == run.received_at
    assert run.evaluations.filter(guideline=in_force, verdict="failed").count() == 3
    assert not QueueEntry.objects.filter(kind="verify_run").exists()


def test_what_is_judged_at_once_is_what_the_worker_finds(in_force: Guideline, ida: User) -> None:
    """The same names by both ways: no column and no verdict tells which way a run came."""
    body = refstack_body(sorted(names_in("compute", "required")))
    at_once = Run.objects.get(pk=post(body).json()["test_id"])
    _, header = make_token(ida)
    sent = Client().post("/api/v1/runs/", body, content_type="a/b", headers=header)
    later = judge(sent.json()["id"])
    assert _facts(at_once) == _facts(later)
    assert _lines(at_once) == _lines(later) != []


def test_a_copy_is_looked_for_by_what_was_noted_on_either_way(
    in_force: Guideline, ida: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes that somebody else sent are marked, and the times go into the index of copies: the
    client's own format has none, so what is told here is that they are asked for."""
    asked: list[str] = []
    monkeypatch.setattr(verification, "note_times", lambda run, report: asked.append(run.pk))
    first = Run.objects.get(pk=post(GOOD).json()["test_id"])
    _, header = make_token(ida)
    second = Run.objects.get(pk=post(GOOD, headers=header).json()["test_id"])
    third = refstack_body(["tempest.a.B.test_e"])
    sent = Client().post("/api/v1/runs/", third, content_type="a/b", headers=header)
    later = judge(sent.json()["id"])
    assert asked == [first.pk, second.pk, later.pk]
    assert (first.copied_bytes, second.copied_bytes) == (False, True)


def test_while_the_guidelines_change_the_worker_judges(in_force: Guideline) -> None:
    with another_session() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [JUDGED_LOCK])
        run_id = post(GOOD).json()["test_id"]
        assert Run.objects.get(pk=run_id).state == "received"
    assert judge(run_id).state == "verified"


def test_judging_that_breaks_off_is_left_to_the_worker(
    in_force: Guideline, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(verification, "judge_now", lambda _: 1 / 0)
        run_id = post(GOOD).json()["test_id"]
    run = Run.objects.get(pk=run_id)
    assert (run.state, run.tests_passed) == ("received", 0)
    assert judge(run_id).tests_passed == 2


@contextmanager
def another_session() -> Iterator[CursorWrapper]:
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            yield cursor
    finally:
        other.close()


def _facts(run: Run) -> dict[str, Any]:
    """Everything but whose it is, when it came and by which way."""
    own = {"id", "received_at", "verified_at", "uploaded_via", "uploaded_by_id", "vendor_id"}
    found = Run.objects.filter(pk=run.pk).values().get()
    return {name: value for name, value in found.items() if name not in own | {"copied_bytes"}}


def _lines(run: Run) -> list[Any]:
    return list(
        run.evaluations.order_by("guideline", "target").values_list(
            "guideline", "target", "inputs_digest", "verdict", "tests_total", "tests_missing"
        )
    )


@pytest.mark.parametrize(
    "path",
    [
        "/v1/results",
        "/v1/results/",
        "//v1/results/",
        "//v1/results",
        "/v1/results.json",
        "/v1/results.json/",
    ],
)
def test_every_spelling_of_the_address_takes_uploads(path: str) -> None:
    assert post(GOOD, path).status_code == 201


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/octet-stream", "", "a/b; c=\xff"]
)
def test_the_content_type_is_not_looked_at(content_type: str) -> None:
    assert post(GOOD, content_type=content_type).status_code == 201


def test_a_form_content_type_does_not_eat_the_body() -> None:
    assert post(GOOD, content_type="application/x-www-form-urlencoded").status_code == 201
    assert post(GOOD + b" ", content_type="multipart/form-data; boundary=x").status_code == 201


@pytest.mark.parametrize("body", [b"", b"{", b"hello", b"\xff\xfe", b"\xef\xbb\xbf" + GOOD])
def test_what_is_not_json_is_malformed(body: bytes) -> None:
    assert_refused(post(body), 400, "Malformed request", "json-malformed")


def test_deep_nesting_is_malformed() -> None:
    body = GOOD[:-1] + b', "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert post(body).status_code == 400
    nested = b'{"cpid": "a", "duration_seconds": 1, "results": ' + b"[" * 50_000 + b"]" * 50_000
    assert_refused(post(nested + b"}"), 400, "Malformed request", "json-malformed")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_only_python_calls_json_is_malformed(number: str) -> None:
    body = GOOD.replace(b"61", number.encode())
    assert_refused(post(body), 400, "Malformed request", "json-malformed")


def test_half_a_surrogate_pair_is_malformed() -> None:
    body = GOOD.replace(b"test_c", rb"test_\ud800")
    assert_refused(post(body), 400, "Malformed request", "json-malformed")


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"duration_seconds": 1.5}, "duration_seconds"),
        ({"duration_seconds": 1.0}, "duration_seconds"),
        ({"duration_seconds": "61"}, "duration_seconds"),
        ({"duration_seconds": True}, "duration_seconds"),
        ({"duration_seconds": None}, "duration_seconds"),
        ({"duration_seconds": -1}, "duration_seconds"),
        ({"duration_seconds": 2**31}, "duration_seconds"),
        ({"duration_seconds": 10**40}, "duration_seconds"),
        ({"cpid": 7}, "cpid"),
        ({"cpid": "c" * 129}, "cpid"),
        ({"cpid": "a\0b"}, "cpid"),
        ({"results": {}}, "results"),
        ({"results": "abc"}, "results"),
        ({"results": None}, "results"),
        ({"results": ["tempest.a"]}, "results[0]"),
        ({"results": [{"name": "a.b"}, {"uuid": "x"}]}, "results[1].name"),
        ({"results": [{"name": "a.b"}, {"name": 3}]}, "results[1].name"),
        ({"results": [{"name": ""}]}, "results[0].name"),
        ({"results": [{"name": "n" * 513}]}, "results[0].name"),
        ({"results": [{"name": "a\0b"}]}, "results[0].name"),
        ({"results": [{"name": "a", "uuid": 1}]}, "results[0].uuid"),
        ({"results": [{"name": "a", "uuid": "u" * 37}]}, "results[0].uuid"),
        ({"results": [{"name": "a", "uuid": None}]}, "results[0].uuid"),
        ({"meta": {"shared": "true"}}, "meta"),
        ({"user": "me"}, "user"),
    ],
)
def test_a_value_that_does_not_fit_is_named(changes: dict[str, Any], place: str) -> None:
    answer = post(refstack_body(["a.b.test"], **changes))
    assert_refused(answer, 400, SCHEMA + place, "json-schema")


@pytest.mark.parametrize("key", ["cpid", "duration_seconds", "results"])
def test_a_missing_key_is_named(key: str) -> None:
    envelope = json.loads(GOOD)
    del envelope[key]
    answer = post(json.dumps(envelope).encode())
    assert_refused(answer, 400, f"{SCHEMA}{key}: required, and missing", "json-schema")


@pytest.mark.parametrize("body", [b"[]", b"[" + GOOD + b"]", b'"text"', b"null", b"7", b"{}"])
def test_a_body_of_another_shape_is_refused(body: bytes) -> None:
    assert_refused(post(body), 400, SCHEMA, "json-schema")


@pytest.mark.parametrize("key", ["cpid", "duration_seconds", "results"])
def test_a_key_of_the_envelope_given_twice_is_refused(key: str) -> None:
    twice = json.dumps({key: json.loads(GOOD)[key]})[1:-1].encode()
    body = b"{" + twice + b", " + GOOD[1:]
    assert_refused(post(body), 400, f"{SCHEMA}{key}: given more than once", "json-schema")


def test_no_passed_test_is_refused_in_the_words_of_refstack() -> None:
    answer = post(refstack_body([]))
    words = "Uploaded results must contain at least one passing test."
    assert_refused(answer, 400, words, "evidence-no-passing-test")
    assert answer.json()["title"] == words


@pytest.mark.slow
def test_twenty_thousand_results_are_taken_and_one_more_is_not() -> None:
    names = [f"tempest.a.B.test_{number}" for number in range(20_000)]
    too_many = post(refstack_body([*names, "tempest.a.B.one_more"]))
    assert_refused(too_many, 400, f"{SCHEMA}results: more than 20000 results", "json-schema")
    assert post(refstack_body(names)).status_code == 201


@pytest.mark.slow
def test_eight_mebibytes_are_taken_and_one_byte_more_is_not() -> None:
    most = GOOD.ljust(settings.REFSTACK_BODY_BYTES)
    assert_refused(post(most + b" "), 413, "larger than 8 MiB", "evidence-too-large")
    assert post(most).status_code == 201


def test_a_large_upload_is_refused_before_it_is_read() -> None:
    answer = post(b"{", CONTENT_LENGTH=str(10**11))
    assert_refused(answer, 413, "larger than 8 MiB", "evidence-too-large")


@pytest.mark.parametrize("length", ["abc", "-5", "9" * 5000, "1.5", "\u0663"])
def test_a_length_that_is_no_number_is_no_fault_of_ours(length: str) -> None:
    answer = post(GOOD, CONTENT_LENGTH=length)
    assert answer.status_code in (400, 411, 413)
    assert not Run.objects.exists()


def test_a_chunked_upload_is_told_to_say_its_length() -> None:
    answer = Client().generic(
        "POST", "/v1/results/", b"", "application/json", HTTP_TRANSFER_ENCODING="chunked"
    )
    assert_refused(answer, 411, "Content-Length", "length-required")


def test_a_body_cut_off_on_the_way_is_refused() -> None:
    """Blanks after the JSON are the worst case: what came is a whole upload by itself."""
    length = str(len(GOOD) + 10)
    answer = post(GOOD, CONTENT_LENGTH=length, **{"wsgi.input": io.BytesIO(GOOD)})
    assert_refused(answer, 400, "ended too early", "body-broken")


def test_a_connection_lost_on_the_way_is_refused() -> None:
    answer = post(GOOD, **{"wsgi.input": LostConnection()})
    assert_refused(answer, 400, "ended too early", "body-broken")


class LostConnection(io.RawIOBase):
    def read(self, size: int = -1) -> bytes:
        raise OSError("the connection was lost")


@pytest.mark.parametrize(
    "changes",
    [
        {"duration_seconds": 0},
        {"cpid": ""},
        {"cpid": "c" * 128},
        {"results": [{"name": "n" * 512, "uuid": "u" * 36}]},
        {"results": [{"name": "a", "uuid": ""}]},
        {"results": [{"name": "a", "uuid": "zzz", "extra": [1, {"deep": None}], "note": "x"}]},
    ],
)
def test_odd_but_harmless_values_are_taken(changes: dict[str, Any]) -> None:
    answer = post(refstack_body(["a.b.test"], **changes))
    assert answer.status_code == 201, answer.content


def test_names_of_any_script_come_back_as_sent() -> None:
    names = ["модуль.Тест.проверка", "试验.a.b", "tempest.é.ü", "tempest.É.ü"]
    run_id = post(refstack_body(names)).json()["test_id"]
    assert read_back(run_id)["results"] == sorted(names)


def test_the_same_name_twice_counts_once() -> None:
    run_id = post(refstack_body(["a.B.test_x", "a.B.test_x"])).json()["test_id"]
    assert read_back(run_id)["results"] == ["a.B.test_x"]


def test_names_that_differ_in_case_only_are_two() -> None:
    run_id = post(refstack_body(["a.b.test_X", "a.b.test_x"])).json()["test_id"]
    assert read_back(run_id)["results"] == ["a.b.test_X", "a.b.test_x"]


def read_back(run_id: str) -> dict[str, Any]:
    judge(run_id)
    found: dict[str, Any] = Client().get(f"/v1/results/{run_id}").json()
    return found


def test_the_same_anonymous_bytes_again_are_the_same_run() -> None:
    assert post(GOOD).json() == post(GOOD).json()
    assert AuditEvent.objects.count() == 2


def test_a_session_does_not_own_what_it_posts_here(ida: User) -> None:
    """Another site could make a browser send this; only a key or a token says who uploads."""
    answer = signed_in(ida, csrf=True).post("/v1/results/", GOOD, content_type="application/json")
    assert answer.status_code == 201
    assert Run.objects.get().uploaded_by is None


def test_a_token_owns_what_it_uploads(ida: User) -> None:
    kelpline = vendor("Kelpline", uploader=ida)
    _, header = make_token(ida)
    assert post(GOOD, headers=header).status_code == 201
    run = Run.objects.get()
    assert (run.uploaded_by, run.vendor, run.shared) == (ida, kelpline, False)


def test_a_token_that_may_only_read_is_refused(ida: User) -> None:
    _, header = make_token(ida, scope="read")
    assert_refused(post(GOOD, headers=header), 403, "may only read", "token-scope")


@pytest.mark.parametrize(
    ("header", "title", "error"),
    [
        ("Bearer hmk_wrong", "Token is not valid", "token-refused"),
        ("Bearer", "Token is not valid", "token-refused"),
        ("Bearer \xff\x00", "Token is not valid", "token-refused"),
        ("Basic aWRhOng=", "Authorization schema 'Bearer' should be used", "authorization-scheme"),
        ("", "Authorization schema 'Bearer' should be used", "authorization-scheme"),
    ],
)
def test_a_bad_token_is_refused(header: str, title: str, error: str) -> None:
    assert_refused(post(GOOD, HTTP_AUTHORIZATION=header), 400, title, error)


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"])
def test_other_methods_are_refused(method: str) -> None:
    answer = Client().generic(method, "/v1/results", GOOD, "application/json")
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, POST"
    assert method == "HEAD" or answer.json()["code"] == 405


def test_the_checks_come_in_the_order_of_refstack() -> None:
    """JSON, schema, signature, emptiness: each body below also has every later fault."""
    bad_signature = {"X-Signature": "zz"}
    assert_refused(post(b"{", headers=bad_signature), 400, "Malformed request", "json-malformed")
    assert_refused(
        post(refstack_body([], cpid=1), headers=bad_signature), 400, SCHEMA, "json-schema"
    )
    assert_refused(
        post(refstack_body([]), headers=bad_signature), 400, "signature", "signature-malformed"
    )
