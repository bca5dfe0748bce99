"""Footprints that are refused before anything in them is believed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.engine.footprint import FootprintRefused, read_footprint, write_footprint
from tests.engine.footprint.building import document, recorded

WHOLE = write_footprint(recorded())


def refusal(raw: bytes) -> FootprintRefused:
    with pytest.raises(FootprintRefused) as refused:
        read_footprint(raw)
    assert str(refused.value).endswith(".")
    return refused.value


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "footprint-json"),
        (b"\xff\xfe", "footprint-json"),
        (WHOLE[:-1], "footprint-json"),
        (WHOLE[: len(WHOLE) // 2], "footprint-json"),
        (WHOLE + b"{}", "footprint-json"),
        (b"[" * 200_000, "footprint-json"),
        (b'{"format": NaN}', "footprint-json"),
        (b'{"format": -Infinity}', "footprint-json"),
        (b'{"format": ' + b"9" * 10_000 + b"}", "footprint-json"),
        (b" " * (16 * 1024 * 1024 + 1), "footprint-too-large"),
        (b'{"format": "a", "format": "b"}', "footprint-duplicate-key"),
        (WHOLE.replace(b'"scope":', b'"scope":"system","scope":'), "footprint-duplicate-key"),
        (b"[]", "footprint-shape"),
        (b"null", "footprint-shape"),
        (b"{}", "footprint-shape"),
        (WHOLE.replace(b"osi-footprint/1", b"osi-footprint/2"), "footprint-format"),
    ],
)
def test_what_is_no_footprint(raw: bytes, code: str) -> None:
    assert refusal(raw).code == code


def test_a_hundred_megabytes_are_not_even_decoded() -> None:
    assert refusal(bytes(100 * 1024 * 1024)).code == "footprint-too-large"


def _put(*keys: str | int, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(found: Any) -> None:
        for key in keys[:-1]:
            found = found[key]
        found[keys[-1]] = value

    return change


def _drop(*keys: str | int) -> Callable[[dict[str, Any]], None]:
    def change(found: Any) -> None:
        for key in keys[:-1]:
            found = found[key]
        del found[keys[-1]]

    return change


ROW = {
    "service": "compute", "api": "v2.1", "method": "GET", "path": "/servers", "status": 200,
    "count": 1, "matched": "table", "first_s": 0, "last_s": 0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (_put("surprise", value=1), "surprise"),
        (_put("operations", 0, "name", value="x"), "operations[0].name"),
        (_put("auth", 0, "user", value="x"), "auth[0].user"),
        (_put("facts", "agents", "who", value=1), "facts.agents.who"),
        (_put("totals", "more", value=1), "totals.more"),
        (_put("cloud", "url", value="x"), "cloud.url"),
        (_drop("nonce"), "$"),
        (_drop("operations"), "$"),
        (_drop("auth", 0, "methods"), "auth[0]"),
        (_drop("product", "user_agents"), "product"),
        (_drop("operations", 0, "count"), "operations[0]"),
        (_drop("facts", "next_links"), "facts"),
        (_drop("recorder", "table_sha256"), "recorder"),
        (_put("nonce", value="0" * 31), "nonce"),
        (_put("nonce", value="G" * 32), "nonce"),
        (_put("recorder", "table_sha256", value="x"), "recorder.table_sha256"),
        (_put("condition", value="sunny"), "condition"),
        (_put("mode", value="best"), "mode"),
        (_put("product", "name", value="x" * 201), "product.name"),
        (_put("product", "name", value="a\nb"), "product.name"),
        (_put("product", "name", value="a\x00b"), "product.name"),
        (_put("product", "name", value="\ud800"), "product.name"),
        (_put("product", "user_agents", value="Shipyard/"), "product.user_agents"),
        (_put("product", "user_agents", value=[1]), "product.user_agents[0]"),
        (_put("product", "user_agents", value=["abc"] * 51), "product.user_agents"),
        (_put("operations", 0, "count", value=0), "operations[0].count"),
        (_put("operations", 0, "count", value=True), "operations[0].count"),
        (_put("operations", 0, "count", value=1.0), "operations[0].count"),
        (_put("operations", 0, "count", value=2**53), "operations[0].count"),
        (_put("operations", 0, "status", value="200"), "operations[0].status"),
        (_put("operations", 0, "path", value="servers"), "operations[0].path"),
        (_put("operations", 0, "path", value="/servers/"), "operations[0].path"),
        (_put("operations", 0, "matched", value="guess"), "operations[0].matched"),
        (_put("operations", 0, "first_s", value=-1), "operations[0].first_s"),
        (_put("operations", 0, "first_s", value=1e300), "operations[0].first_s"),
        (_put("operations", 0, "api", value=3), "operations[0].api"),
        (_put("operations", 0, value=[]), "operations[0]"),
        (_put("operations", value={}), "operations"),
        (_put("operations", value=[ROW, ROW]), "operations"),
        (_put("operations", value=[ROW] * 20_001), "operations"),
        (_put("facts", "after_429_min_s", value="2"), "facts.after_429_min_s"),
        (_put("mv_floor", value=[]), "mv_floor"),
        (_put("mv_floor", value={"compute": 2.1}), "mv_floor.compute"),
        (_put("request_ids_sha256", value=["x"]), "request_ids_sha256"),
        (_put("request_ids_sha256", value=["b" * 64, "a" * 64]), "request_ids_sha256"),
        (_put("request_ids_sha256", value=["a" * 64] * 2), "request_ids_sha256"),
        (_put("request_ids_sha256", value=[f"{n:064x}" for n in range(201)]),
         "request_ids_sha256"),
    ],
)  # fmt: skip
def test_each_wrong_shape_is_refused_with_its_place(
    change: Callable[[dict[str, Any]], None], place: str
) -> None:
    damaged = document()
    change(damaged)
    refused = refusal(json.dumps(damaged).encode())
    assert (refused.code, refused.place) == ("footprint-shape", place)


def test_layout_and_optional_keys_do_not_matter() -> None:
    sparse = document()
    for key in ("mv_floor", "request_ids_sha256"):
        del sparse[key]
    del sparse["facts"]["agents"], sparse["auth"][0]["roles"]
    footprint = read_footprint(json.dumps(sparse, indent=2).encode())
    assert (dict(footprint.mv_floor), footprint.request_ids_sha256) == ({}, ())
    assert footprint.facts.agents_declared == 0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(key=st.sampled_from(sorted(document())), value=JSON)
@settings(max_examples=150, deadline=None)
def test_any_value_in_any_place_is_read_or_refused(key: str, value: Any) -> None:
    raw = json.dumps(document() | {key: value}).encode()
    try:
        footprint = read_footprint(raw)
    except FootprintRefused as refused:
        assert refused.code.startswith("footprint-")
    else:
        assert read_footprint(write_footprint(footprint)) == footprint


@given(cut=st.integers(0, len(WHOLE) - 1), byte=st.integers(0, 255))
@settings(max_examples=150, deadline=None)
def test_any_damaged_byte_is_read_or_refused(cut: int, byte: int) -> None:
    try:
        read_footprint(WHOLE[:cut] + bytes([byte]) + WHOLE[cut + 1 :])
    except FootprintRefused as refused:
        assert refused.code.startswith("footprint-")
