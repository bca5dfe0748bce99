"""The tests that are still needed, as a list that `tempest run --include-list` takes.

Each line is a regular expression that stestr searches in the id of every test; what follows a `#`
it takes for a comment.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from certification.engine.guideline.model import CapabilityStatus
from certification.engine.report import TestState
from certification.engine.verdict import Evaluation, TestResult


def needed_tests(evaluation: Evaluation) -> list[TestResult]:
    """The tests of required capabilities that did not pass and count, sorted by name."""
    found = {
        test.name: test
        for capability in evaluation.capabilities
        if capability.status is CapabilityStatus.REQUIRED
        for test in capability.tests
        if not test.flagged and not test.waived and test.state is not TestState.PASSED
    }
    return [found[name] for name in sorted(found)]


def include_list(tests: Iterable[TestResult], shared_ids: Collection[str] = ()) -> list[str]:
    """One line a test, sorted: by its whole name with any attributes, or by its id, so that a test
    which Tempest renamed is found too. Classes hand tests on with their ids: those of `shared_ids`
    would find tests that nobody asked for and are left out."""
    return sorted({_pattern(test, shared_ids) for test in tests})


def _pattern(test: TestResult, shared_ids: Collection[str]) -> str:
    bare, bracket, scenario = test.name.partition("(")
    by_name = rf"^{_literal(bare)}(\[[^\]]*\])?{_literal(bracket + scenario)}$"
    if not test.idempotent_id or test.idempotent_id in shared_ids:
        return by_name
    return rf"{by_name}|[\[,]id-{_literal(test.idempotent_id)}[\],]"


def _literal(text: str) -> str:
    """Escaped, and without the sign that begins a comment."""
    return re.escape(text).replace(r"\#", r"\x23").replace(r"\-", "-")
