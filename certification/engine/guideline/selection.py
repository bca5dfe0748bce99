"""Which tests a target asks for: the plain-text list that RefStack's clients download."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from certification.engine.guideline.model import (
    Capability,
    CapabilityStatus,
    Guideline,
    Target,
)

ALL_STATUSES: tuple[CapabilityStatus, ...] = tuple(CapabilityStatus)


def test_list(
    guideline: Guideline,
    target: Target,
    statuses: Collection[CapabilityStatus] = ALL_STATUSES,
    alias: bool = True,
    flag: bool = True,
) -> list[str]:
    """Sorted lines `<name>[<id as written>]`; an alias carries the id of its test.

    Schema 1.2 knows no ids: there a line is the bare name. `alias` adds aliases, `flag` keeps
    flagged tests. A capability counts once, but a test that two capabilities name gives two lines,
    as RefStack does (RefStack API, GET /v1/guidelines/{version}/tests).
    """
    return sorted(
        _line(guideline.schema, name, test.id_as_written)
        for capability in _capabilities(guideline, target, statuses)
        for test in capability.tests
        if flag or test.flag is None
        for name in ((test.name, *test.aliases) if alias else (test.name,))
    )


def _capabilities(
    guideline: Guideline, target: Target, statuses: Collection[CapabilityStatus]
) -> Iterator[Capability]:
    wanted = {
        capability_id: None
        for component_id in target.components
        if component_id in guideline.components
        for status in statuses
        for capability_id in guideline.components[component_id].capabilities.get(status, ())
    }
    for capability_id in wanted:
        if capability_id in guideline.capabilities:
            yield guideline.capabilities[capability_id]


def _line(schema: str, name: str, id_as_written: str) -> str:
    return name if schema == "1.2" else f"{name}[{id_as_written}]"
