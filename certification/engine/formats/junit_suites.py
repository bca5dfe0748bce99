"""What the elements of a JUnit report say, one after the other; nothing but counts is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from certification.engine.formats.ledger import REASON_BYTES, Ledger
from certification.engine.formats.limits import Limits, StreamFault
from certification.engine.report import SEVERITY, Damage, EvidenceFormat, Report, TestState

_SUITES = frozenset({"testsuites", "testsuite"})
_FAILING = frozenset(
    {"failure", "error", "rerunFailure", "rerunError", "flakyFailure", "flakyError"}
)
#: `skip` is what pyjunitxml writes, and so subunit2junitxml behind Tempest.
_SKIPPING = frozenset({"skipped", "skip", "ignored", "disabled"})
#: pytest writes a failure that was expected as `<skipped type="pytest.xfail">`.
_EXPECTED_FAILURE = "xfail"
_SAYING_NOTHING = frozenset({"system-out", "system-err", "properties", "attachments", "passed"})
#: What runners write into `status` or `result` of a test that ran; other words mean it did not.
_RAN = frozenset({"", "run", "passed", "pass", "success", "successful", "ok", "completed"})
_FAILED = frozenset(
    {"failed", "failure", "fail", "error", "errored", "broken"}
    | {"timedout", "panicked", "interrupted", "aborted"}  # Ginkgo's, as in the e2e tests of k8s
)
#: Ginkgo puts the kind of a node before its text; `It` is a test.
_GINKGO_TEST = "[It] "
_DEEPEST = 64
#: A test with its output, properties and failures rarely has more than five.
_ELEMENTS_A_TEST = 20
#: Distinct names of elements and attributes: the parser remembers each.
_MOST_NAMES = 1_000
_LONGEST_NAME = 1_024


class RootUnknown(Exception):
    """The outermost element is not that of a JUnit report; the message is its name."""


@dataclass(slots=True)
class _Suite:
    """What a suite says of itself, and what was found in it. -1 where it says nothing."""

    tests: int
    bad: int
    found: int = 0
    found_bad: int = 0


@dataclass(slots=True)
class _Case:
    raw_id: bytes
    depth: int
    state: TestState = TestState.PASSED
    reason: bytes = b""


class Suites:
    """The target of the XML parser. `contradiction` says what of the suites' own numbers is not
    borne out by their tests; empty if nothing. Raises StreamFault and RootUnknown."""

    def __init__(self, limits: Limits) -> None:
        self.contradiction = ""
        self.any_test = False
        self._ledger = Ledger(limits)
        self._room = limits.tests * _ELEMENTS_A_TEST
        self._names: set[str] = set()
        self._depth = 0
        self._suites: list[_Suite] = []
        self._case: _Case | None = None
        self._in_reason = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        self._check_size(tag, attributes)
        word = tag.rpartition("}")[2]
        if self._depth == 1 and word not in _SUITES:
            raise RootUnknown("".join(c if c.isprintable() else "?" for c in word[:40]))
        if word == "testcase":
            self._begin_case(attributes)
        elif self._case is None:
            self._begin_other(word, attributes)
        elif self._depth == self._case.depth + 1:
            self._judge(self._case, word, attributes)

    def data(self, text: str) -> None:
        if self._in_reason and self._case is not None and len(self._case.reason) <= REASON_BYTES:
            self._case.reason += text[: REASON_BYTES + 1].encode()

    def end(self, tag: str) -> None:
        word = tag.rpartition("}")[2]
        case = self._case
        if case is None:
            if word in _SUITES:
                self._end_suite()
        elif self._depth == case.depth:
            self._end_case(case)
        elif self._depth == case.depth + 1:
            self._in_reason = False
        self._depth -= 1

    def break_off(self) -> None:
        """The text ends here: a test that began has no result."""
        if self._case is not None:
            self._ledger.never_ended(self._identity(self._case.raw_id), None)
            self._case = None

    def report(self, size_bytes: int, damage: Damage | None) -> Report:
        """Raises EvidenceUnreadable if there was no test."""
        return self._ledger.report(EvidenceFormat.JUNIT_XML, size_bytes, damage)

    def _check_size(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._room -= 1
        if self._room < 0:
            raise StreamFault("more elements than its tests can need")
        if self._depth > _DEEPEST:
            raise StreamFault(f"elements nested deeper than {_DEEPEST} levels")
        if tag not in self._names or not self._names.issuperset(attributes):
            self._learn(tag, *attributes)

    def _learn(self, *names: str) -> None:
        if max(map(len, names)) > _LONGEST_NAME:
            raise StreamFault(
                f"a name of an element or attribute of more than {_LONGEST_NAME} letters"
            )
        self._names.update(names)
        if len(self._names) > _MOST_NAMES:
            raise StreamFault(f"more than {_MOST_NAMES} different names of elements and attributes")

    def _begin_other(self, word: str, attributes: Mapping[str, str]) -> None:
        if word in _SUITES:
            tests, *bad = (_number(attributes.get(key)) for key in ("tests", "failures", "errors"))
            self._suites.append(_Suite(tests, max(*bad)))
        elif word in _FAILING:
            self._contradict("a suite itself failed, so that its tests do not tell all")

    def _begin_case(self, attributes: Mapping[str, str]) -> None:
        if self._case is not None:
            raise StreamFault("a test inside a test")
        name = attributes.get("name", "").strip()
        if not name:
            raise StreamFault("a test without a name")
        case = _Case(_test_id(attributes.get("classname", "").strip(), name).encode(), self._depth)
        self._identity(case.raw_id)
        for key in ("status", "result"):
            said = attributes.get(key, "").strip().lower()
            if said in _FAILED:
                _worsen(case, TestState.FAILED)
            elif said not in _RAN:
                _worsen(case, TestState.SKIPPED, f"{key}: {said}")
        self._case = case

    def _judge(self, case: _Case, word: str, attributes: Mapping[str, str]) -> None:
        """An element directly inside a test."""
        if word in _FAILING or _EXPECTED_FAILURE in attributes.get("type", "").lower():
            _worsen(case, TestState.FAILED)
        elif word in _SKIPPING:
            _worsen(case, TestState.SKIPPED, attributes.get("message", ""))
            self._in_reason = case.reason == b""
        elif word not in _SAYING_NOTHING:
            _worsen(case, TestState.SKIPPED, f"an element that is not known: {word}")

    def _end_case(self, case: _Case) -> None:
        self._ledger.record(self._identity(case.raw_id), case.state, None, None, case.reason)
        self._ledger.events += 1
        self.any_test = True
        self._case, self._in_reason = None, False
        if self._suites:
            self._suites[-1].found += 1
            self._suites[-1].found_bad += case.state is TestState.FAILED

    def _end_suite(self) -> None:
        suite = self._suites.pop()
        if suite.tests > suite.found:
            self._contradict(f"a suite says {suite.tests} tests and holds {suite.found}")
        if suite.bad > 0 and not suite.found_bad:
            self._contradict("a suite says that tests failed and holds none that did")
        if self._suites:
            self._suites[-1].found += suite.found
            self._suites[-1].found_bad += suite.found_bad

    def _contradict(self, what: str) -> None:
        self.contradiction = self.contradiction or what

    def _identity(self, raw_id: bytes) -> tuple[str, str]:
        return self._ledger.identities.get(raw_id) or self._ledger.identify(raw_id)


def _test_id(scope: str, name: str) -> str:
    """`a.b.T` and `test_x` give `a.b.T.test_x`. A scope of several words, as in
    `Kubernetes e2e suite`, is the title of a report and no part of the test's name."""
    if not scope or " " in scope:
        return name.removeprefix(_GINKGO_TEST)
    return f"{scope}.{name}"


def _worsen(case: _Case, state: TestState, reason: str = "") -> None:
    if SEVERITY[state] > SEVERITY[case.state]:
        case.state = state
        case.reason = reason[: REASON_BYTES + 1].encode()


def _number(text: str | None) -> int:
    """-1 for what is no number: then nothing is compared."""
    return int(text) if text and len(text) <= 9 and text.isascii() and text.isdigit() else -1
