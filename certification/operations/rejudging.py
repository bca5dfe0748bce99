"""Judging stored runs against a guideline that came into force or was announced later."""

from __future__ import annotations

import uuid

from django.db import transaction

from certification.engine.verdict import RunBitmap
from certification.judging import bitmap_of, judge, report_of
from certification.models import Guideline, QueueEntry, Run
from certification.operations.verification import store_judgements
from certification.queue import enqueue, finish
from marketplace.catalogue import audit

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
    for run in runs:
        _judge(run, guideline)
    with transaction.atomic():
        if len(runs) == BATCH:
            enqueue(QueueEntry.Kind.JUDGE_GUIDELINE, f"{guideline.pk}:{runs[-1].pk}")
        audit.record(
            "guideline.runs-judged", guideline, actor=audit.SYSTEM, runs=len(runs), after=last
        )
        finish(entry)


def _judge(run: Run, guideline: Guideline) -> None:
    """The guideline may name tests that the dictionary did not know when the run was stored: then
    its bitmaps are made again from the evidence."""
    report = report_of(run)
    bitmap = bitmap_of(report)
    with transaction.atomic():
        if bitmap.width > run.dictionary_length:
            _refresh(run, bitmap)
        store_judgements(run, list(judge(report, bitmap, [guideline])))


def _refresh(run: Run, bitmap: RunBitmap) -> None:
    passed, failed, skipped = bitmap.to_bytes(bitmap.width // 8 + 1)
    Run.objects.filter(pk=run.pk, dictionary_length__lt=bitmap.width).update(
        passed=passed,
        failed=failed,
        skipped=skipped,
        dictionary_length=bitmap.width,
        exact=bitmap.exact,
    )
