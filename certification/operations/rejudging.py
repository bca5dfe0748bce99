"""Judging stored runs against a guideline that came into force or was announced later."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
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
from certification.models import Guideline, JudgingRound, QueueEntry, Run
from certification.operations.rounds import begin_round, finish_round, note_looked_at
from certification.operations.standings import refresh_standing, releases_to_judge
from certification.operations.verification import store_each_judgement, store_judgements
from certification.queries.carried import Former, runs_judged_by
from certification.queries.guideline_batch import COLUMNS, Flags, Stack, stack_of
from certification.queries.guideline_counts import StackJudged, judge_stack_of
from certification.queue import enqueue, finish
from marketplace.catalogue import audit

logger = logging.getLogger(__name__)

BATCH = 10_000
#: Releases that are judged in one task; each reads its bundles, 30 ms for one of them.
RELEASES = 200
#: In an entry's subject, before the key of the last release that was judged.
_RELEASE = "release-"
#: Runs of a batch whose report is read; the others are judged by their bitmaps in microseconds.
READS = 100


def judge_stored_runs(*, entry: QueueEntry) -> None:
    """Judge the next batch of runs and queue the rest.

    `entry.subject` is `<guideline's key>:<id of the last run judged, or empty>`, and for a round
    that an amendment asked for its number as a third part. After the runs come the releases that
    stand by an integration guideline: `release-<key of the last one judged>` instead of the id.
    """
    key, _, place = entry.subject.partition(":")
    last, colon, amendment = place.partition(":")
    guideline = Guideline.objects.judged().filter(pk=int(key)).first()
    if guideline is None:
        finish(entry)
        return
    if last.startswith(_RELEASE):
        _judge_releases(entry, guideline, last, f"{colon}{amendment}")
        return
    after = uuid.UUID(last) if last else None
    runs = Run.objects.filter(state=Run.State.VERIFIED, pk__gt=after or uuid.UUID(int=0))
    rows = list(runs.order_by("pk").values_list(*COLUMNS)[:BATCH])
    ids = [row[0] for row in rows]
    batch = _Batch(guideline, after, rows, ids)
    done, judged = batch.judge()
    with transaction.atomic():
        if done < len(ids) or len(ids) == BATCH:
            rest = f"{guideline.pk}:{ids[done - 1]}{colon}{amendment}"
            enqueue(QueueEntry.Kind.JUDGE_GUIDELINE, rest)
        else:
            batch.end()
            if guideline.is_integration:
                releases = f"{guideline.pk}:{_RELEASE}0{colon}{amendment}"
                enqueue(QueueEntry.Kind.JUDGE_GUIDELINE, releases)
        _note(entry, guideline, judged, last)


def _judge_releases(entry: QueueEntry, guideline: Guideline, last: str, round_: str) -> None:
    """Each by itself: where a worker dies, those it had done are done again, to the same end."""
    found = releases_to_judge().filter(pk__gt=int(last.removeprefix(_RELEASE)))
    releases = list(found[:RELEASES])
    for release in releases:
        refresh_standing(release)
    with transaction.atomic():
        if len(releases) == RELEASES:
            rest = f"{guideline.pk}:{_RELEASE}{releases[-1].pk}{round_}"
            enqueue(QueueEntry.Kind.JUDGE_GUIDELINE, rest)
        _note(entry, guideline, 0, last)


def _note(entry: QueueEntry, guideline: Guideline, judged: int, last: str) -> None:
    """The last one of a round has those told whom it concerns."""
    audit.record("guideline.runs-judged", guideline, actor=audit.SYSTEM, runs=judged, after=last)
    finish(entry)


class _Batch:
    """Runs in the order of their ids, the first after `after`, to be judged by one guideline."""

    def __init__(
        self,
        guideline: Guideline,
        after: uuid.UUID | None,
        rows: Sequence[tuple[Any, ...]],
        ids: Sequence[uuid.UUID],
    ) -> None:
        self.guideline, self.after, self.rows, self.ids = guideline, after, rows, ids
        self.known = None if guideline.is_integration else masks_of_guideline(guideline)
        self.round: JudgingRound | None = None
        self.former: Former | None = None
        if self.known is not None and guideline.amended:
            self.round, self.former = begin_round(self.known)

    def judge(self) -> tuple[int, int]:
        """How many of the runs were looked at, in order, and how many of them have verdicts."""
        ids, known = self.ids, self.known
        if not ids:
            return 0, 0
        stack = None if known is None else stack_of(self.rows)
        together = None if known is None or stack is None else judge_stack_of(stack, known)
        alone = [i for i in range(len(ids)) if together is None or not together.sure[i]]
        done, told, left_out, judged = self._judge_alone(alone)
        with transaction.atomic():
            store_each_judgement(told)
            if together is not None and stack is not None:
                copy_evaluations(together.lines(ids[:done], but=self._carried(stack, together)))
            if self.round is not None:
                note_looked_at(self.round, self.after, ids[done - 1], left_out)
        looked_at_alone = sum(1 for i in alone if i < done)
        return done, done - looked_at_alone + judged

    def _judge_alone(
        self, places: Sequence[int]
    ) -> tuple[int, list[tuple[Run, Judgement]], list[uuid.UUID], int]:
        """One after the other: how far that came, what is still to be stored, the runs that cannot
        be judged, and how many were."""
        runs = Run.objects.in_bulk([self.ids[i] for i in places])
        told: list[tuple[Run, Judgement]] = []
        left_out: list[uuid.UUID] = []
        reads = judged = 0
        for i in places:
            run = runs.get(self.ids[i])
            if run is None:
                continue  # it was deleted a moment ago
            judgements = None if self.known is None else _by_bitmap(run, self.known)
            if judgements is not None:
                told += [(run, judgement) for judgement in judgements]
                judged += 1
                continue
            if reads == READS:
                return i, told, left_out, judged
            reads += 1
            if _judge(run, self.guideline):
                judged += 1
            else:
                left_out.append(run.pk)
        return len(self.ids), told, left_out, judged

    def _carried(self, stack: Stack, together: StackJudged) -> Mapping[str, Flags]:
        """By target the runs that need no row: nothing changed since a form that they have."""
        if self.former is None or self.round is None:
            return {}
        if self.round.follows != self.former.known.inputs_digest:
            return {}  # it began against another form: what differs from that one is not known here
        whole = runs_judged_by(self.former, self.ids[0], self.ids[-1])
        has_rows = np.array([one.bytes in whole for one in self.ids], dtype=bool)
        same = together.same_as(judge_stack_of(stack, self.former.known))
        return {target: found & has_rows for target, found in same.items()}

    def end(self) -> None:
        """No run is left after this batch."""
        if self.round is not None:
            finish_round(self.round, self.ids[-1] if self.ids else self.after)


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
