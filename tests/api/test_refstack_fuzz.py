"""Whatever is sent: no fault of the server, and no run where the answer is not 201."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certification.models import Run
from tests.api.evidence import refstack_body
from tests.api.people import Signer, ed25519_signer
from tests.api.runs import stored_run

pytestmark = pytest.mark.django_db

GOOD = refstack_body(["tempest.a.B.test_c", "tempest.a.B.test_d"])
QUICK = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
LONG = settings(QUICK, max_examples=5000, derandomize=False)
SIGNER = ed25519_signer()

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
results = st.lists(
    st.fixed_dictionaries(
        {}, optional={"name": st.text(max_size=30) | json_values, "uuid": json_values}
    )
    | json_values,
    max_size=4,
)
envelopes = st.fixed_dictionaries(
    {},
    optional={
        "cpid": st.text(max_size=140) | json_values,
        "duration_seconds": st.integers(-2, 2**33) | json_values,
        "results": results | json_values,
        "meta": json_values,
    },
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good upload with some of its bytes replaced, cut out or put in."""
    raw = bytearray(GOOD)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(raw)))
        length = draw(st.integers(0, 5))
        raw[start : start + length] = draw(st.binary(max_size=5))
    return bytes(raw)


bodies = (
    st.binary(max_size=60)
    | damaged()
    | envelopes.map(lambda envelope: json.dumps(envelope).encode())
    | json_values.map(lambda value: json.dumps(value).encode())
)
latin = st.text(st.characters(codec="latin-1"), max_size=60)
key_texts = latin | st.sampled_from([SIGNER.public, "ssh-rsa AAAA", SIGNER.public[:40]])
key_texts |= st.binary(max_size=40).map(lambda raw: "ssh-rsa " + raw.hex())
headers = st.fixed_dictionaries(
    {},
    optional={
        "HTTP_X_SIGNATURE": latin | st.binary(max_size=70).map(bytes.hex),
        "HTTP_X_PUBLIC_KEY": key_texts,
        "HTTP_AUTHORIZATION": latin | latin.map(lambda text: f"Bearer {text}"),
        "CONTENT_TYPE": latin,
        "HTTP_ACCEPT": latin,
        "HTTP_COOKIE": latin,
        "HTTP_X_CSRFTOKEN": latin,
        "HTTP_TRANSFER_ENCODING": st.just("chunked"),
        "QUERY_STRING": latin,
    },
)


def upload_anything(address: str, body: bytes, said: dict[str, Any]) -> None:
    before = Run.objects.count()
    answer = Client().generic("POST", address, body, **said)
    assert answer.status_code < 500, answer.content
    stored = Run.objects.count() - before
    assert stored == 0 or (answer.status_code, stored) == (201, 1)
    if answer.status_code != 201:
        assert {"code", "title"} <= answer.json().keys()


def signed(body: bytes, said: dict[str, Any], signer: Signer) -> dict[str, Any]:
    return said | {"HTTP_X_SIGNATURE": signer.sign(body), "HTTP_X_PUBLIC_KEY": signer.public}


def check_uploads(body: bytes, said: dict[str, Any]) -> None:
    upload_anything("/v1/results/", body, said)
    upload_anything("/v1/results/", body, signed(body, said, SIGNER))
    upload_anything("/api/v1/runs/", body, said)


PARAMETERS = ["page", "start_date", "end_date", "cpid", "signed", "verification_status"]
PARAMETERS += ["product_id", "target", "type", "alias", "flag", "state", "cursor", "page_size"]
PARAMETERS += ["mine", "received_after", "format", "document_id", "digest", "announced"]
ADDRESSES: list[Callable[[str], str]] = [
    lambda _: "/v1/results",
    lambda text: f"/v1/results/{text}",
    lambda _: "/v1/guidelines",
    lambda text: f"/v1/guidelines/{text}",
    lambda text: f"/v1/guidelines/{text}/tests",
    lambda _: "/v1/guidelines/2026.11/tests",
    lambda _: "/api/v1/runs/",
    lambda text: f"/api/v1/runs/{text}/",
    lambda _: "/api/v1/guidelines/",
    lambda text: f"/api/v1/guidelines/{text}/",
]
anything = st.text(max_size=30) | st.sampled_from(["1", "2026.11", "true", "\0", "-1", "2" * 400])
queries = st.dictionaries(st.sampled_from(PARAMETERS), anything, max_size=4)


def check_reads(place: Callable[[str], str], text: str, query: dict[str, str]) -> None:
    address = place(quote(text.encode("utf-8", "replace"), safe=""))
    asked = {name: value.encode("utf-8", "replace") for name, value in query.items()}
    answer = Client().get(address, asked)
    assert answer.status_code < 500, answer.content


@pytest.mark.slow
@QUICK
@given(bodies, headers)
def test_no_upload_breaks_the_server(body: bytes, said: dict[str, Any]) -> None:
    check_uploads(body, said)


@pytest.mark.slow
@QUICK
@given(st.sampled_from(ADDRESSES), anything, queries)
def test_no_question_breaks_the_server(
    in_force: object, place: Callable[[str], str], text: str, query: dict[str, str]
) -> None:
    if not Run.objects.exists():
        stored_run(state="received")
    check_reads(place, text, query)


@pytest.mark.long
@LONG
@given(bodies, headers)
def test_no_upload_of_thousands_breaks_the_server(body: bytes, said: dict[str, Any]) -> None:
    check_uploads(body, said)


@pytest.mark.long
@LONG
@given(st.sampled_from(ADDRESSES), anything, queries)
def test_no_question_of_thousands_breaks_the_server(
    in_force: object, place: Callable[[str], str], text: str, query: dict[str, str]
) -> None:
    check_reads(place, text, query)
