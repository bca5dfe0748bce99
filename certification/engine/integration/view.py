"""What a rule looks at: the footprints of one condition in one run, taken together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction

from certification.engine.footprint.model import AuthUse, Condition, Footprint, Operation
from certification.engine.integration.model import EvidenceRun
from certification.engine.integration.selector import Selector

Number = int | float | Fraction


@dataclass(frozen=True, slots=True)
class View:
    """Some footprints of one run. A test may be recorded in several pieces: what was seen in any of
    them was seen, what must not be seen must be in none."""

    run: EvidenceRun
    footprints: tuple[Footprint, ...]

    @property
    def operations(self) -> Iterator[Operation]:
        return (one for footprint in self.footprints for one in footprint.operations)

    @property
    def auth(self) -> Iterator[AuthUse]:
        return (one for footprint in self.footprints for one in footprint.auth)

    def sees(self, selector: Selector) -> bool:
        return any(selector.matches(one) for one in self.operations)

    def moments(self, selector: Selector) -> Iterator[tuple[float, float]]:
        """First and last time of each matching operation, in seconds since the epoch."""
        for footprint in self.footprints:
            start = epoch(footprint.started)
            for one in footprint.operations:
                if selector.matches(one):
                    yield start + one.first_s, start + one.last_s


def view_of(run: EvidenceRun, condition: Condition | None) -> View:
    """`None` is every footprint of the run, whatever its condition."""
    return View(
        run,
        tuple(one for one in run.footprints if condition is None or one.condition is condition),
    )


def epoch(rfc3339: str) -> float:
    """Seconds since the epoch; a time without zone is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(rfc3339)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _other_agents_percent(view: View) -> Fraction | None:
    declared = sum(one.facts.agents_declared for one in view.footprints)
    other = sum(one.facts.agents_other for one in view.footprints)
    return Fraction(100 * other, declared + other) if declared + other else None


def _shortest_wait(view: View) -> float | None:
    waits = (one.facts.after_429_min_s for one in view.footprints)
    return min((wait for wait in waits if wait is not None), default=None)


#: What `facts` may name; None where nothing was measured, which fits no bound.
FACTS: Mapping[str, Callable[[View], Number | None]] = {
    "requests": lambda view: sum(one.requests for one in view.footprints),
    "next_links": lambda view: sum(one.facts.next_links for one in view.footprints),
    "auth_identities": lambda view: max(one.facts.auth_identities for one in view.footprints),
    "retries_after_5xx": lambda view: sum(one.facts.retries_after_5xx for one in view.footprints),
    "after_429_min_s": _shortest_wait,
    "agents_declared": lambda view: sum(one.facts.agents_declared for one in view.footprints),
    "agents_other_percent": _other_agents_percent,
}
