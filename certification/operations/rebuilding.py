"""Making everything derived anew from the evidence: what differs afterwards was not derived."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from certification.engine.report import EvidenceFormat, EvidenceUnreadable
from certification.evidence import EvidenceGone
from certification.judging import bitmap_of, hold_judged_guidelines, parse_evidence
from certification.levels import bundle_of, judge_run
from certification.models import Evaluation, Run
from certification.operations.bundles import keep_bundle_facts
from certification.operations.standings import refresh_every_standing
from certification.operations.verification import derived_facts, store_judgements
from certification.time_copies import note_times


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """`fault` says why a run has no verdicts any more; empty where it has them again."""

    run_id: UUID
    fault: str = ""


def rebuild() -> Iterator[Rebuilt]:
    """Read every judged run's evidence again and replace what was derived from it, run by run."""
    judged = Run.objects.filter(state=Run.State.VERIFIED).order_by("pk")
    for run_id in list(judged.values_list("pk", flat=True)):
        yield _rebuild(run_id)
    refresh_every_standing()


def _rebuild(run_id: UUID) -> Rebuilt:
    with transaction.atomic():
        run = Run.objects.select_for_update(of=("self",)).get(pk=run_id)
        Evaluation.objects.filter(run=run).delete()
        try:
            report = parse_evidence(run)
        except (EvidenceGone, EvidenceUnreadable) as fault:
            return Rebuilt(run_id, str(fault))
        bitmap = bitmap_of(report)
        Run.objects.filter(pk=run_id).update(**derived_facts(report, bitmap))
        note_times(run, report)
        if report.format is EvidenceFormat.OSI_BUNDLE:
            keep_bundle_facts(run, bundle_of(run))
        store_judgements(run, list(judge_run(run, report, bitmap, hold_judged_guidelines())))
    return Rebuilt(run_id)
