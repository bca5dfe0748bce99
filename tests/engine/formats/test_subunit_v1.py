"""Subunit version 1, the text form: what its lines mean, and where reading ends."""

from __future__ import annotations

import pytest

from certification.engine.formats import Limits, parse_report
from certification.engine.report import Damage, EvidenceFormat, EvidenceUnreadable
from tests.engine.formats.building import FAILED, PASSED, SKIPPED, State, at

GOOD = b"test: a.Good.test_good\nsuccess: a.Good.test_good\n"


def part(name: str, body: bytes, kind: str = "text/plain;charset=utf8") -> bytes:
    """One attachment; its body comes in two chunks."""
    chunks = (body[:3], body[3:]) if len(body) > 3 else (body,)
    sized = b"".join(b"%X\r\n%s" % (len(chunk), chunk) for chunk in chunks)
    return f"Content-Type: {kind}\n{name}\n".encode() + sized + b"0\r\n"


def multipart(word: str, test_id: str, *parts: bytes) -> bytes:
    return f"{word}: {test_id} [ multipart\n".encode() + b"".join(parts) + b"]\n"


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("success", PASSED),
        ("successful", PASSED),
        ("skip", SKIPPED),
        ("failure", FAILED),
        ("fail", FAILED),
        ("error", FAILED),
        ("xfail", FAILED),
        ("uxsuccess", FAILED),
    ],
)
@pytest.mark.parametrize("details", ["", " [\nsome\n ] text\n]", " [ multipart\n]"])
@pytest.mark.parametrize("start", ["test: ", "testing: ", "test "])
def test_outcome_gives_state(word: str, state: State, details: str, start: str) -> None:
    test_id = "a.T.test_x[id-1,smoke](v4)"
    stream = (
        f"time: 2026-11-01 12:00:01.250000Z\ntags: worker-3 smoke\n{start}{test_id}\n"
        f"time: 2026-11-01 12:00:03.5Z\n{word}: {test_id}{details}\ntags: -worker-3\n"
    )
    report = parse_report(stream.encode())
    (entry,) = report.entries
    assert report.format is EvidenceFormat.SUBUNIT_V1
    assert (entry.name, entry.idempotent_id, entry.state) == ("a.T.test_x(v4)", "1", state)
    assert (entry.started_at, entry.ended_at) == (at(1.25).timestamp(), at(3.5).timestamp())
    assert (report.workers, report.damage, report.looks_incomplete) == (1, None, False)


def test_a_test_and_its_outcome_and_each_attachment_are_events() -> None:
    parts = part("log", b"lots of text"), part("reason", b"no")
    stream = GOOD + b"test: b\n" + multipart("skip", "b", *parts)
    assert parse_report(stream).events == 2 + 4


def test_reasons_of_skips_are_kept() -> None:
    stream = (
        b"test: a\n"
        + multipart("skip", "a", part("log", b"secret log"), part("reason", "not é\nhere".encode()))
        + b"test: b\nskip: b [\nplain\n ] reason\n]\n"
        + b"test: c\n"
        + multipart("failure", "c", part("reason", b"of a failure"))
        + b"test: d\n"
        + multipart("skip", "d", part("reason", b"\x00\x01", "application/octet-stream"))
    )
    reasons = {entry.name: entry.reason for entry in parse_report(stream).entries}
    assert reasons == {"a": "not é here", "b": "plain ] reason", "c": "", "d": ""}


def test_other_text_and_other_outcomes_are_passed_over() -> None:
    stream = (
        b"worker {0} says hello\nsuccess: a.T.test_never_began\n"
        b"test: a.T.test_x\ntest: a.T.test_inside\nsuccess: a.T.test_inside\nsuccess: a.T.test_xy\n"
        b"progress: +1\ntime: soon\n success: a.T.test_x\nfailure: a.T.test_x\n" + GOOD
    )
    report = parse_report(stream)
    assert [(entry.name, entry.state) for entry in report.entries] == [
        ("a.Good.test_good", PASSED),
        ("a.T.test_x", FAILED),
    ]
    assert report.damage is None


