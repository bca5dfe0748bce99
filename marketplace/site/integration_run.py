"""Everything that the page of a bundle shows: what one run of the test kit says by itself."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from certification.engine.bundle import Bundle, BundleRefused
from certification.engine.footprint import services_of
from certification.engine.integration import (
    EvidenceClass,
    IntegrationRules,
    Level,
    LevelEvaluation,
    Shortfall,
)
from certification.evidence import EvidenceGone
from certification.levels import bundle_of, evidence_class_of, judge_alone, rules_of
from certification.models import BundleFacts, Guideline, Run, RunChallenge
from certification.queries import find_guideline, verdicts_of
from marketplace.site.glyphs import Mark
from marketplace.site.integration_matrix import IntegrationMatrix, integration_matrix
from marketplace.site.integration_recorded import (
    ProbeFacts,
    RecordedCondition,
    probe_facts,
    recorded_conditions,
)
from marketplace.site.integration_services import ServiceLine, service_lines
from marketplace.site.integration_wording import level_title
from marketplace.site.wording import Status


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
        reached = (
            gettext("shows {level}").format(level=level_title(level))
            if level
            else gettext("reaches no level")
        )
        return gettext("By itself this run {reached} by {document_id}").format(
            reached=reached, document_id=self.guideline.document_id
        )


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
        conditions=recorded_conditions(bundle),
        services=_services(bundle, evidence_class),
        probe=probe_facts(run),
    )


def _guideline(run: Run, name: str) -> Guideline | None:
    if name:
        asked = find_guideline(name)
        if not asked.is_integration:
            raise Guideline.DoesNotExist(gettext("Bundles of the kit are judged by levels alone."))
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
        return Status(Mark.SELF_REPORTED, gettext("The nonce is none of ours"))
    return Status(
        Mark.CHALLENGED, gettext("Given by us for {release}").format(release=challenge.release)
    )


def _signature(facts: BundleFacts | None, bundle: Bundle | None) -> Status:
    if facts is not None and facts.signed_by_key:
        return Status(Mark.PASSES, gettext("Signed by a registered key of the vendor"))
    if bundle is not None and bundle.signatures:
        return Status(Mark.CAVEAT, gettext("Signed, but by no registered key of the vendor"))
    return Status(Mark.SELF_REPORTED, gettext("Not signed"))


def _services(bundle: Bundle | None, evidence_class: EvidenceClass) -> list[ServiceLine]:
    uses = services_of(bundle.footprints) if bundle else ()
    live = {one.service for one in uses} if evidence_class is EvidenceClass.LIVE else set()
    return service_lines(uses, (), live)
