"""What is doubtful or wrong in a guideline that could be read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from certification.engine.guideline.finding import Finding, Severity, error, warning
from certification.engine.guideline.inventory import inventory_findings
from certification.engine.guideline.model import Capability, CapabilityStatus, Guideline
from certification.engine.guideline.standing import standing
from certification.engine.guideline.strict_json import at

#: History may carry these; a guideline that we approve may not (design.md, "Verdict").
ERRORS_FOR_APPROVAL = frozenset({"capability-all-flagged", "capability-without-tests"})


def lint(
    guideline: Guideline, inventories: Mapping[str, Collection[tuple[str, str]]]
) -> tuple[Finding, ...]:
    """Findings sorted by (severity, place, code); errors first.

    `inventories` maps the name of a test suite's version to its (test name, bare id) pairs; a
    guideline's tests are compared with the inventories of the same top-level package.
    """
    findings = {
        *_targets(guideline),
        *_references(guideline),
        *_capabilities(guideline),
        *_repeated_names(guideline),
        *_repeated_ids(guideline),
        *inventory_findings(guideline, inventories),
    }
    return tuple(sorted(findings, key=_order))


def for_approval(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The same findings, judged for a guideline that is to be approved here."""
    stricter = (
        replace(finding, severity=Severity.ERROR)
        if finding.code in ERRORS_FOR_APPROVAL
        else finding
        for finding in findings
    )
    return tuple(sorted(stricter, key=_order))


def _order(finding: Finding) -> tuple[str, str, str, str]:
    return finding.severity.value, finding.place, finding.code, finding.text


def _targets(guideline: Guideline) -> Iterator[Finding]:
    for target in guideline.targets:
        place = at("targets", target.name)
        for component in target.components:
            if component not in guideline.components:
                yield error(
                    "component-unknown",
                    place,
                    f"{target.document_name} names the component {component!r}, "
                    "which the document does not define.",
                )
        if CapabilityStatus.REQUIRED not in standing(guideline, target).values():
            yield warning(
                "target-requires-nothing",
                place,
                f"{target.document_name} requires no capability: nobody can be certified for it.",
            )


def _references(guideline: Guideline) -> Iterator[Finding]:
    for component in guideline.components.values():
        for status, capability_ids in component.capabilities.items():
            place = at(at(at("components", component.id), "capabilities"), status.value)
            for capability_id in capability_ids:
                if capability_id in guideline.capabilities:
                    continue
                say = warning if status is CapabilityStatus.REMOVED else error
                yield say(
                    "capability-undefined",
                    place,
                    f"The capability {capability_id!r} is {status.value} and not defined.",
                )


def _capabilities(guideline: Guideline) -> Iterator[Finding]:
    required = {
        capability_id
        for component in guideline.components.values()
        for capability_id in component.capabilities[CapabilityStatus.REQUIRED]
    }
    for capability in guideline.capabilities.values():
        place = at(at("capabilities", capability.id), "tests")
        if not capability.tests:
            yield warning(
                "capability-without-tests" if capability.id in required else "capability-empty",
                place,
                f"No test proves {capability.id!r}: it cannot be tested.",
            )
        elif capability.id in required and all(t.flag for t in capability.tests):
            yield warning(
                "capability-all-flagged",
                place,
                f"Every test of the required {capability.id!r} is flagged: it cannot be tested.",
            )
        yield from _tests_of(capability, place)


def _tests_of(capability: Capability, place: str) -> Iterator[Finding]:
    for test in capability.tests:
        if test.id_as_written.strip() != test.id_as_written or "," in test.id_as_written:
            yield warning(
                "id-with-attributes",
                at(place, test.name),
                f"{test.id_as_written!r} carries more than an id; read as {test.idempotent_id!r}.",
            )
        if test.name in test.aliases:
            yield warning(
                "alias-of-itself", at(place, test.name), "The test is an alias of itself."
            )


def _repeated_names(guideline: Guideline) -> Iterator[Finding]:
    ids: dict[str, set[str]] = defaultdict(set)
    for capability in guideline.capabilities.values():
        place = at(at("capabilities", capability.id), "tests")
        here: set[str] = set()
        for test in capability.tests:
            ids[test.name].add(test.idempotent_id)
            if test.name in here:
                yield error(
                    "name-repeated", at(place, test.name), "The capability names the test twice."
                )
            here.add(test.name)
    for name, found in ids.items():
        if len(found) > 1:
            yield error(
                "name-with-two-ids",
                "capabilities",
                f"{name} has several ids: {', '.join(sorted(i or 'none' for i in found))}.",
            )


def _repeated_ids(guideline: Guideline) -> Iterator[Finding]:
    names: dict[str, set[str]] = defaultdict(set)
    for capability in guideline.capabilities.values():
        for test in capability.tests:
            names[test.idempotent_id].add(test.name)
    for idempotent_id, found in names.items():
        if idempotent_id and len(found) > 1:
            yield warning(
                "id-of-two-tests",
                "capabilities",
                f"The id {idempotent_id} belongs to {' and '.join(sorted(found))}.",
            )