def test_details_may_hold_lines_that_look_like_the_protocol() -> None:
    body = b"]\nsuccess: b\ntest: c\n"
    stream = b"test: b\n" + multipart("failure", "b", part("log", body)) + GOOD
    states = {entry.name: entry.state for entry in parse_report(stream).entries}
    assert states == {"b": FAILED, "a.Good.test_good": PASSED}


def test_a_test_without_outcome_failed_and_the_run_looks_incomplete() -> None:
    report = parse_report(GOOD + b"test: a.T.test_x\nsome output\n")
    assert {entry.name: entry.state for entry in report.entries} == {
        "a.Good.test_good": PASSED,
        "a.T.test_x": FAILED,
    }
    assert report.looks_incomplete
    assert report.damage is None


CUT = "the stream ends inside a line or a test's details"


@pytest.mark.parametrize(
    ("torn", "offset", "reason"),
    [
        (b"success: b", 0, CUT),
        (b"success: b [\nso", 0, CUT),
        (b"success: b [ multipart\n", 0, CUT),
        (b"success: b [ multipart\nContent-Type: text/plain\nlog\n", 0, CUT),
        (b"success: b [ multipart\nContent-Type: text/plain\nlog\n9\r\nshort", 0, CUT),
        (b"success: b [ multipart\nContent-Type: text/plain\nlog\n1\r\nx0\r\n", 0, CUT),
        (
            b"success: b [ multipart\nContent-Type: text/plain\nlog\nfive\r\n",
            52,
            "an attachment whose chunk has no valid size",
        ),
        (
            b"success: b [ multipart\nlog\n",
            23,
            "an attachment that does not begin with its Content-Type",
        ),
    ],
)
def test_torn_details_prove_nothing(torn: bytes, offset: int, reason: str) -> None:
    before = GOOD + b"test: b\n"
    report = parse_report(before + torn)
    assert report.damage == Damage(len(before) + offset, reason)
    assert [(entry.name, entry.state) for entry in report.entries] == [
        ("a.Good.test_good", PASSED),
        ("b", FAILED),
    ]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (b"a\x00b", "a control character in a test id"),
        (b"a\xff", "a test id that is not UTF-8"),
        (b"n" * 513, "a name longer than 512 characters"),
        (b"[id-1]", "an empty name"),
        (b"a\r", "a control character in a test id"),
    ],
)
def test_a_name_that_may_not_be_stored_is_damage(name: bytes, reason: str) -> None:
    bad = b"test: " + name + b"\nsuccess: " + name + b"\n"
    report = parse_report(GOOD + b"noise\n" + bad)
    assert report.damage == Damage(len(GOOD) + 6, reason)
    assert [entry.name for entry in report.entries] == ["a.Good.test_good"]
    with pytest.raises(EvidenceUnreadable) as refused:
        parse_report(bad)
    assert (refused.value.code, refused.value.place) == ("evidence-damaged", "byte 0")


def test_limits_end_the_reading() -> None:
    stream = b"".join(b"test: t%d\nsuccess: t%d\n" % (n, n) for n in range(5))
    report = parse_report(stream, Limits(tests=3))
    assert (len(report.entries), report.damage) == (3, Damage(63, "more than 3 tests"))
    report = parse_report(stream, Limits(events=4))
    assert (len(report.entries), report.damage is None) == (2, False)
    report = parse_report(GOOD + b"noise\n" * 100 + stream, Limits(noise_bytes=99))
    assert report.damage == Damage(len(GOOD) + 99, "more than 99 bytes of other text")
    assert len(report.entries) == 1


def test_a_line_longer_than_64_kib_is_no_line_of_the_protocol() -> None:
    long = b"test: b\n" + b"success: " + b"b" * 70_000 + b"\nfailure: b\n"
    assert [entry.state for entry in parse_report(long).entries] == [FAILED]
    details = b"test: b\nskip: b [\nwhy " + b"b" * 70_000 + b"\n]\n"
    assert [entry.reason for entry in parse_report(details).entries] == ["why"]
