"""What was seen while a scenario was played, and how a criterion says that it is not met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import UnionType
from typing import Any

from certification.engine.footprint.model import Footprint
from certification.engine.report import TestState
from hallmark.kit.inventory import Inventory
from hallmark.kit.verbs import Ended, VerbRun


class NotPassed(Exception):
    """A criterion's way to say that a test did not pass, and why."""

    state = TestState.FAILED


class NotMet(NotPassed):
    """It was tried and did not hold."""


class NotTestable(NotPassed):
    """The cloud lacks a service or the adapter a verb: nothing was tried."""

    state = TestState.SKIPPED


@dataclass(slots=True)
class Trace:
    """One scenario as it was played. `runs` by label, `looks` by name, in order. `notes` are what
    the scenario itself observed. `footprints_apart` are those of parts recorded by themselves.
    `obstacle` says why it was not played, `fault` why it was not
    played to its end through no deed of the product."""

    mark: str = ""
    sought: tuple[str, ...] = ()
    runs: dict[str, VerbRun] = field(default_factory=dict)
    looks: dict[str, Inventory] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
    footprint: Footprint | None = None
    footprints_apart: list[Footprint] = field(default_factory=list)
    obstacle: str = ""
    fault: str = ""
    started: str = ""
    ended: str = ""

    def run(self, label: str) -> VerbRun:
        """How the verb ended, whatever it was. Raises NotMet when it was never called, with the
        verb that stopped the scenario before."""
        if label in self.runs:
            return self.runs[label]
        for earlier in self.runs.values():
            if earlier.ended is Ended.FAILED:
                raise NotMet(f"{earlier.label} failed: {earlier.problem}")
            if earlier.ended is Ended.UNSUPPORTED and earlier.verb == "install":
                raise NotTestable("the adapter does not support install here")
        raise NotMet(f"{label} was not reached")

    def done(self, *labels: str) -> VerbRun:
        """The last of these runs; all must be done. Raises NotTestable, NotMet."""
        for label in labels:
            found = self.run(label)
            if found.ended is Ended.UNSUPPORTED:
                raise NotTestable(f"the adapter has no {found.verb}")
            if found.ended is not Ended.DONE:
                raise NotMet(f"{label} {found.ended}: {found.problem or found.ended}")
        return found

    def facts(self, label: str) -> Mapping[str, Any]:
        """The facts of a verb that was done. Raises NotMet without any."""
        found = self.done(label)
        if found.facts is None:
            raise NotMet(f"{label} ended without facts in its last line")
        return found.facts

    def fact(self, label: str, name: str, kind: type | UnionType) -> Any:
        """One fact of the right type. Raises NotMet."""
        value = self.facts(label).get(name)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise NotMet(f'{label} gave no "{name}" of the right kind')
        return value

    def words(self, label: str, name: str) -> list[str]:
        """A fact that is a list of words. Raises NotMet."""
        found = self.fact(label, name, list)
        if not all(isinstance(one, str) and one for one in found):
            raise NotMet(f'{label} gave a "{name}" with entries that are no words')
        return list(found)

    def look(self, name: str) -> Inventory:
        """Raises NotMet where the scenario did not get there."""
        if name not in self.looks:
            self.run(name)
            raise NotMet(f"the cloud was not looked at: {name}")
        return self.looks[name]

    def made(self, name: str = "created") -> Inventory:
        """What the product had made by then."""
        return self.look(name).since(self.look("before"))

    def measured(self) -> Footprint:
        """Raises NotMet without a footprint."""
        if self.footprint is None:
            raise NotMet("the recorder gave no footprint")
        return self.footprint
