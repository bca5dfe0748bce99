"""A scanner for subunit version 1, the text form that stestr keeps in `.stestr/N`.

It follows python-subunit's TestProtocolServer: between the protocol's lines any text may stand, and
inside a test only the outcome of that very test counts.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import NamedTuple

from certification.engine.formats.ledger import Ledger
from certification.engine.formats.limits import Limits, StreamFault
from certification.engine.formats.naming import Identity
from certification.engine.formats.subunit_v1_details import (
    LONGEST_LINE,
    Details,
    MultipartDetails,
    PlainDetails,
)
from certification.engine.report import (
    Damage,
    EvidenceFormat,
    EvidenceUnreadable,
    Report,
    TestState,
)

_OUTCOMES = {
    b"success": TestState.PASSED,
    b"successful": TestState.PASSED,
    b"skip": TestState.SKIPPED,
    b"failure": TestState.FAILED,
    b"fail": TestState.FAILED,
    b"error": TestState.FAILED,
    b"xfail": TestState.FAILED,
    b"uxsuccess": TestState.FAILED,
}
_DIRECTIVE = re.compile(
    rb"^(?=[tsfexup])(test|testing|time|tags|progress|"
    + b"|".join(_OUTCOMES)
    + rb"):*[ \t\r\v\f]([^\n]*)\n",
    re.MULTILINE,
)


class _Running(NamedTuple):
    """The test that began. `raw_id` is its id as the stream spells it."""

    test: Identity
    raw_id: bytes
    started_at: float | None


class SubunitV1:
    """Feed it the inflated stream in pieces of any size, then call `finish`."""

    def __init__(self, limits: Limits) -> None:
        self._ledger = Ledger(limits)
        self._damage: Damage | None = None
        self._tail = b""
        self._offset = 0  # of the first byte of `_tail`
        self._inside_long_line = False
        self._any_test = False
        self._now: float | None = None
        self._running: _Running | None = None
        # An outcome that was announced and whose details are being read.
        self._details: Details | None = None
        self._outcome = TestState.MISSING
        self._outcome_offset = 0

    def feed(self, piece: bytes) -> bool:
        """Read on. False once the stream is damaged: nothing more need be fed."""
        stream = self._tail + piece if self._tail else piece
        at = 0
        try:
            while (after := self._read(stream, at)) is not None:
                at = after
        except StreamFault as fault:
            self._damage = Damage(self._offset + fault.distance + at, str(fault))
        self._tail = stream[at:]
        self._offset += at
        return self._damage is None

    def finish(self, size_bytes: int, cut: str = "") -> Report:
        """The report of all that was fed. `cut` says why the bytes ended early, if they did."""
        if self._damage is None and (self._tail or cut or self._details or self._inside_long_line):
            at = self._outcome_offset if self._details else self._offset
            self._damage = Damage(at, cut or "the stream ends inside a line or a test's details")
        if not self._any_test:
            raise EvidenceUnreadable(
                "evidence-format-unknown",
                "This is no evidence that we read: subunit, RefStack JSON, JUnit XML, TAP, a "
                "`.stestr` folder as tar, or a bundle of the test kit. Upload the file .stestr/N, "
                "the output of `stestr last --subunit`, or the file that your test runner wrote.",
                place="byte 0",
            )
        if self._running:
            self._ledger.never_ended(self._running.test, self._running.started_at)
        return self._ledger.report(EvidenceFormat.SUBUNIT_V1, size_bytes, self._damage)

    def _read(self, stream: bytes, at: int) -> int | None:
        """Read on from `at`; the next position, or None where more bytes are needed."""
        if self._details is None:
            return self._read_line(stream, at)
        after = self._details.read(stream, at)
        if self._details.ended:
            self._end_test(self._details.reason)
        return after

    def _read_line(self, stream: bytes, at: int) -> int | None:
        """The next line of the protocol; the text before it is passed over."""
        if self._inside_long_line:
            return self._leave_long_line(stream, at)
        line = _DIRECTIVE.search(stream, at)
        if line is None:
            return self._pass_over(stream, at)
        if line.end() - line.start() > LONGEST_LINE:
            self._ledger.pass_over(line.end() - at)
            return line.end()
        self._ledger.pass_over(line.start() - at)
        try:
            self._ledger.step()
            self._obey(line[1], line[2], self._offset + line.start())
        except StreamFault as fault:
            raise StreamFault(str(fault), distance=line.start() - at) from None
        return line.end()

    def _obey(self, word: bytes, rest: bytes, offset: int) -> None:
        if not rest.strip():
            return
        if word == b"time":
            self._now = _moment(rest)
        elif word == b"tags":
            tags = rest.split()
            self._ledger.count_tags(len(tags))
            for tag in tags:
                self._ledger.saw_tag(tag)
        elif self._running is None:
            if word in (b"test", b"testing"):
                self._begin_test(rest)
        elif word in _OUTCOMES:
            self._take_outcome(_OUTCOMES[word], rest, self._running.raw_id, offset)

    def _begin_test(self, raw_id: bytes) -> None:
        self._any_test = True
        test = self._ledger.identities.get(raw_id) or self._ledger.identify(raw_id)
        self._running = _Running(test, raw_id, self._now)
        self._ledger.events += 1

    def _take_outcome(self, state: TestState, rest: bytes, raw_id: bytes, offset: int) -> None:
        """An outcome of another test than the running one is text like any other."""
        if not rest.startswith(raw_id):
            return
        opening = rest[len(raw_id) :]
        self._outcome, self._outcome_offset = state, offset
        if opening == b"":
            self._end_test(b"")
        elif opening == b" [":
            self._details = PlainDetails(self._ledger)
        elif opening == b" [ multipart":
            self._details = MultipartDetails(self._ledger)

    def _end_test(self, reason: bytes) -> None:
        if self._running:
            test, _, started_at = self._running
            self._ledger.record(test, self._outcome, started_at, self._now, reason)
        self._ledger.events += 1
        self._running = self._details = None

    def _pass_over(self, stream: bytes, at: int) -> int | None:
        """Pass over whole lines of text; the last, unfinished line stays until it is whole."""
        after = max(stream.rfind(b"\n", at) + 1, at)
        if len(stream) - after > LONGEST_LINE:
            self._inside_long_line = True
            after = len(stream)
        self._ledger.pass_over(after - at)
        return after if after > at else None

    def _leave_long_line(self, stream: bytes, at: int) -> int | None:
        newline = stream.find(b"\n", at)
        self._inside_long_line = newline < 0
        after = len(stream) if newline < 0 else newline + 1
        self._ledger.pass_over(after - at)
        return after if after > at else None


def _moment(text: bytes) -> float | None:
    """Seconds since the epoch of an ISO 8601 time, UTC unless it says otherwise."""
    try:
        moment = datetime.fromisoformat(text.decode("ascii").strip())
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return moment.timestamp()
    except (ValueError, OverflowError):
        return None
