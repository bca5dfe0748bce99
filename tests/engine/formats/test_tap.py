"""TAP 13 and 14: plans, directives, subtests, and text that only looks like it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.engine.formats import (
    Limits,
    decode_report,
    encode_report,
    parse_report,
    parse_report_stream,
)
from certification.engine.formats.tap import is_tap
from certification.engine.report import EvidenceFormat, EvidenceUnreadable, Report
from tests.engine.formats.building import FAILED, PASSED, RUNS, SKIPPED, State, pieces


def tap(*lines: str, version: int = 14) -> bytes:
    return "\n".join([f"TAP version {version}", *lines, ""]).encode()


def states(report: Report) -> dict[str, State]:
    return {entry.name: entry.state for entry in report.entries}


@pytest.mark.parametrize(
    ("line", "name", "state", "reason"),
    [
        ("ok 1 - a.b.test_x", "a.b.test_x", PASSED, ""),
        ("ok 1 a.b.test_x", "a.b.test_x", PASSED, ""),
        ("ok - a.b.test_x", "a.b.test_x", PASSED, ""),
        ("ok a.b.test_x", "a.b.test_x", PASSED, ""),
        ("ok 1 -dash", "-dash", PASSED, ""),
        ("ok", "test 1", PASSED, ""),
        ("ok 1", "test 1", PASSED, ""),
        ("ok 1 - 2nd", "2nd", PASSED, ""),
        ("not ok 1 - a", "a", FAILED, ""),
        ("not ok", "test 1", FAILED, ""),
        ("ok 1 - a # SKIP no cloud", "a", SKIPPED, "no cloud"),
        ("ok 1 - a # skipped: no cloud", "a", SKIPPED, "no cloud"),
        ("ok 1 # SKIP", "test 1", SKIPPED, ""),
        ("not ok 1 - a # SKIP no cloud", "a", FAILED, ""),
        ("ok 1 - a # TODO later", "a", FAILED, ""),
        ("not ok 1 - a # TODO later", "a", FAILED, ""),
        ("ok 1 - a # Todo", "a", FAILED, ""),
        ("ok 1 - a # note", "a # note", PASSED, ""),
        (r"ok 1 - a \# SKIP b", "a # SKIP b", PASSED, ""),
        (r"ok 1 - a \\", "a \\", PASSED, ""),
        ("ok 1 - test_x[id-ABC,smoke]", "test_x", PASSED, ""),
        ("ok 1 - a # SKIP token=abcdef123456", "a", SKIPPED, "token=[removed]"),
    ],
)
def test_how_a_test_ended(line: str, name: str, state: State, reason: str) -> None:
    report = parse_report(tap("1..1", line))
    assert report.format is EvidenceFormat.TAP
    (entry,) = report.entries
    assert (entry.name, entry.state, entry.reason) == (name, state, reason)
    assert report.damage is None
    assert decode_report(encode_report(report)) == report


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["1..2", "ok 1 - a"], "the plan says 2 tests and there are 1"),
        (["1..1", "ok 1 - a", "ok 2 - b"], "the plan says 1 tests and there are 2"),
        (["ok 1 - a", "ok 2 - b", "1..3"], "the plan says 3 tests and there are 2"),
        (["1..1", "ok 7 - a"], "the plan says 1 tests and one has the number 7"),
        (["ok 1 - a"], "there is no plan"),
        (["1..2", "ok 1 - a", "Bail out! no cloud", "ok 2 - b"], "the run was given up"),
        (["1..1", "ok 1 - a", "1..1"], "a second plan"),
        (["1..1", "ok 1 - a", "TAP version 14"], "a second TAP text"),
        (["1..1", "ok 1 - a", "    1..1", "    ok 1 - b"], "a subtest ends without"),
        (["1..2", "ok 1 - a", "ok 2 - " + "x" * 600], "a name longer than 512"),
        (["1..2", "ok 1 - a", " " * 80 + "ok 2 - b"], "subtests nested deeper"),
    ],
)
def test_a_text_that_is_not_whole_is_damaged(lines: list[str], reason: str) -> None:
    report = parse_report(tap(*lines))
    assert report.damage is not None
    assert report.damage.reason.startswith(reason)
    assert states(report)["a"] is PASSED


@pytest.mark.parametrize(
    ("inner", "parent"),
    [
        (["    1..1", "    ok 1 - c"], PASSED),
        (["    # Subtest: p", "    ok 1 - c", "    1..1"], PASSED),
        (["    1..1", "    not ok 1 - c"], FAILED),
        (["    1..2", "    ok 1 - c"], FAILED),
        (["    ok 1 - c"], FAILED),
        (["        1..1", "        not ok 1 - d", "    ok 1 - c", "    1..1"], FAILED),
    ],
)
def test_what_goes_wrong_in_a_subtest_its_parent_has_failed(
    inner: list[str], parent: State
) -> None:
    report = parse_report(tap("1..1", *inner, "ok 1 - p"))
    assert states(report)["p"] is parent
    assert "c" in states(report)
    assert report.damage is None


def test_diagnostics_are_no_tests() -> None:
    block = ["  ---", "  message: 'ok 2 - b'", "ok 3 - c", "  ...", "# ok 4 - d", "ok, ok-ish"]
    report = parse_report(tap("1..1", "not ok 1 - a", *block, "some words"))
    assert states(report) == {"a": FAILED}


def test_seen_twice_the_worse_counts() -> None:
    assert states(parse_report(tap("1..2", "ok 1 - a", "not ok 2 - a"))) == {"a": FAILED}
    assert states(parse_report(tap("1..2", "ok 1 - a # SKIP", "ok 2 - a"))) == {"a": SKIPPED}


@pytest.mark.parametrize(
    "raw",
    [
        tap("1..1", "ok 1 - a", version=13),
        b"\xef\xbb\xbf\n" + tap("1..1", "ok 1 - a"),
        tap("1..1", "ok 1 - a").replace(b"\n", b"\r\n"),
        b"1..1\n# by an older writer\nok 1 - a\n",
        gzip.compress(tap("1..1", "ok 1 - a"), mtime=0),
    ],
)
def test_spellings_of_the_same_text(raw: bytes) -> None:
    report = parse_report(raw)
    assert (report.format, states(report)) == (EvidenceFormat.TAP, {"a": PASSED})
    assert report.damage is None
    assert parse_report_stream(pieces(raw, 1)) == report


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (tap("1..0 # SKIP nothing here"), "evidence-no-result"),
        (tap(), "evidence-damaged"),
        (tap(version=12), "evidence-damaged"),
        (tap("Bail out!"), "evidence-damaged"),
        (b"TAP version 14\n" + b"x" * 3_000_000, "evidence-damaged"),
        (b"ok 1 - a\n", "evidence-format-unknown"),
        (b"1..2\n", "evidence-format-unknown"),
    ],
)
def test_what_holds_no_test_is_refused(raw: bytes, code: str) -> None:
    with pytest.raises(EvidenceUnreadable) as refused:
        parse_report(raw)
    assert refused.value.code == code


@pytest.mark.parametrize("path", sorted(RUNS.glob("*.v1.gz")), ids=lambda path: path.stem)
def test_no_subunit_is_taken_for_tap(path: Path) -> None:
    assert parse_report(path.read_bytes()).format is EvidenceFormat.SUBUNIT_V1
    assert not is_tap(gzip.decompress(path.read_bytes()))


@pytest.mark.parametrize(
    "raw",
    [
        b"1..1\ntest: a\nsuccess: a\n",
        b"ok 1 - a\ntest: a\nsuccess: a\n",
        b"running TAP version 14\ntest: a\nsuccess: a\n",
    ],
)
def test_subunit_among_words_of_tap_stays_subunit(raw: bytes) -> None:
    assert parse_report(raw).format is EvidenceFormat.SUBUNIT_V1


def test_other_formats_stay_what_they_are() -> None:
    raw = json.dumps({"cpid": "", "duration_seconds": 1, "results": [{"name": "TAP version 14"}]})
    assert parse_report(raw.encode()).format is EvidenceFormat.REFSTACK_JSON


def test_every_truncation_is_damage_or_refused_and_nothing_new_passes() -> None:
    lines = [
        "ok 1 - a",
        "not ok 2 - b # TODO x",
        "ok 3 - c # SKIP y",
        "    1..1",
        "    not ok 1 - d",
    ]
    raw = tap("1..4", *lines, "ok 4 - e")
    whole = states(parse_report(raw))
    for size in range(len(raw)):
        try:
            report = parse_report(raw[:size])
        except EvidenceUnreadable:
            continue
        assert report.damage is not None
        assert states(report).items() <= whole.items()


def test_limits_hold() -> None:
    raw = tap("1..30", *(f"ok {n} - test_{n}" for n in range(1, 31)))
    report = parse_report(raw, Limits(tests=10))
    assert len(report.entries) == 10
    assert report.damage is not None
    for limits in (Limits(events=5), Limits(inflated_bytes=99)):
        report = parse_report(raw, limits)
        assert report.damage is not None
        assert report.damage.reason.startswith("more than ")


_WORDS = (
    "ok 1 - a", "not ok 2 - b", "1..2", "    ok 1 - c", "    1..1", "  ---", "  ...", "\r",
    "ok # SKIP", "not ok 3 # TODO", "# words", "TAP version 13", "    # Subtest: x", "Bail out!",
)  # fmt: skip
_LINES = st.one_of(st.sampled_from(_WORDS), st.text(max_size=12))


@settings(max_examples=200, deadline=None)
@given(st.lists(_LINES, max_size=12), st.integers(1, 40))
def test_nothing_but_a_refusal_comes_of_any_text(lines: list[str], size: int) -> None:
    raw = tap(*lines).decode().encode("utf-8", "replace")
    answers: list[object] = []
    for chunks in ((raw,), tuple(pieces(raw, size))):
        try:
            report = parse_report_stream(chunks)
            passed = {name for name, state in states(report).items() if state is PASSED}
            assert len(passed) <= raw.count(b"ok")
            answers.append(report)
        except EvidenceUnreadable as refused:
            answers.append((refused.code, refused.place, str(refused)))
    assert answers[0] == answers[1]
