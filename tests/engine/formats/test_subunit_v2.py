"""Subunit version 2: what each packet means, and where a damaged stream stops being read."""

from __future__ import annotations

import pytest

from certification.engine.formats import Limits, parse_report, parse_report_stream
from certification.engine.report import Damage, EvidenceUnreadable
from tests.engine.formats.building import (
    FAILED,
    PASSED,
    SKIPPED,
    State,
    at,
    packet,
    pieces,
    ran,
    v2,
)

GOOD = ran("a.Good.test_good")


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("success", PASSED),
        ("skip", SKIPPED),
        ("fail", FAILED),
        ("xfail", FAILED),
        ("uxsuccess", FAILED),
    ],
)
def test_status_gives_state(status: str, state: State) -> None:
    (entry,) = parse_report(ran("a.T.test_x[id-1,smoke](v4)", status, 1.25, 3.5)).entries
    assert (entry.name, entry.idempotent_id, entry.state) == ("a.T.test_x(v4)", "1", state)
    assert (entry.started_at, entry.ended_at) == (at(1.25).timestamp(), at(3.5).timestamp())


def test_a_test_that_never_ended_failed_and_the_run_looks_incomplete() -> None:
    report = parse_report(GOOD + v2({"test_id": "a.T.test_x", "test_status": "inprogress"}))
    assert [(entry.name, entry.state) for entry in report.entries] == [
        ("a.Good.test_good", PASSED),
        ("a.T.test_x", FAILED),
    ]
    assert report.looks_incomplete
    assert report.damage is None
    assert [warning.code for warning in report.warnings] == ["never-ended"]
    assert "a.T.test_x" in report.warnings[0].text


def test_listed_tests_and_packets_without_status_are_no_results() -> None:
    listed = v2(
        {"test_id": "a.T.test_listed", "test_status": "exists"},
        {"test_id": "a.T.test_silent"},
        {"file_name": "stdout", "file_bytes": b"hello"},
    )
    assert [entry.name for entry in parse_report(GOOD + listed).entries] == ["a.Good.test_good"]
    with pytest.raises(EvidenceUnreadable) as refused:
        parse_report(listed)
    assert refused.value.code == "evidence-no-result"


def test_the_same_test_on_two_routes_runs_twice() -> None:
    name = "a.T.test_x"
    report = parse_report(
        v2(
            {"test_id": name, "test_status": "inprogress", "route_code": "0"},
            {"test_id": name, "test_status": "inprogress", "route_code": "1"},
            {"test_id": name, "test_status": "success", "route_code": "1"},
        )
    )
    assert [entry.state for entry in report.entries] == [FAILED]
    assert report.looks_incomplete


def test_a_repeat_with_the_same_result_counts_once() -> None:
    report = parse_report(ran("a.T.test_x[id-1]") + ran("a.T.test_x[id-1,smoke]", "success", 5, 6))
    assert [entry.state for entry in report.entries] == [PASSED]
    assert report.warnings == ()


@pytest.mark.parametrize("statuses", [("success", "fail"), ("fail", "success")])
def test_a_repeat_with_another_result_counts_as_the_worst_and_warns(
    statuses: tuple[str, str],
) -> None:
    report = parse_report(b"".join(ran("a.T.test_x", status) for status in statuses))
    assert [entry.state for entry in report.entries] == [FAILED]
    assert [warning.code for warning in report.warnings] == ["repeated-differently"]


def test_fixtures_stand_apart_from_tests() -> None:
    report = parse_report(
        GOOD
        + ran("setUpClass (a.b.C)", "skip")
        + ran("setUpModule (a.b)", "fail")
        + ran("tearDownClass (a.b.D)", "fail")
    )
    assert [(f.kind, f.scope, f.state) for f in report.fixtures] == [
        ("setUpModule", "a.b", FAILED),
        ("setUpClass", "a.b.C", SKIPPED),
        ("tearDownClass", "a.b.D", FAILED),
    ]
    assert [entry.name for entry in report.entries] == ["a.Good.test_good"]
    assert [warning.code for warning in report.warnings] == ["teardown-failed"]


def test_a_reason_may_come_in_several_packets_and_only_skips_keep_it() -> None:
    def with_reason(name: str, status: str) -> bytes:
        first = {"file_name": "reason", "mime_type": "text/plain;charset=utf8", "eof": False}
        return v2(
            {"test_id": name, "test_status": "inprogress"},
            {"test_id": name, "file_bytes": b"not conf", **first},
            {"test_id": name, "file_name": "other", "file_bytes": b"x", "mime_type": "text/plain"},
            {"test_id": name, "file_name": "reason", "file_bytes": "igured é".encode()},
            {"test_id": name, "test_status": status},
        )

    report = parse_report(with_reason("a.T.test_s", "skip") + with_reason("a.T.test_f", "fail"))
    assert [(entry.name, entry.reason) for entry in report.entries] == [
        ("a.T.test_f", ""),
        ("a.T.test_s", "not configured é"),
    ]


