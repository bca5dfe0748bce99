"""The text form is read as python-subunit's TestProtocolServer reads it."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import pytest
import subunit
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.engine.formats import parse_report, parse_report_stream
from certification.engine.report import EvidenceUnreadable, Report
from tests.engine.formats.building import FAILED, PASSED, SKIPPED, State, pieces, worst

#: python-subunit itself fails on a `uxsuccess` outside of a test, so only tests get one.
STRAY_WORDS = ["success", "successful", "skip", "failure", "error", "xfail"]
WORDS = [*STRAY_WORDS, "uxsuccess"]
test_ids = st.sampled_from(["a.T.test_x[id-1]", "a.T.test_y", "b é (v4)", "s:x", "a.T.test_x2"])
noise = st.sampled_from(
    ["hello\n", "\n", " test: a\n", "testing\n", "test:\n", "time: \n", "]\n", "x\n" * 9]
)
times = st.datetimes(min_value=datetime(1970, 1, 1)).map("time: {:%Y-%m-%d %H:%M:%S.%f}Z\n".format)
tags = st.sampled_from(["tags: worker-0 smoke\n", "tags: -worker-0\n", "progress: +2\n"])


@st.composite
def attachments(draw: st.DrawFn) -> str:
    chunks = draw(st.lists(st.text("ab]\n:é ", min_size=1, max_size=20), max_size=3))
    sized = "".join(f"{len(chunk.encode()):X}\r\n{chunk}" for chunk in chunks)
    name = draw(st.sampled_from(["reason", "traceback", "log"]))
    return f"Content-Type: text/plain;charset=utf8\n{name}\n{sized}0\r\n"


@st.composite
def outcomes(draw: st.DrawFn) -> str:
    word, test_id = draw(st.sampled_from(STRAY_WORDS)), draw(test_ids)
    colon = draw(st.sampled_from([": ", " "]))
    plain = st.lists(st.sampled_from(["line\n", " ] quoted\n", "test: x\n"]), max_size=3)
    details = draw(
        st.one_of(
            st.just(""),
            plain.map(lambda lines: " [\n" + "".join(lines) + "]"),
            st.lists(attachments(), max_size=2).map(
                lambda parts: " [ multipart\n" + "".join(parts) + "]"
            ),
        )
    )
    return f"{word}{colon}{test_id}{details}\n"


@st.composite
def whole_tests(draw: st.DrawFn) -> str:
    """A test that began, and mostly its own outcome; sometimes only something like it."""
    test_id = draw(test_ids)
    outcome = draw(outcomes())
    if draw(st.integers(0, 5)):
        word = draw(st.sampled_from(WORDS))
        outcome = f"{word}: {test_id}\n" if draw(st.booleans()) else f"{word}: {test_id} [\nx\n]\n"
    between = "".join(draw(st.lists(noise | times | tags, max_size=2)))
    return f"test: {test_id}\n{between}{outcome}"


streams = st.lists(
    st.one_of(whole_tests(), whole_tests(), outcomes(), noise, times, tags), min_size=1
).map(lambda parts: "".join(parts).encode())


class Recorder:
    """A result that notes each outcome; without `addUnexpectedSuccess` it would be told success."""

    def __init__(self) -> None:
        self.outcomes: list[tuple[str, State]] = []

    def _note(self, test: Any, state: State) -> None:
        self.outcomes.append((test.id(), state))

    def startTest(self, test: Any) -> None: ...  # noqa: N802 - the names are unittest's
    def stopTest(self, test: Any) -> None: ...  # noqa: N802

    def addSuccess(self, test: Any, details: Any = None) -> None:  # noqa: N802
        self._note(test, PASSED)

    def addSkip(self, test: Any, reason: Any = None, details: Any = None) -> None:  # noqa: N802
        self._note(test, SKIPPED)

    def addFailure(self, test: Any, err: Any = None, details: Any = None) -> None:  # noqa: N802
        self._note(test, FAILED)

    addError = addExpectedFailure = addUnexpectedSuccess = addFailure  # noqa: N815


def read_by_subunit(stream: bytes) -> list[tuple[str, State]]:
    recorder = Recorder()
    subunit.TestProtocolServer(recorder, io.BytesIO()).readFrom(io.BytesIO(stream))
    return recorder.outcomes


def report_of(stream: bytes) -> Report | None:
    """The report, or None where nothing was proven; nothing else may be raised."""
    try:
        return parse_report(stream)
    except EvidenceUnreadable:
        return None


def agrees(stream: bytes) -> None:
    expected = worst(read_by_subunit(stream))
    report = report_of(stream)
    found = report.entries if report else ()
    assert {(e.name, e.idempotent_id): e.state for e in found} == expected
    if report and stream.endswith(b"\n"):
        assert report.damage is None
        assert parse_report_stream(pieces(stream, 5)) == report


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(streams)
def test_every_stream_reads_as_python_subunit_reads_it(stream: bytes) -> None:
    agrees(stream + b"\n")


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(streams, st.integers(0))
def test_a_stream_cut_short_adds_no_pass(stream: bytes, place: int) -> None:
    passed = {test for test, state in read_by_subunit(stream) if state is PASSED}
    cut = report_of(stream[: place % len(stream)])
    now = {entry.name for entry in cut.entries if entry.state is PASSED} if cut else set()
    assert now <= {name for name, _ in worst((test, PASSED) for test in passed)}


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(streams, st.integers(0), st.binary(max_size=3), st.integers(1, 40))
def test_any_bytes_are_read_or_refused_and_pieces_change_nothing(
    stream: bytes, place: int, junk: bytes, size: int
) -> None:
    at = place % len(stream)
    spoilt = b"t" + stream[:at] + junk + stream[at:]
    whole = report_of(spoilt)
    try:
        assert parse_report_stream(pieces(spoilt, size)) == whole
    except EvidenceUnreadable:
        assert whole is None


@pytest.mark.long
@settings(max_examples=3_000, deadline=None)
@given(streams)
def test_many_streams_read_as_python_subunit_reads_them(stream: bytes) -> None:
    agrees(stream + b"\n")
