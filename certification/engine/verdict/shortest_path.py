"""What to mend, in the order that costs least: skips by their cause, then missing, then failed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from certification.engine.report import TestState
from certification.engine.verdict.compiled import scope_of

_ORDER = (TestState.SKIPPED, TestState.MISSING, TestState.FAILED)


@dataclass(frozen=True, slots=True)
class Step:
    """Tests with one cause: the same reason of a skip, or the same class."""

    state: TestState
    cause: str
    tests: tuple[str, ...]

    def to_document(self) -> dict[str, Any]:
        return {"state": self.state.value, "cause": self.cause, "tests": list(self.tests)}


@dataclass(frozen=True, slots=True)
class ShortestPath:
    sentence: str
    steps: tuple[Step, ...]

    def to_document(self) -> dict[str, Any]:
        return {"sentence": self.sentence, "steps": [step.to_document() for step in self.steps]}


def shortest_path(
    goal: str, unmet: Iterable[tuple[TestState, str, str]], certifiable: bool
) -> ShortestPath:
    """`goal` is such as `Compute 2026.11`; `unmet` are (state, test name, reason).

    Within a state the cause with most tests comes first: mending it brings most.
    """
    groups: dict[tuple[TestState, str], list[str]] = defaultdict(list)
    for state, name, reason in unmet:
        groups[state, reason or scope_of(name) or name].append(name)
    steps = sorted(
        (Step(state, cause, tuple(sorted(names))) for (state, cause), names in groups.items()),
        key=lambda step: (_ORDER.index(step.state), -len(step.tests), step.cause),
    )
    return ShortestPath(_sentence(goal, steps, certifiable), tuple(steps))


def _sentence(goal: str, steps: list[Step], certifiable: bool) -> str:
    short = sum(len(step.tests) for step in steps)
    if not certifiable:
        return f"This run cannot be certified for {goal}; see the reasons."
    if not short:
        return f"No test is short of {goal}."
    parts = []
    for state in _ORDER:
        of_state = [step for step in steps if step.state is state]
        count = sum(len(step.tests) for step in of_state)
        if count:
            parts.append(f"{count} {state.value}{_first_cause(of_state)}")
    return f"{short} test{'s' if short > 1 else ''} short of {goal}: {', '.join(parts)}."


def _first_cause(steps: list[Step]) -> str:
    return f" ({steps[0].cause[:160]})" if len(steps) == 1 else f" (from {len(steps)} causes)"
