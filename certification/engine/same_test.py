"""Which entries of several runs speak for one test, by the rules that find a guideline's tests.

An entry speaks for the tests that have its name, as their own or as an alias. One with a name that
the guideline does not know speaks for the tests with its id. Ids that contradict do not part a
name here: who renames or renumbers a test between two runs wins nothing by it. All other entries
speak for their own name alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from certification.engine.report import Entry
from certification.engine.verdict.compiled import CompiledGuideline
from certification.engine.verdict.sighting import covers


class SameTest:
    """Names every test by one word. Tests that some entry speaks for together are one test, so
    that the answer does not hang on the order of runs or entries."""

    def __init__(self, compiled: CompiledGuideline, entries: Iterable[Entry]) -> None:
        self._tests = compiled.tests
        self._by_name: dict[str, list[int]] = defaultdict(list)
        self._by_id: dict[str, list[int]] = defaultdict(list)
        for at, test in enumerate(compiled.tests):
            for name in (test.name, *test.aliases):
                self._by_name[name].append(at)
            if test.idempotent_id:
                self._by_id[test.idempotent_id].append(at)
        self._first = list(range(len(compiled.tests)))
        for entry in entries:
            self._unite(self._spoken_for(entry))

    def of(self, entry: Entry) -> str:
        """The guideline's name of the test, or the entry's own where the guideline has none."""
        found = self._spoken_for(entry)
        return self._tests[self._root(found[0])].name if found else entry.name

    def below(self, scope: str) -> frozenset[str]:
        """The guideline's tests that a set-up of that class or module speaks for."""
        return frozenset(
            self._tests[self._root(at)].name
            for at, test in enumerate(self._tests)
            if any(covers(scope, one) for one in test.scopes)
        )

    def _spoken_for(self, entry: Entry) -> list[int]:
        named = self._by_name.get(entry.name)
        if named is not None or not entry.idempotent_id:
            return named or []
        return self._by_id.get(entry.idempotent_id, [])

    def _unite(self, tests: list[int]) -> None:
        roots = {self._root(at) for at in tests}
        for root in roots:
            self._first[root] = min(roots)

    def _root(self, at: int) -> int:
        while self._first[at] != at:
            at = self._first[at]
        return at
