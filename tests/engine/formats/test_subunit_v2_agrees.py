"""The scanner answers as python-subunit does, and damage never adds a pass."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.engine.formats import parse_report, parse_report_stream
from certification.engine.report import EvidenceUnreadable, Report
from tests.engine.formats.building import (
    PASSED,
    Read,
    pieces,
    read_by_subunit,
    states_of,
    v2,
)

letters = st.text(st.characters(blacklist_categories=["Cc", "Cs"]), min_size=1, max_size=20)
test_ids = st.one_of(
    st.sampled_from([f"a.b.C.test_{n}[id-{n:036x},smoke]" for n in range(4)]),
    st.sampled_from(["a.b.C.test_x", "a.b.C.test_x(v4)", "long." * 60 + "x", "a[x](y)[id-1]"]),
    letters.map("a.b.{}".format),
)
times = st.datetimes(
    min_value=datetime(1970, 1, 1), max_value=datetime(2105, 1, 1), timezones=st.just(UTC)
)  # fmt: skip
statuses = st.sampled_from(
    [None, "exists", "inprogress", "success", "uxsuccess", "skip", "fail", "xfail"]
)


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    event: dict[str, Any] = {
        "test_id": draw(st.none() | test_ids),
        "test_status": draw(statuses),
        "test_tags": draw(st.none() | st.sets(st.sampled_from(["worker-0", "worker-1", "smoké"]))),
        "runnable": draw(st.booleans()),
        "eof": draw(st.booleans()),
        "mime_type": draw(st.none() | st.sampled_from(["text/plain;charset=utf8", "a/b"])),
        "route_code": draw(st.none() | st.sampled_from(["0", "1", "0/é"])),
        "timestamp": draw(st.none() | times),
    }
    if draw(st.booleans()):
        event["file_name"] = draw(st.sampled_from(["reason", "pythonlogging:''", "log é"]))
        filler = draw(st.sampled_from([0, 0, 0, 60, 16_300, 70_000]))
        event["file_bytes"] = draw(st.binary(max_size=30)) + b"x" * filler
    return event


streams = st.lists(events(), min_size=1, max_size=25)


def report_of(stream: bytes) -> Report | None:
    """The report, or None where nothing was proven; nothing else may be raised."""
    try:
        return parse_report(stream)
    except EvidenceUnreadable:
        return None


def passes(report: Report | None) -> set[tuple[str, str]]:
    entries = report.entries if report else ()
    return {(entry.name, entry.idempotent_id) for entry in entries if entry.state is PASSED}


def ever_passed(events_read: list[Read]) -> set[tuple[str, str]]:
    return {
        test for event in events_read if event.status == "success" for test in states_of([event])
    }


def agrees(calls: list[dict[str, Any]]) -> None:
    stream = v2(*calls)
    expected = states_of(read_by_subunit(stream))
    report = report_of(stream)
    if not expected:
        assert report is None
        return
    assert report is not None
    assert report.damage is None
    assert report.events == len(calls)
    assert {(e.name, e.idempotent_id): e.state for e in report.entries} == expected
    workers = {tag for call in calls for tag in call["test_tags"] or () if "worker" in tag}
    assert report.workers == len(workers)
    assert parse_report_stream(pieces(stream, 7)) == report


def times_agree(calls: list[dict[str, Any]]) -> None:
    """With every test ending once, each entry has the times of its two packets."""
    report = report_of(v2(*calls))
    for entry in report.entries if report else ():
        mine = [c for c in calls if c["test_id"] == entry.name]
        began = [c["timestamp"] for c in mine if c["test_status"] == "inprogress"]
        ended = [c["timestamp"] for c in mine if c["test_status"] == "success"]
        assert entry.started_at == (began[0].timestamp() if began and began[0] else None)
        assert entry.ended_at == (ended[0].timestamp() if ended and ended[0] else None)


def damaged(calls: list[dict[str, Any]], spoil: Callable[[bytes], bytes]) -> None:
    stream = v2(*calls)
    spoilt = report_of(spoil(stream))
    assert passes(spoilt) <= ever_passed(read_by_subunit(stream))


@pytest.mark.slow
@settings(max_examples=120, deadline=None)
@given(streams)
def test_every_stream_reads_as_python_subunit_reads_it(calls: list[dict[str, Any]]) -> None:
    agrees(calls)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.none() | times, st.none() | times), min_size=1, max_size=6))
def test_times_are_exact_to_the_microsecond(
    pairs: list[tuple[datetime | None, datetime | None]],
) -> None:
    times_agree(
        [
            {"test_id": f"a.T.test_{n}", "test_status": status, "timestamp": when}
            for n, pair in enumerate(pairs)
            for status, when in zip(("inprogress", "success"), pair, strict=True)
        ]
    )


@pytest.mark.slow
@settings(max_examples=120, deadline=None)
@given(streams, st.integers(0), st.integers(0, 7))
def test_a_flipped_bit_is_damage_and_adds_no_pass(
    calls: list[dict[str, Any]], place: int, bit: int
) -> None:
    stream = v2(*calls)
    whole = report_of(stream)

    def flip(raw: bytes) -> bytes:
        at = place % len(raw)
        return raw[:at] + bytes([raw[at] ^ 1 << bit]) + raw[at + 1 :]

    damaged(calls, flip)
    spoilt = report_of(flip(stream))
    assert spoilt is None or spoilt.damage is not None
    assert whole is None or spoilt is None or len(spoilt.entries) <= len(whole.entries)


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(streams, st.integers(0))
def test_a_stream_cut_short_adds_no_pass(calls: list[dict[str, Any]], place: int) -> None:
    damaged(calls, lambda raw: raw[: place % len(raw)])


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_read_or_refused(junk: bytes, signed: bool) -> None:
    report_of(b"\xb3" * signed + junk)


@pytest.mark.long
@settings(max_examples=1_500, deadline=None)
@given(streams)
def test_many_streams_read_as_python_subunit_reads_them(calls: list[dict[str, Any]]) -> None:
    agrees(calls)


@pytest.mark.long
@settings(max_examples=1_500, deadline=None)
@given(streams, st.lists(st.tuples(st.integers(0), st.binary(max_size=4)), min_size=1, max_size=3))
def test_bytes_written_over_add_no_pass(
    calls: list[dict[str, Any]], patches: list[tuple[int, bytes]]
) -> None:
    def patch(raw: bytes) -> bytes:
        for place, new in patches:
            at = place % len(raw)
            raw = raw[:at] + new + raw[at + len(new) :]
        return raw

    damaged(calls, patch)
