"""Everything that the page of a guideline shows, gathered once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from certification.engine.guideline.finding import Finding
from certification.engine.guideline.model import Capability, CapabilityStatus, GuidelineTest
from certification.engine.guideline.model import Guideline as ParsedGuideline
from certification.engine.verdict import CompiledGuideline, CompiledTarget
from certification.judging import compiled_guideline, parsed_guideline
from certification.models import Amendment, Guideline
from certification.queries import lint_findings, other_texts
from certification.queries.guideline_amended import amendments_of
from marketplace.site.services import service_order, service_title


@dataclass(frozen=True, slots=True)
class TargetRow:
    """Capabilities by status; `tests` counts what must pass, `flagged` what is set aside."""

    name: str
    title: str
    is_add_on: bool
    required: int
    advisory: int
    tests: int
    flagged: int
    problem: str


@dataclass(frozen=True, slots=True)
class Standing:
    """`required for Platform and Compute`."""

    status: CapabilityStatus
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CapabilityRow:
    capability: Capability
    standings: tuple[Standing, ...]

    @property
    def flagged(self) -> int:
        return sum(test.flag is not None for test in self.capability.tests)


@dataclass(frozen=True, slots=True)
class ServiceShelf:
    project: str
    title: str
    rows: tuple[CapabilityRow, ...]

    @property
    def tests(self) -> int:
        return len({(t.name, t.idempotent_id) for row in self.rows for t in row.capability.tests})


@dataclass(frozen=True, slots=True)
class FlaggedTest:
    test: GuidelineTest
    capability: str


@dataclass(frozen=True, slots=True)
class GuidelineSheet:
    guideline: Guideline
    parsed: ParsedGuideline
    targets: tuple[TargetRow, ...]
    services: tuple[ServiceShelf, ...]
    flagged: tuple[FlaggedTest, ...]
    amendments: tuple[Amendment, ...]
    findings: tuple[Finding, ...]
    other_texts: tuple[Guideline, ...]


def guideline_sheet(guideline: Guideline) -> GuidelineSheet:
    compiled = compiled_guideline(guideline)
    parsed = parsed_guideline(guideline)
    return GuidelineSheet(
        guideline=guideline,
        parsed=parsed,
        targets=tuple(_target(aim) for aim in compiled.targets.values()),
        services=_services(compiled, parsed),
        flagged=tuple(
            FlaggedTest(test, capability.id)
            for capability in parsed.capabilities.values()
            for test in capability.tests
            if test.flag is not None
        ),
        amendments=tuple(amendments_of(guideline)) if guideline.amended else (),
        findings=lint_findings(guideline),
        other_texts=tuple(other_texts(guideline)),
    )


def _target(aim: CompiledTarget) -> TargetRow:
    statuses = [capability.status for capability in aim.capabilities]
    return TargetRow(
        name=aim.target.name,
        title=aim.target.title,
        is_add_on=aim.target.is_add_on,
        required=statuses.count(CapabilityStatus.REQUIRED),
        advisory=statuses.count(CapabilityStatus.ADVISORY),
        tests=len(aim.counted),
        flagged=len(aim.flagged),
        problem=aim.problem.text if aim.problem else "",
    )


def _services(compiled: CompiledGuideline, parsed: ParsedGuideline) -> tuple[ServiceShelf, ...]:
    capabilities = sorted(
        parsed.capabilities.values(),
        key=lambda capability: (service_order(capability.project), capability.id),
    )
    standings = _standings(compiled)
    return tuple(
        ServiceShelf(
            project,
            service_title(project),
            tuple(CapabilityRow(c, standings.get(c.id, ())) for c in group),
        )
        for project, group in groupby(capabilities, key=lambda capability: capability.project)
    )


def _standings(compiled: CompiledGuideline) -> dict[str, tuple[Standing, ...]]:
    found: dict[str, dict[CapabilityStatus, list[str]]] = {}
    for aim in compiled.targets.values():
        for capability in aim.capabilities:
            titles = found.setdefault(capability.id, {}).setdefault(capability.status, [])
            titles.append(aim.target.title)
    return {
        capability: tuple(Standing(status, tuple(titles)) for status, titles in by_status.items())
        for capability, by_status in found.items()
    }
