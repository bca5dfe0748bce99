"""JUnit XML as runners write it, as strangers write it, and torn."""

from __future__ import annotations

import gzip
import time
import tracemalloc

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
from certification.engine.report import EvidenceFormat, EvidenceUnreadable, Report
from tests.engine.formats.building import FAILED, PASSED, SKIPPED, State, pieces

MIB = 1 << 20


def suite(*cases: str, **attributes: object) -> bytes:
    said = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return (
        f'<testsuites><testsuite name="s"{said}>{"".join(cases)}</testsuite></testsuites>'.encode()
    )


def case(name: str = "test_x", inside: str = "", classname: str = "a.b.T", more: str = "") -> str:
    return f'<testcase classname="{classname}" name="{name}" time="0.1" {more}>{inside}</testcase>'


def states(report: Report) -> dict[str, State]:
    return {entry.name: entry.state for entry in report.entries}


@pytest.mark.parametrize(
    ("inside", "more", "state", "reason"),
    [
        ("", "", PASSED, ""),
        ("<system-out>words &lt;failure/&gt;</system-out>", "", PASSED, ""),
        ("<properties><property name='failure' value='x'/></properties>", "", PASSED, ""),
        ("<failure message='m'>trace</failure>", "", FAILED, ""),
        ("<error/>", "", FAILED, ""),
        ("<skipped message='no cloud'/>", "", SKIPPED, "no cloud"),
        ("<skipped>no cloud,\nreally</skipped>", "", SKIPPED, "no cloud, really"),
        (
            "<skipped type='pytest.skip' message='no cloud'>x.py:3</skipped>",
            "",
            SKIPPED,
            "no cloud",
        ),
        ("<skipped/>", "", SKIPPED, ""),
        ("<skipped type='pytest.xfail' message=''/>", "", FAILED, ""),
        ("<skipped/><failure/>", "", FAILED, ""),
        ("<failure/><skipped message='no'/>", "", FAILED, ""),
        ("<flakyFailure/>", "", FAILED, ""),
        ("<rerunError/>", "", FAILED, ""),
        ("<exploded/>", "", SKIPPED, "an element that is not known: exploded"),
        ("", "status='run'", PASSED, ""),
        ("", "status='passed'", PASSED, ""),
        ("", "status='notrun'", SKIPPED, "status: notrun"),
        ("", "result='suppressed'", SKIPPED, "result: suppressed"),
        ("", "status='Failed'", FAILED, ""),
        ("<skipped message='password=hunter2'/>", "", SKIPPED, "password=[removed]"),
    ],
)
def test_how_a_test_ended(inside: str, more: str, state: State, reason: str) -> None:
    report = parse_report(suite(case(inside=inside, more=more)))
    assert report.format is EvidenceFormat.JUNIT_XML
    (entry,) = report.entries
    assert (entry.name, entry.state, entry.reason) == ("a.b.T.test_x", state, reason)
    assert report.damage is None
    assert decode_report(encode_report(report)) == report


def test_names_are_judged_like_those_of_other_formats() -> None:
    report = parse_report(
        suite(
            case("test_x[id-ABC,smoke]"), case("test_y[1]"), case("test_y[2]", "<failure/>"),
            case("setUpClass (a.b.U)", "<error/>", classname=""), case("alone", classname=""),
        )
    )  # fmt: skip
    found = [(entry.name, entry.idempotent_id, entry.state) for entry in report.entries]
    assert found == [
        ("a.b.T.test_x", "abc", PASSED), ("a.b.T.test_y", "", FAILED), ("alone", "", PASSED),
    ]  # fmt: skip
    assert [fixture.scope for fixture in report.fixtures] == ["a.b.U"]


def test_seen_twice_the_worse_counts() -> None:
    for cases in ((case(), case(inside="<skipped/>")), (case(inside="<skipped/>"), case())):
        assert states(parse_report(suite(*cases))) == {"a.b.T.test_x": SKIPPED}


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbf" + suite(case()),
        b"\n  <?xml version='1.0'?>".strip() + suite(case()),
        ('<?xml version="1.0" encoding="utf-16"?>' + suite(case()).decode()).encode("utf-16"),
        ('<?xml version="1.0" encoding="latin-1"?>' + suite(case()).decode()).encode("latin-1"),
        b"<testsuite xmlns='urn:x'>" + case().encode() + b"</testsuite>",
        b"<testsuites><testsuite>" + suite(case())[12:-13] + b"</testsuite></testsuites>",
        gzip.compress(suite(case()), mtime=0),
    ],
)  # fmt: skip
def test_spellings_of_the_same_report(raw: bytes) -> None:
    assert states(parse_report(raw)) == {"a.b.T.test_x": PASSED}
    assert parse_report_stream(pieces(raw, 1)) == parse_report(raw)


