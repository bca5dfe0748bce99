"""Finding a guideline's tests in a run: exact name, then alias, then id, then fixture."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from certification.engine.report import SEVERITY, Entry, Fixture, Report, TestState
from certification.engine.verdict.compiled import CompiledGuideline, CompiledTest


class Match(StrEnum):
    """How a test was found. `NONE` goes with the state missing."""

    NAME = "name"
    ALIAS = "alias"
    ID = "id"
    FIXTURE = "fixture"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Sighting:
    """What the run says of one test. `seen_as` is the name in the run where it is another one;
    `other_ids` are the ids under which only the name was found."""

    state: TestState
    match: Match
    reason: str = ""
    seen_as: str = ""
    other_ids: tuple[str, ...] = ()


class RunIndex:
    """A run's entries by name and by id, as one guideline may use them: it finds its tests."""

    def __init__(self, compiled: CompiledGuideline, report: Report) -> None:
        self._by_name: dict[str, list[Entry]] = defaultdict(list)
        self._by_id: dict[str, list[Entry]] = defaultdict(list)
        ids = {test.idempotent_id for test in compiled.tests} - {""}
        for entry in report.entries:
            if entry.name in compiled.names:
                self._by_name[entry.name].append(entry)
            elif entry.idempotent_id in ids:
                self._by_id[entry.idempotent_id].append(entry)
        self._fixtures = [fixture for fixture in report.fixtures if stops_tests(fixture)]

    def state(self, test: CompiledTest) -> TestState:
        """The state that `find` gives; sooner for a test that the run names once, as most are."""
        entries = self._by_name.get(test.name, ())
        if len(entries) == 1 and _is_entry_of(entries[0], test):
            return entries[0].state
        return self.find(test).state

    def find(self, test: CompiledTest) -> Sighting:
        """The first tier with any entry decides; within it the worst state."""
        others: set[str] = set()
        for match, names in ((Match.NAME, (test.name,)), (Match.ALIAS, test.aliases)):
            entries = [e for name in names for e in self._by_name.get(name, ())]
            own = [e for e in entries if _is_entry_of(e, test)]
            others.update(e.idempotent_id for e in entries if not _is_entry_of(e, test))
            if own:
                return _sighting(own, match, test, others)
        by_id = self._by_id.get(test.idempotent_id, []) if test.idempotent_id else []
        if by_id:
            return _sighting(by_id, Match.ID, test, others)
        return self._by_fixture(test, others)

    def _by_fixture(self, test: CompiledTest, others: set[str]) -> Sighting:
        over = [f for f in self._fixtures if any(covers(f.scope, s) for s in test.scopes)]
        other_ids = tuple(sorted(others))
        if not over:
            return Sighting(TestState.MISSING, Match.NONE, other_ids=other_ids)
        worst = min(over, key=lambda f: (-SEVERITY[f.state], f.scope, f.kind, f.reason))
        seen_as = f"{worst.kind} ({worst.scope})"
        return Sighting(worst.state, Match.FIXTURE, worst.reason, seen_as, other_ids)


def stops_tests(fixture: Fixture) -> bool:
    """Whether the fixture speaks for the tests below it: a set-up that was skipped or failed."""
    return fixture.kind.startswith("setUp") and fixture.state in (
        TestState.SKIPPED,
        TestState.FAILED,
    )


def covers(fixture_scope: str, test_scope: str) -> bool:
    return test_scope == fixture_scope or test_scope.startswith(f"{fixture_scope}.")


def _is_entry_of(entry: Entry, test: CompiledTest) -> bool:
    if not entry.idempotent_id or not test.idempotent_id:
        return True
    return entry.idempotent_id == test.idempotent_id


def _sighting(
    entries: Iterable[Entry], match: Match, test: CompiledTest, others: set[str]
) -> Sighting:
    # Ties are broken by content, so that the order of entries never shows in an evaluation.
    worst = min(entries, key=lambda e: (-SEVERITY[e.state], e.name, e.idempotent_id, e.reason))
    seen_as = "" if worst.name == test.name else worst.name
    return Sighting(worst.state, match, worst.reason, seen_as, tuple(sorted(others)))
