"""Judging stored runs against a guideline that came into force or was announced later."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from certification.engine.bundle import BundleRefused
from certification.engine.report import Damage, EvidenceFormat, EvidenceUnreadable
from certification.engine.verdict import EvidenceFacts, RunBitmap
from certification.evidence import EvidenceGone
from certification.inserting import copy_evaluations
from certification.judging import (
    GuidelineMasks,
    Judgement,
    bitmap_of,
    judge_by_bitmap,
    masks_of_guideline,
    report_of,
)
from certification.levels import BUNDLE, judge_run
from certification.models import Guideline, QueueEntry, Run
from certification.operations.standings import refresh_every_standing
from certification.operations.verification import store_each_judgement, store_judgements
from certification.queries.guideline_batch import COLUMNS, stack_of
from certification.queries.guideline_counts import judge_stack_of
from certification.queue import enqueue, finish
from marketplace.catalogue import audit

logger = logging.getLogger(__name__)

BATCH = 10_000
#: Runs of a batch whose report is read; the others are judged by their bitmaps in microseconds.
READS = 100


def judge_stored_runs(*, entry: QueueEntry) -> None:
    """Judge the next batch of runs and queue the rest.

    `entry.subject` is `<guideline's key>:<id of the last run judged, or empty>`, and for a round
    that an amendment asked for its number as a third part.
    """
    key, _, place = entry.subject.partition(":")
    last, colon, amendment = place.partition(":")
    guideline = Guideline.objects.judged().filter(pk=int(key)).first()
    if guideline is None:
        finish(entry)
        return
    runs = Run.objects.filter(state=Run.State.VERIFIED, pk__gt=uuid.UUID(last or "0" * 32))
    rows = list(runs.order_by("pk").values_list(*COLUMNS)[:BATCH])
    ids = [row[0] for row in rows]
    done, judged = _judge_batch(rows, ids, guideline)
    with transaction.atomic():
        if done < len(ids) or len(ids) == BATCH:
            rest = f"{guideline.pk}:{ids[done - 1]}{colon}{amendment}"
            enqueue(QueueEntry.Kind.JUDGE_GUIDELINE, rest)
        elif guideline.is_integration and amendment:
            refresh_every_standing()
        audit.record(
            "guideline.runs-judged", guideline, actor=audit.SYSTEM, runs=judged, after=last
        )
        finish(entry)


def _judge_batch(
    rows: Sequence[tuple[Any, ...]], ids: Sequence[uuid.UUID], guideline: Guideline
) -> tuple[int, int]:
    """How many of the runs were looked at, in order, and how many of them have verdicts."""
    if not ids:
        return 0, 0
    known = None if guideline.is_integration else masks_of_guideline(guideline)
    together = None if known is None else judge_stack_of(stack_of(rows), known)
    alone = [i for i in range(len(ids)) if together is None or not together.sure[i]]
    done, judged = len(ids), len(ids) - len(alone)
    runs = Run.objects.in_bulk([ids[i] for i in alone])
    told: list[tuple[Run, Judgement]] = []
    reads = 0
    for place, i in enumerate(alone):
        run = runs.get(ids[i])
        if run is None:
            continue  # it was deleted a moment ago
        judgements = None if known is None else _by_bitmap(run, known)
        if judgements is not None:
            told += [(run, judgement) for judgement in judgements]
            judged += 1
        elif reads == READS:
            done, judged = i, judged - (len(ids) - i - (len(alone) - place))
            break
        else:
            reads += 1
            judged += _judge(run, guideline)
    with transaction.atomic():
        store_each_judgement(told)
        if together is not None:
            copy_evaluations(together.lines(ids[:done]))
    return done, judged


def _by_bitmap(run: Run, known: GuidelineMasks) -> list[Judgement] | None:
    """None where the report has to be read. A report without entries may still hold fixtures, which
    no column tells."""
    if run.format == BUNDLE or not run.tests_seen:
        return None
    damage = None
    if run.damage_offset is not None:
        damage = Damage(run.damage_offset, run.damage_reason)
    facts = EvidenceFacts(
        EvidenceFormat(run.format), False, run.passes_only, run.looks_incomplete, damage
    )
    maps = bytes(run.passed), bytes(run.failed), bytes(run.skipped)
    bitmap = RunBitmap.from_bytes(*maps, exact=run.exact, width=run.dictionary_length)
    return judge_by_bitmap(bitmap, facts, known)


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