def test_a_reason_is_text_on_one_line_of_at_most_300_characters() -> None:
    def skipped(**reason: object) -> str:
        event = {"test_id": "a.T.test_s", "test_status": "skip", "file_name": "reason"}
        return parse_report(v2(event | reason)).entries[0].reason

    assert skipped(file_bytes=b"\x00\x01", mime_type="application/octet-stream") == ""
    assert skipped(file_bytes=b"two\nlines\x00\x1b[0m", mime_type="text/plain") == "two lines [0m"
    assert len(skipped(file_bytes=b"word " * 1000, mime_type="text/plain")) == 300


def test_workers_are_counted_by_their_tags() -> None:
    tagged = [
        {"test_id": f"a.T.test_{n}", "test_status": "success", "test_tags": {f"worker-{n % 3}", t}}
        for n, t in enumerate(("smoke", "worker-x", "slow", "smoke", "slow"))
    ]
    assert parse_report(v2(*tagged)).workers == 3


CUT = "the stream ends inside a packet"
BAD_FIELD = "a packet whose fields do not fill it exactly"


@pytest.mark.parametrize(
    ("torn", "reason"),
    [
        (b"stdout says hello\n", "bytes that are no packet of subunit version 2"),
        (b"\xb3", CUT),
        (v2({"test_id": "a.T.test_x", "test_status": "success"})[:-1], CUT),
        (packet(0x2803, b"\x01a", checksum=7), "a packet whose checksum is wrong"),
        (packet(0x1803, b"\x01a"), "bytes that are no packet of subunit version 2"),
        (packet(0x280B, b"\x01a"), "bytes that are no packet of subunit version 2"),
        (b"\xb3\x28\x03\xc0\x00\x00\x0b" + bytes(8), "a packet length of more than three bytes"),
        (b"\xb3\x28\x03\x07" + bytes(8), "a packet shorter than its own frame"),
        (packet(0x2803, b"\x03a"), BAD_FIELD),
        (packet(0x2803, b"\x01ab"), BAD_FIELD),
        (packet(0x2803, b""), BAD_FIELD),
        (packet(0x2A03, b"\x00\x00"), BAD_FIELD),
        (packet(0x2883, b"\x01a\x05\x01t"), BAD_FIELD),
        (packet(0x2840, b"\x01a\x01f\x09x"), BAD_FIELD),
        (packet(0x2803, b"\x02\xff\xfe"), "a test id that is not UTF-8"),
        (packet(0x2803, b"\x03\xed\xa0\x80"), "a test id that is not UTF-8"),
        (packet(0x2803, b"\x02a\x00"), "a control character in a test id"),
        (packet(0x2803, b"\x02a\x1b"), "a control character in a test id"),
        (packet(0x2803, b"\x06[id-1]"), "an empty name"),
        (packet(0x2803, b"\x00"), "an empty name"),
        (packet(0x2803, b"\x42\x01" + b"n" * 513), "a name longer than 512 characters"),
        (packet(0x2803, b"\x2fa[id-" + b"1" * 41 + b"]"), "an id longer than 36 characters"),
        (packet(0x2883, b"\x01a\x01\x01\xff"), "a text field that is not UTF-8"),
        (packet(0x2C03, b"\x01a\x02r\x00"), "a text field with a NUL byte"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_damage_ends_the_reading_and_what_stood_before_it_remains(torn: bytes, reason: str) -> None:
    after = b"" if reason == CUT else ran("a.T.test_after")
    report = parse_report(GOOD + torn + after)
    assert report.damage == Damage(len(GOOD), reason)
    assert [(entry.name, entry.state) for entry in report.entries] == [("a.Good.test_good", PASSED)]


def test_damage_before_any_result_is_unreadable_at_its_place() -> None:
    listed = v2({"test_id": "a.T.test_x", "test_status": "exists"})
    for stream, offset in ((GOOD[:20], 0), (listed + b"junk", len(listed))):
        with pytest.raises(EvidenceUnreadable) as refused:
            parse_report(stream)
        assert (refused.value.code, refused.value.place) == ("evidence-damaged", f"byte {offset}")


def test_limits_end_the_reading_at_the_packet_that_breaks_them() -> None:
    stream = b"".join(ran(f"a.T.test_{n}") for n in range(5))
    report = parse_report(stream, Limits(tests=3))
    assert len(report.entries) == 3
    assert report.damage is not None
    assert report.damage.reason == "more than 3 tests"
    assert parse_report(stream, Limits(tests=5)).damage is None

    report = parse_report(stream, Limits(events=4))
    assert (len(report.entries), report.events) == (2, 4)
    assert report.damage is not None

    one_test_on_many_routes = v2(
        *({"test_id": "a", "test_status": "inprogress", "route_code": str(n)} for n in range(9))
    )
    report = parse_report(one_test_on_many_routes, Limits(tests=4))
    assert report.damage is not None
    assert report.damage.reason == "more than 4 tests at the same time"


def test_a_packet_of_four_mebibytes_is_read_in_small_pieces() -> None:
    big = v2({"test_id": "a", "file_name": "log", "file_bytes": b"x" * 4_194_000, "eof": True})
    stream = GOOD + big + ran("a.T.test_after")
    assert len(parse_report_stream(pieces(stream, 5000)).entries) == 2
    broken = stream[:2_000_000] + b"y" + stream[2_000_001:]
    report = parse_report_stream(pieces(broken, 5000))
    assert report.damage == Damage(len(GOOD), "a packet whose checksum is wrong")