@pytest.mark.parametrize(
    ("raw", "code", "place"),
    [
        (b"<?xml version='1.0'?><testsuite/>", "evidence-no-result", ""),
        (b"<html><testcase name='x'/></html>", "evidence-format-unknown", "line 1, column 6"),
        (b"<testsuite>\n<oops", "xml-malformed", "line 2, column 0"),
        (b"<testsuite>\n</oops>", "xml-malformed", "line 2, column 2"),
        (b"<testsuite>&x;</testsuite>", "xml-malformed", "line 1, column 11"),
        (b"<testsuite><testcase/></testsuite>", "xml-malformed", "line 1, column 22"),
        (b"<testsuite>" + b"<a>" * 99, "xml-malformed", "line 1, column 203"),
        (b"<!DOCTYPE testsuite><testsuite/>", "xml-doctype", "line 1, column 19"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><testsuite/>', "xml-doctype", "line 1, column 12"),
        (b"<?xml version='1.0' encoding='x'?><testsuite/>", "xml-malformed", "line 1, column 30"),
        (b"<testsuite>\x00", "xml-malformed", "line 1, column 11"),
    ],
)  # fmt: skip
def test_what_is_no_report_is_refused_with_its_place(raw: bytes, code: str, place: str) -> None:
    with pytest.raises(EvidenceUnreadable) as refused:
        parse_report(raw)
    assert (refused.value.code, refused.value.place) == (code, place)
    assert len(str(refused.value)) > 30


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (suite(case(), tests=2), "a suite says 2 tests and holds 1"),
        (suite(case(), failures=1), "a suite says that tests failed and holds none that did"),
        (suite(case(), errors=1), "a suite says that tests failed and holds none that did"),
        (suite(case(), "<error/>"), "a suite itself failed, so that its tests do not tell all"),
        (suite(case()) + b"<more/>", "the XML is not well-formed"),
        (suite(case(), case("b", case("c"))), "a test inside a test"),
        (suite(case(), case(" ")), "a test without a name"),
        (suite(case(), case("x" * 600)), "a name longer than 512 characters"),
        (suite(case(), "<a/>" * 9) + b"<", "the XML is not well-formed"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_damaged(raw: bytes, reason: str) -> None:
    report = parse_report(raw)
    assert report.damage is not None
    assert report.damage.reason.startswith(reason)
    assert states(report)["a.b.T.test_x"] is PASSED


def test_numbers_that_agree_are_no_damage() -> None:
    raw = suite(case(), case("b", "<failure/>"), case("c", "<skipped/>"), tests=3, failures=1)
    assert parse_report(raw).damage is None
    assert parse_report(suite(case(), tests="many", failures="-1")).damage is None


def test_every_truncation_is_damage_or_refused_and_nothing_new_passes() -> None:
    raw = suite(case("a"), case("b", "<failure>x</failure>"), case("c", "<skipped/>"), case("d"))
    whole = states(parse_report(raw))
    for size in range(len(raw)):
        try:
            report = parse_report(raw[:size])
        except EvidenceUnreadable:
            continue
        assert report.damage is not None
        for name, state in states(report).items():
            assert state is whole[name] or state is FAILED


def test_limits_hold() -> None:
    raw = suite(*(case(f"test_{n}") for n in range(30)))
    report = parse_report(raw, Limits(tests=10))
    assert len(report.entries) == 10
    assert report.damage is not None
    assert report.damage.reason.startswith("more than 10 tests")
    report = parse_report(raw, Limits(inflated_bytes=len(raw) // 2))
    assert report.damage is not None
    assert report.damage.reason.startswith("more than ")


@pytest.mark.slow
@pytest.mark.parametrize(
    "filler",
    [b"<a/>", b"x", b"<!-- x", b"<a b='"],
)
def test_a_bomb_costs_little_time_and_memory(filler: bytes) -> None:
    start = b"<testsuite>" + case().encode()
    raw = gzip.compress(start + filler * (24 * MIB // len(filler)), 1)
    tracemalloc.start()
    began = time.process_time()
    # With a fifth of the tests it may have a fifth of the elements, and takes a fifth of the time.
    report = parse_report(raw, Limits(tests=4_000))
    spent = time.process_time() - began
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert report.damage is not None
    assert peak < 32 * MIB
    assert spent < 4.0


def test_names_without_end_are_not_remembered() -> None:
    raw = b"<testsuite>" + case().encode() + b"".join(b"<a%d/>" % n for n in range(5_000))
    report = parse_report(raw)
    assert report.damage is not None
    assert "different names" in report.damage.reason


_PARTS = (
    "<testsuite>", "</testsuite>", case(), "<testcase name='t'>", "</testcase>", "<skipped/>",
    "<failure>", "</failure>", "<!--", "-->", "&lt;", "&", "<![CDATA[", "]]>", "<?p ?>",
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(_PARTS), st.text(max_size=8)), max_size=12),
    st.integers(1, 40),
)
def test_nothing_but_a_refusal_comes_of_any_text(parts: list[str], size: int) -> None:
    raw = ("<testsuite>" + "".join(parts)).encode("utf-8", "replace")
    answers: list[object] = []
    for chunks in ((raw,), tuple(pieces(raw, size))):
        try:
            answers.append(parse_report_stream(chunks))
        except EvidenceUnreadable as refused:
            answers.append((refused.code, refused.place, str(refused)))
    assert answers[0] == answers[1]
