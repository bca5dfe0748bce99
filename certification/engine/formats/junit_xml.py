"""JUnit XML, the report that most test runners can write.

There is no standard; read is what the runners agree on: `testcase` elements at any depth below
`testsuites` or `testsuite`, with `classname` and `name`, and in them `failure`, `error` or
`skipped`. No test passes because a word was not understood: such a test counts as skipped.
"""

from __future__ import annotations

from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from certification.engine.formats.junit_suites import RootUnknown, Suites
from certification.engine.formats.limits import MIB, Limits, StreamFault
from certification.engine.report import Damage, EvidenceUnreadable, Report

#: A parser holds a tag or a comment until its end is there.
_LONGEST_TOKEN_BYTES = MIB
_STEP_BYTES = 64 * 1024


class JunitXml:
    """Feed it the inflated text in pieces of any size, then call `finish`."""

    def __init__(self, limits: Limits) -> None:
        self._suites = Suites(limits)
        self._parser = DefusedXMLParser(target=self._suites, forbid_dtd=True)
        self._expat = self._parser.parser
        self._damage: Damage | None = None
        self._held = b""
        self._fed_bytes = 0

    def feed(self, piece: bytes) -> bool:
        """Read on. False once the text is damaged. Raises EvidenceUnreadable for what is refused
        whatever else stands there: another root, a DTD, entities."""
        # Blocks of one size, so that how the evidence is cut into pieces changes nothing.
        text = self._held + piece if self._held else piece
        at = 0
        while len(text) - at >= _STEP_BYTES and self._damage is None:
            self._parse(text[at : at + _STEP_BYTES])
            at += _STEP_BYTES
        self._held = text[at:]
        return self._damage is None

    def finish(self, size_bytes: int, cut: str = "") -> Report:
        """The report of all that was fed. `cut` says why the bytes ended early, if they did.

        Raises EvidenceUnreadable: `xml-malformed` with line and column where no test was read,
        `evidence-no-result`, and as `feed` does.
        """
        if self._damage is None:
            self._parse(self._held)
        if self._damage is None and cut:
            self._suites.break_off()
            self._damage = Damage(size_bytes, cut)
        if self._damage is None:
            self._parse(None)
        if self._damage is None and self._suites.contradiction:
            self._damage = Damage(size_bytes, self._suites.contradiction)
        return self._suites.report(size_bytes, self._damage)

    def _parse(self, block: bytes | None) -> None:
        """The next block; None stands for the end of the text."""
        try:
            if block is None:
                self._parser.close()
            else:
                self._parser.feed(block)
                self._fed_bytes += len(block)
                if self._fed_bytes - self._expat.CurrentByteIndex > _LONGEST_TOKEN_BYTES:
                    raise StreamFault(f"a tag or comment of more than {_LONGEST_TOKEN_BYTES} bytes")
        except DefusedXmlException:
            raise EvidenceUnreadable(
                "xml-doctype",
                "The XML holds a document type or entities, which are not read. "
                "Upload the report as the test runner wrote it.",
                place=self._place(),
            ) from None
        except RootUnknown as unknown:
            raise EvidenceUnreadable(
                "evidence-format-unknown",
                f"This XML begins with <{unknown}>; a JUnit report begins with <testsuites> or "
                "<testsuite>.",
                place=self._place(),
            ) from None
        except ParseError as error:
            self._break_off(f"the XML is not well-formed ({error})")
        except StreamFault as fault:
            self._break_off(f"{fault} ({self._place()})")
        except (LookupError, ValueError):
            self._break_off("its encoding is not read; save it as UTF-8")

    def _break_off(self, reason: str) -> None:
        if not self._suites.any_test:
            raise EvidenceUnreadable(
                "xml-malformed",
                f"No test could be read: {reason}. Upload the report as the test runner wrote it.",
                place=self._place(),
            )
        self._suites.break_off()
        self._damage = Damage(max(self._expat.CurrentByteIndex, 0), reason)

    def _place(self) -> str:
        return f"line {self._expat.CurrentLineNumber}, column {self._expat.CurrentColumnNumber}"
