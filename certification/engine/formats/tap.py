"""TAP 13 and 14: one line a test, a plan that says how many, subtests by indentation.

    TAP version 14
    1..2
    ok 1 - a.b.test_x
    not ok 2 - a.b.test_y # TODO still failing

A test's id is its description. A failing `# TODO` failed, as an expected failure does everywhere
here. Every line of a subtest is a test too, and what goes wrong in it its parent has failed.
"""

from __future__ import annotations

import re

from certification.engine.formats.ledger import Ledger
from certification.engine.formats.limits import MIB, Limits, StreamFault
from certification.engine.formats.tap_levels import Levels
from certification.engine.report import (
    Damage,
    EvidenceFormat,
    EvidenceUnreadable,
    Report,
    TestState,
)

_VERSION = re.compile(rb"TAP version (\d{1,4})\s*")
_PLAN = re.compile(rb"1\.\.(\d{1,9})\s*(?:#.*)?", re.DOTALL)
_POINT = re.compile(
    rb"(not )?ok(?=[ \t]|$)(?:[ \t]+(\d{1,9})(?![^\s]))?[ \t]*(?:-(?=\s|$))?[ \t]*(.*)", re.DOTALL
)
_DIRECTIVE = re.compile(rb"(?:^|(?<=\s))#[ \t]*(skip|todo)\S*[ \t]*(.*)", re.IGNORECASE | re.DOTALL)
_ESCAPED = re.compile(rb"\\([\\#])")
_BAIL_OUT = b"Bail out!"
#: How TAP begins: with its version, or with a plan and a test, as older writers do.
_BEGINNING = re.compile(
    rb"TAP version \d|1\.\.\d{1,9}[^\n]*\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*(?:not )?ok\b"
)
_VERSIONS = frozenset({13, 14})
_INDENT = 4
_DEEPEST = 16
_LONGEST_LINE = MIB


def is_tap(text: bytes) -> bool:
    """Whether a text that begins like this is TAP. Subunit 1 says `success`, never `ok`."""
    return _BEGINNING.match(text) is not None


class Tap:
    """Feed it the inflated text in pieces of any size, then call `finish`."""

    def __init__(self, limits: Limits) -> None:
        self._ledger = Ledger(limits)
        self._levels = Levels()
        self._damage: Damage | None = None
        self._tail = b""
        self._offset = 0  # of the first byte of `_tail`
        # The line that ends the YAML block which is being passed over.
        self._end_of_block = b""

    def feed(self, piece: bytes) -> bool:
        """Read on. False once the text is damaged: nothing more need be fed."""
        text = self._tail + piece if self._tail else piece
        at = 0
        try:
            while (after := text.find(b"\n", at) + 1) > 0:
                self._read_line(text[at:after])
                at = after
            if len(text) - at > _LONGEST_LINE:
                raise StreamFault(f"a line of more than {_LONGEST_LINE} bytes")
        except StreamFault as fault:
            self._damage = Damage(self._offset + at, str(fault))
        self._tail = text[at:]
        self._offset += at
        return self._damage is None

    def finish(self, size_bytes: int, cut: str = "") -> Report:
        """The report of all that was fed. `cut` says why the bytes ended early, if they did.

        Raises EvidenceUnreadable (`evidence-no-result`, `evidence-damaged`) without any test.
        """
        if self._damage is None:
            missing = self._levels.shortfall()
            if cut or self._tail or missing:
                reason = cut or ("the text ends inside a line" if self._tail else missing)
                self._damage = Damage(self._offset, reason)
        if not self._levels.any_point and self._damage is None:
            raise EvidenceUnreadable(
                "evidence-no-result",
                "The TAP text is whole but holds no test. Upload the output of a run.",
            )
        return self._ledger.report(EvidenceFormat.TAP, size_bytes, self._damage)

    def _read_line(self, raw: bytes) -> None:
        self._ledger.step()
        line = raw.rstrip()
        if self._end_of_block:
            if line == self._end_of_block:
                self._end_of_block = b""
            self._ledger.pass_over(len(raw))
            return
        text = line.lstrip(b" ")
        margin = len(line) - len(text)
        if text == b"---" and margin % _INDENT:
            self._end_of_block = line[:margin] + b"..."
        elif margin % _INDENT == 0 and self._obey(text, margin // _INDENT):
            return
        self._ledger.pass_over(len(raw))

    def _obey(self, text: bytes, depth: int) -> bool:
        """Whether the line is one of TAP's. Raises StreamFault where nothing after it counts."""
        if text.startswith(_BAIL_OUT):
            raise StreamFault("the run was given up (`Bail out!`)")
        if version := _VERSION.fullmatch(text):
            self._begin(int(version[1]), depth)
        elif plan := _PLAN.fullmatch(text):
            self._levels.plan(depth, int(plan[1]))
        elif point := _POINT.fullmatch(text):
            self._take(point, depth)
        else:
            return False
        return True

    def _begin(self, version: int, depth: int) -> None:
        if version not in _VERSIONS:
            raise StreamFault(f"TAP version {version}, where 13 and 14 are read")
        if depth == 0 and self._levels.begun:
            raise StreamFault("a second TAP text in the same file")
        self._levels.begun = True

    def _take(self, point: re.Match[bytes], depth: int) -> None:
        if depth > _DEEPEST:
            raise StreamFault(f"subtests nested deeper than {_DEEPEST} levels")
        directive = _DIRECTIVE.search(point[3])
        description = point[3][: directive.start()] if directive else point[3]
        number, below = self._levels.point(depth, int(point[2]) if point[2] else None)
        raw_id = _ESCAPED.sub(rb"\1", description).strip() or b"test %d" % number
        test = self._ledger.identities.get(raw_id) or self._ledger.identify(raw_id)
        state = TestState.FAILED if point[1] or below else TestState.PASSED
        reason = b""
        if directive and state is TestState.PASSED:
            skip = directive[1].lower() == b"skip"
            state = TestState.SKIPPED if skip else TestState.FAILED
            reason = directive[2].strip()
        if state is TestState.FAILED:
            self._levels.failed(depth)
        self._ledger.record(test, state, None, None, reason)
        self._ledger.events += 1
