"""RefStack JSON: what is accepted, and how each fault is named."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.engine.formats import Limits, names_of_passed, parse_refstack_json, parse_report
from certification.engine.report import EvidenceFormat, EvidenceUnreadable
from tests.engine.formats.building import PASSED

UUID = "0123abcd-dff5-4082-ad1f-3f9a80aa3f59"


def body(**change: Any) -> dict[str, Any]:
    return {"cpid": "c", "duration_seconds": 0, "results": [{"name": "a.T.test_x"}], **change}


def names(*results: Any) -> bytes:
    return json.dumps(body(results=list(results))).encode()


def refused(raw: bytes | dict[str, Any], limits: Limits | None = None) -> EvidenceUnreadable:
    raw = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
    with pytest.raises(EvidenceUnreadable) as caught:
        parse_refstack_json(raw, limits or Limits())
    return caught.value


def test_a_run_as_the_client_sends_it() -> None:
    raw = json.dumps(
        {
            "cpid": "f528764d624db129b32c21fbca0cb8d6",
            "duration_seconds": 311,
            "results": [
                {"name": "b.T.test_y", "uuid": UUID.upper()},
                {"name": "a.T.test_x(v4)", "unknown": {"kept": [1.5, None]}},
            ],
        }
    ).encode()
    report = parse_report(raw)
    assert report == parse_refstack_json(raw)
    assert report.format is EvidenceFormat.REFSTACK_JSON
    assert [(e.name, e.idempotent_id, e.state) for e in report.entries] == [
        ("a.T.test_x(v4)", "", PASSED),
        ("b.T.test_y", UUID, PASSED),
    ]
    assert (report.passes_only, report.declared_duration_s, report.events) == (True, 311, 2)
    assert report.cpid == "f528764d624db129b32c21fbca0cb8d6"
    assert (report.damage, report.looks_incomplete) == (None, False)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"name": "a", "uuid": ""}, ("a", "")),
        ({"name": "a", "uuid": "zzz"}, ("a", "zzz")),
        ({"name": "a", "uuid": "id-" + UUID}, ("a", UUID)),
        ({"name": "a", "uuid": "id-" + UUID + ",smoke"}, ("a", UUID)),
        ({"name": "a[id-1,smoke](v4)"}, ("a(v4)", "1")),
        ({"name": "a[id-1]", "uuid": "2"}, ("a", "2")),
        ({"name": "тест.é"}, ("тест.é", "")),
        ({"name": "n" * 512}, ("n" * 512, "")),
        ({"name": "setUpClass (a.b.C)"}, ("setUpClass (a.b.C)", "")),
    ],
)
def test_names_and_ids(result: dict[str, str], expected: tuple[str, str]) -> None:
    (entry,) = parse_report(names(result)).entries
    assert (entry.name, entry.idempotent_id) == expected


@pytest.mark.parametrize("name", ["a.b", "a.b[id-1,smoke]", "ä.b", "A.b"])
def test_the_names_alone_are_those_of_the_report(name: str) -> None:
    """Sorted by name and id, with repeats once, whichever way the names are looked at."""
    raw = names({"name": "z.z"}, {"name": name, "uuid": "id-2"}, {"name": name, "uuid": "id-1"})
    report = parse_refstack_json(raw)
    assert names_of_passed(raw) == [entry.name for entry in report.entries]


def test_names_that_differ_in_case_are_two_tests_and_repeats_are_one() -> None:
    report = parse_report(names({"name": "a.Test"}, {"name": "a.test"}, {"name": "a.test"}))
    assert [entry.name for entry in report.entries] == ["a.Test", "a.test"]
    assert report.events == 3


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"cpid": None}, "cpid"),
        ({"cpid": 7}, "cpid"),
        ({"cpid": "c" * 129}, "cpid"),
        ({"cpid": "c\x00"}, "cpid"),
        ({"duration_seconds": "1"}, "duration_seconds"),
        ({"duration_seconds": 1.0}, "duration_seconds"),
        ({"duration_seconds": 1.5}, "duration_seconds"),
        ({"duration_seconds": True}, "duration_seconds"),
        ({"duration_seconds": -1}, "duration_seconds"),
        ({"duration_seconds": 2**31}, "duration_seconds"),
        ({"duration_seconds": 10**400}, "duration_seconds"),
        ({"results": {}}, "results"),
        ({"results": "a"}, "results"),
        ({"results": [1]}, "results[0]"),
        ({"results": [{"name": "a"}, {}]}, "results[1].name"),
        ({"results": [{"name": "a"}, {"name": 3}]}, "results[1].name"),
        ({"results": [{"name": "a"}, {"name": None}]}, "results[1].name"),
        ({"results": [{"name": ""}]}, "results[0].name"),
        ({"results": [{"name": "  "}]}, "results[0].name"),
        ({"results": [{"name": "[id-1]"}]}, "results[0].name"),
        ({"results": [{"name": "n" * 513}]}, "results[0].name"),
        ({"results": [{"name": "a\x00b"}]}, "results[0].name"),
        ({"results": [{"name": "a\nb"}]}, "results[0].name"),
        ({"results": [{"name": "a\x85b"}]}, "results[0].name"),
        ({"results": [{"name": "a", "uuid": None}]}, "results[0].uuid"),
        ({"results": [{"name": "a", "uuid": 5}]}, "results[0].uuid"),
        ({"results": [{"name": "a", "uuid": "u" * 37}]}, "results[0].uuid"),
        ({"results": [{"name": "a", "uuid": "u\x07"}]}, "results[0].uuid"),
        ({"meta": {}}, "meta"),
        ({"x\n\x00": 1}, "x??"),
    ],
)
def test_a_schema_fault_names_its_field(change: dict[str, Any], place: str) -> None:
    fault = refused(body(**change))
    assert (fault.code, fault.place) == ("json-schema", place)
    assert str(fault).startswith(f"Request doesnt correspond to schema: {place}: ")


@pytest.mark.parametrize("key", ["cpid", "duration_seconds", "results"])
def test_a_missing_or_repeated_key_is_named(key: str) -> None:
    whole = body()
    fault = refused({name: value for name, value in whole.items() if name != key})
    assert (fault.code, fault.place) == ("json-schema", key)
    first, escaped = json.dumps(key), "".join(f"\\u{ord(letter):04x}" for letter in key)
    for again in (first, f'"{escaped}"'):
        raw = f"{json.dumps(whole)[:-1]}, {again}: {json.dumps(whole[key])}}}"
        fault = refused(raw.encode())
        assert (fault.code, fault.place) == ("json-schema", key)


def test_more_results_than_the_limit() -> None:
    fault = refused(names(*({"name": f"t{n}"} for n in range(4))), Limits(tests=3))
    assert (fault.code, fault.place) == ("json-schema", "results")


@pytest.mark.parametrize("raw", [b"[1]", b'"text"', b"7", b"null"])
def test_another_value_than_an_object(raw: bytes) -> None:
    fault = refused(raw)
    assert fault.code == "json-schema"
    assert str(fault).startswith("Request doesnt correspond to schema: the body: ")


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b"", ""),
        (b"   ", ""),
        (b"{", ""),
        (b"hello", "byte 0"),
        (b'{"cpid": NaN, "duration_seconds": 1, "results": []}', "byte 9"),
        (names({"name": "a", "x": float("nan")}), "byte"),
        (names({"name": "a"}) + b" x", "byte"),
        (names({"name": "a\xb5"}).replace(b"\\u00b5", b"\xb5"), "byte"),
        (names({"name": "a\ud800"}), ""),
        (names({"name": "a", "ignored": "\udc00"}), ""),
        (b"\xef\xbb\xbf" + names({"name": "a"}), "byte 0"),
        (names({"name": "a"}).decode().encode("utf-16"), "byte"),
        (b'{"cpid": "", "duration_seconds": 1, "results": ' + b"[" * 100_000, ""),
    ],
    ids=range(13),
)
def test_what_is_not_json_is_malformed(raw: bytes, place: str) -> None:
    fault = refused(raw)
    assert fault.code == "json-malformed"
    assert fault.place.startswith(place)
    assert str(fault).startswith("Malformed request: ")


def test_a_byte_order_mark_is_named_also_where_the_format_is_recognised() -> None:
    with pytest.raises(EvidenceUnreadable, match="byte order mark"):
        parse_report(b"\xef\xbb\xbf" + names({"name": "a"}))


@pytest.mark.parametrize("cpid", ["c", "[]"])
def test_no_result_is_refused_as_refstack_does(cpid: str) -> None:
    fault = refused(body(cpid=cpid, results=[]))
    assert fault.code == "evidence-no-passing-test"
    assert str(fault) == "Uploaded results must contain at least one passing test."


def test_a_cpid_that_looks_like_the_results_confuses_nobody() -> None:
    results = [{"name": "a"}]
    report = parse_refstack_json(
        json.dumps(body(cpid=json.dumps(results), results=results)).encode()
    )
    assert [entry.name for entry in report.entries] == ["a"]


def test_too_large_is_told_before_parsing() -> None:
    raw = names({"name": "a"})
    limits = Limits(json_bytes=len(raw) - 1)
    assert refused(raw, limits).code == "evidence-too-large"
    assert refused(b"{" * len(raw), limits).code == "evidence-too-large"
    assert parse_refstack_json(raw, Limits(json_bytes=len(raw))).count(PASSED) == 1
    with pytest.raises(EvidenceUnreadable) as caught:
        parse_report(raw, limits)
    assert caught.value.code == "evidence-too-large"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
results = st.fixed_dictionaries({}, optional={"name": values, "uuid": values, "more": values})
bodies = st.fixed_dictionaries(
    {"results": values | st.lists(results, max_size=3)},
    optional={"cpid": values, "duration_seconds": values, "meta": values},
)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(bodies, st.integers(0), st.binary(max_size=3), st.booleans())
def test_any_body_is_read_or_refused(
    sent: dict[str, Any], place: int, junk: bytes, spoil: bool
) -> None:
    raw = json.dumps(sent).encode()
    if spoil:
        at = place % len(raw)
        raw = raw[:at] + junk + raw[at + 1 :]
    try:
        report = parse_refstack_json(raw)
    except EvidenceUnreadable as refusal:
        assert refusal.code.startswith(("json-", "evidence-"))
        return
    assert report.passes_only
    assert 1 <= len(report.entries) <= report.events
