"""Which tests the bands of a run's times are drawn from (`time_bands`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from certification.engine.time_bands import Pool
from certification.engine.verdict.compiled import CompiledGuideline

FEWEST_TESTS = 24


def service_of(name: str) -> str:
    """`tempest.api.compute` of a test's name."""
    return ".".join(name.split(".", 3)[:3])


def pools_of(compiled: CompiledGuideline, targets: Sequence[str]) -> tuple[Pool, ...]:
    """The tests that claims of these targets need, of each service that has at least 24."""
    wanted = {compiled.tests[i].name for t in targets for i in compiled.targets[t].counted}
    services: dict[str, list[str]] = defaultdict(list)
    for name in sorted(wanted):
        services[service_of(name)].append(name)
    return tuple(
        tuple(services[key]) for key in sorted(services) if len(services[key]) >= FEWEST_TESTS
    )
