"""Judging stored runs against a guideline that came into force or was announced later."""

from __future__ import annotations

import logging
import uuid

from django.db import transaction

from certification.engine.bundle import BundleRefused
from certification.engine.report import EvidenceUnreadable
from certification.engine.verdict import RunBitmap
from certification.evidence import EvidenceGone
from certification.judging import bitmap_of, report_of
from certification.levels import judge_run
from certification.models import Guideline, QueueEntry, Run
from certification.operations.verification import store_judgements
from certification.queue import enqueue, finish
from marketplace.catalogue import audit

logger = logging.getLogger(__name__)

BATCH = 100


def judge_stored_runs(*, entry: QueueEntry) -> None:
    """Judge the next hundred runs and queue the rest.

    `entry.subject` is `<guideline's key>:<id of the last run judged, or empty>`.
    """
    key, _, last = entry.subject.partition(":")
    guideline = Guideline.objects.judged().filter(pk=int(key)).first()
    if guideline is None:
        finish(entry)
        return
    runs = list(
        Run.objects.filter(state=Run.State.VERIFIED, pk__gt=uuid.UUID(last or "0" * 32)).order_by(
            "pk"
        )[:BATCH]
    )
    judged = sum(_judge(run, guideline) for run in runs)
    with transaction.atomic():
        if len(runs) == BATCH:
            enqueue(QueueEntry.Kind.JUDGE_GUIDELINE, f"{guideline.pk}:{runs[-1].pk}")
        audit.record(
            "guideline.runs-judged", guideline, actor=audit.SYSTEM, runs=judged, after=last
        )
        finish(entry)


def _judge(run: Run, guideline: Guideline) -> bool:
    """The guideline may name tests that the dictionary did not know when the run was stored: then
    its bitmaps are made again from the evidence. False for a run whose evidence cannot be read any
    more: it gets no verdict, and does not keep the others from theirs."""
    try:
        report = report_of(run)
    except (EvidenceGone, EvidenceUnreadable, BundleRefused) as fault:
        logger.error("run %s is not judged by guideline %s: %s", run.pk, guideline.pk, fault)
        return False
    bitmap = bitmap_of(report)
    with transaction.atomic():
        if bitmap.width > run.dictionary_length:
            _refresh(run, bitmap)
        store_judgements(run, list(judge_run(run, report, bitmap, [guideline])))
    return True


def _refresh(run: Run, bitmap: RunBitmap) -> None:
    passed, failed, skipped = bitmap.to_bytes(bitmap.width // 8 + 1)
    Run.objects.filter(pk=run.pk, dictionary_length__lt=bitmap.width).update(
        passed=passed,
        failed=failed,
        skipped=skipped,
        dictionary_length=bitmap.width,
        exact=bitmap.exact,
    )
