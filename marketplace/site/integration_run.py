"""Everything that the page of a bundle shows: what one run of the test kit says by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from certification.engine.bundle import Bundle, BundleRefused
from certification.engine.footprint import Footprint, services_of
from certification.engine.integration import (
    EvidenceClass,
    IntegrationRules,
    Level,
    LevelEvaluation,
    Shortfall,
)
from certification.engine.probe import Probe, ProbeRefused, read_probe
from certification.evidence import EvidenceGone
from certification.levels import bundle_of, evidence_class_of, judge_alone, rules_of
from certification.models import BundleFacts, Guideline, ProbeReport, Run, RunChallenge
from certification.queries import find_guideline, verdicts_of
from marketplace.catalogue.openstack import release_title
from marketplace.site.glyphs import Mark
from marketplace.site.integration_matrix import IntegrationMatrix, integration_matrix
from marketplace.site.integration_services import ServiceLine, service_lines
from marketplace.site.integration_stress import TRIALS
from marketplace.site.integration_wording import level_title
from marketplace.site.wording import Status

PLAIN = "Nothing is disturbed"


@dataclass(frozen=True, slots=True)
class RecordedCondition:
    """One footprint. `seen` are the facts that the recorder took, in words."""

    condition: str
    happens: str
    footprint: Footprint
    seen: tuple[str, ...]

    @property
    def services(self) -> int:
        return len({one.service for one in self.footprint.operations})


@dataclass(frozen=True, slots=True)
class ProbeLine:
    """A service of the cloud with the versions that it offers."""

    service: str
    versions: str


@dataclass(frozen=True, slots=True)
class ProbeFacts:
    """`released` says which OpenStack release the cloud was measured to run."""

    released: Status
    services: tuple[ProbeLine, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """`path` is what is missing for `next_level`; `only` are the tests to run again for it."""

    guideline: Guideline
    rules: IntegrationRules
    evaluation: LevelEvaluation
    matrix: IntegrationMatrix
    next_level: Level | None
    path: tuple[Shortfall, ...]
    only: tuple[str, ...]

    @property
    def words(self) -> str:
        """The sentence of the page."""
        level = self.evaluation.level
        reached = f"shows {level_title(level)}" if level else "reaches no level"
        return f"By itself this run {reached} by {self.guideline.document_id}"


@dataclass(frozen=True, slots=True)
class BundleSheet:
    """`judged` is None where no integration guideline judged the run, `bundle` and `judged` where
    the evidence is gone."""

    run: Run
    facts: BundleFacts | None
    evidence_class: EvidenceClass
    nonce: Status
    signature: Status
    bundle: Bundle | None
    judged: Judged | None
    conditions: tuple[RecordedCondition, ...]
    services: list[ServiceLine]
    probe: ProbeFacts | None


def bundle_sheet(run: Run, guideline_name: str = "") -> BundleSheet:
    """Raises Guideline.DoesNotExist for a guideline that judges no bundles."""
    guideline = _guideline(run, guideline_name)
    try:
        bundle = bundle_of(run)
        judged = _judged(run, guideline) if guideline is not None else None
    except (BundleRefused, EvidenceGone):
        bundle, judged = None, None
    facts = BundleFacts.objects.filter(run=run).first()
    evidence_class = evidence_class_of(run)
    return BundleSheet(
        run=run,
        facts=facts,
        evidence_class=evidence_class,
        nonce=_nonce(run),
        signature=_signature(facts, bundle),
        bundle=bundle,
        judged=judged,
        conditions=_conditions(bundle),
        services=_services(bundle, evidence_class),
        probe=_probe(run),
    )


def _guideline(run: Run, name: str) -> Guideline | None:
    if name:
        asked = find_guideline(name)
        if not asked.is_integration:
            raise Guideline.DoesNotExist("Bundles of the kit are judged by levels alone.")
        return asked
    kept = [line.guideline for line in verdicts_of(run) if line.guideline.is_integration]
    return kept[0] if kept else None


def _judged(run: Run, guideline: Guideline) -> Judged:
    rules, evaluation = rules_of(guideline), judge_alone(run, guideline)
    above = [level for level in Level if level > evaluation.level]
    path = evaluation.missing.get(above[0], ()) if above else ()
    return Judged(
        guideline=guideline,
        rules=rules,
        evaluation=evaluation,
        matrix=integration_matrix(rules, evaluation),
        next_level=above[0] if above else None,
        path=path,
        only=tuple(one.capability for one in path if one.capability),
    )


def _nonce(run: Run) -> Status:
    answered = RunChallenge.objects.filter(run=run, used_at__isnull=False).select_related("release")
    challenge = answered.first()
    if challenge is None:
        return Status(Mark.SELF_REPORTED, "The nonce is none of ours")
    return Status(Mark.CHALLENGED, f"Given by us for {challenge.release}")


def _signature(facts: BundleFacts | None, bundle: Bundle | None) -> Status:
    if facts is not None and facts.signed_by_key:
        return Status(Mark.PASSES, "Signed by a registered key of the vendor")
    if bundle is not None and bundle.signatures:
        return Status(Mark.CAVEAT, "Signed, but by no registered key of the vendor")
    return Status(Mark.SELF_REPORTED, "Not signed")


def _conditions(bundle: Bundle | None) -> tuple[RecordedCondition, ...]:
    happens: Mapping[str, str] = {one.value: words for one, (words, _) in TRIALS.items()}
    return tuple(
        RecordedCondition(
            one.condition.value, happens.get(one.condition.value, PLAIN), one, _seen(one)
        )
        for one in (bundle.footprints if bundle else ())
    )


def _seen(footprint: Footprint) -> tuple[str, ...]:
    facts, found = footprint.facts, []
    if facts.retries_after_5xx:
        found.append(f"{facts.retries_after_5xx} calls repeated after an error of the server")
    if facts.after_429_min_s is not None:
        found.append(f"shortest wait after 429: {facts.after_429_min_s:.1f} s")
    if facts.next_links:
        found.append(f"{facts.next_links} next links followed")
    found.extend(
        f"works with {service} {floor}" for service, floor in sorted(footprint.mv_floor.items())
    )
    if footprint.unknown:
        found.append(f"{footprint.unknown} calls to unknown places")
    return tuple(found)


def _services(bundle: Bundle | None, evidence_class: EvidenceClass) -> list[ServiceLine]:
    uses = services_of(bundle.footprints) if bundle else ()
    live = {one.service for one in uses} if evidence_class is EvidenceClass.LIVE else set()
    return service_lines(uses, (), live)


def _probe(run: Run) -> ProbeFacts | None:
    row = ProbeReport.objects.filter(run=run).first()
    if row is None:
        return None
    try:
        probe = read_probe(bytes(row.document))
    except ProbeRefused:
        return None
    return ProbeFacts(_released(row), _probed(probe))


def _released(row: ProbeReport) -> Status:
    if row.measured_release:
        return Status(Mark.MEASURED, f"Measured: {release_title(row.measured_release)}")
    if row.oldest:
        between = f"{release_title(row.oldest)} and {release_title(row.newest)}"
        return Status(Mark.MEASURED, f"Measured between {between}")
    return Status(Mark.UNKNOWN, "Its microversions fit no release")


def _probed(probe: Probe) -> tuple[ProbeLine, ...]:
    return tuple(
        ProbeLine(
            name,
            ", ".join(
                f"{one.id}, microversions {one.minimum} to {one.maximum}" if one.maximum else one.id
                for one in service.versions
            )
            or service.unknown,
        )
        for name, service in sorted(probe.services.items())
    )
