"""A guideline's tests against the tests that a released suite really has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from certification.engine.guideline.finding import Finding, error, warning
from certification.engine.guideline.model import CapabilityStatus, Guideline, GuidelineTest
from certification.engine.guideline.strict_json import at


@dataclass(frozen=True, slots=True)
class _Inventory:
    ids_of: Mapping[str, frozenset[str]]
    ids: frozenset[str]
    packages: frozenset[str]

    @classmethod
    def of(cls, inventories: Mapping[str, Collection[tuple[str, str]]]) -> _Inventory:
        ids_of: dict[str, set[str]] = defaultdict(set)
        for tests in inventories.values():
            for name, idempotent_id in tests:
                ids_of[name].add(idempotent_id)
        return cls(
            {name: frozenset(ids) for name, ids in ids_of.items()},
            frozenset(i for ids in ids_of.values() for i in ids if i),
            frozenset(map(_package, ids_of)),
        )


def inventory_findings(
    guideline: Guideline, inventories: Mapping[str, Collection[tuple[str, str]]]
) -> Iterator[Finding]:
    """Tests that no inventory knows, that were renamed, or that have another id there.

    A counted test of a required capability that is gone is an error, any other a warning.
    """
    if not inventories:
        return
    inventory = _Inventory.of(inventories)
    required = {
        capability_id
        for component in guideline.components.values()
        for capability_id in component.capabilities[CapabilityStatus.REQUIRED]
    }
    for capability in guideline.capabilities.values():
        for test in capability.tests:
            place = at(at(at("capabilities", capability.id), "tests"), test.name)
            counted = capability.id in required and test.flag is None
            yield from _judge(test, inventory, place, error if counted else warning)


def _judge(
    test: GuidelineTest,
    inventory: _Inventory,
    place: str,
    say: Callable[[str, str, str], Finding],
) -> Iterator[Finding]:
    package = _package(test.name)
    if package not in inventory.packages:
        yield warning(
            "suite-without-inventory",
            "capabilities",
            f"No inventory of {package!r} is at hand: its tests were not compared.",
        )
        return
    ids = inventory.ids_of.get(test.name)
    if ids is not None and (not test.idempotent_id or test.idempotent_id in ids):
        return
    if ids is not None:
        yield say(
            "test-id-differs",
            place,
            f"The suite knows this name with the id {', '.join(sorted(ids))}.",
        )
    elif test.idempotent_id in inventory.ids or any(a in inventory.ids_of for a in test.aliases):
        yield warning("test-renamed", place, "The suite knows this test under another name.")
    else:
        yield say("test-unknown", place, "The suite has no test of this name, alias or id.")


def _package(name: str) -> str:
    return name.partition(".")[0]
