"""Judging stored runs against a guideline that came into force or was announced later."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping, Sequence

import numpy as np
from django.db import transaction

from certification.engine.bundle import BundleRefused
from certification.engine.report import EvidenceUnreadable
from certification.engine.verdict import RunBitmap
from certification.evidence import EvidenceGone
from certification.inserting import copy_evaluations
from certification.judging import GuidelineMasks, bitmap_of, masks_of_guideline, report_of
from certification.levels import judge_run
from certification.models import Guideline, JudgingRound, QueueEntry, Run
from certification.operations.rounds import begin_round, finish_round, note_looked_at
from certification.operations.standings import refresh_standing, releases_to_judge
from certification.operations.verification import store_judgements
from certification.queries.carried import held_by
from certification.queries.guideline_batch import Flags
from certification.queries.guideline_counts import StackJudged, judge_stack_of
from certification.queries.stored_runs import judged_bundles, judged_runs, read_runs
from certification.queue import enqueue, finish
from marketplace.catalogue import audit

logger = logging.getLogger(__name__)

BATCH = 20_000
#: Releases that are judged in one task; each reads its bundles, 30 ms for one of them.
RELEASES = 200
#: In an entry's subject, before the key of the last release that was judged.
_RELEASE = "release-"
#: Runs of a batch whose report is read; the others are judged by their bitmaps, all together.
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
    batch = _Batch(guideline, uuid.UUID(last) if last else None)
    batch.judge()
    with transaction.atomic():
        batch.store()
        if batch.rest_after is not None:
            rest = f"{guideline.pk}:{batch.rest_after}{colon}{amendment}"
            enqueue(QueueEntry.Kind.JUDGE_GUIDELINE, rest)
        elif guideline.is_integration:
            releases = f"{guideline.pk}:{_RELEASE}0{colon}{amendment}"
            enqueue(QueueEntry.Kind.JUDGE_GUIDELINE, releases)
        _note(entry, guideline, batch.judged, last)


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
    """The first runs after `after`, in the order of their ids, to be judged by one guideline."""

    def __init__(self, guideline: Guideline, after: uuid.UUID | None) -> None:
        runs = judged_bundles() if guideline.is_integration else judged_runs()
        self.guideline, self.after = guideline, after
        self.stored = read_runs(runs if after is None else runs.filter(pk__gt=after), BATCH)
        #: How many of the runs were looked at, in order, and how many of them have verdicts.
        self.done, self.judged = len(self.stored), 0
        self.left_out: list[uuid.UUID] = []
        self.together: StackJudged | None = None
        self.round: JudgingRound | None = None
        self.unchanged: Mapping[str, Flags] = {}

    @property
    def rest_after(self) -> uuid.UUID | None:
        """The run after which the next batch begins; None where nothing can be left."""
        ended = self.done == len(self.stored) < BATCH
        return None if ended else self.stored.id_of(self.done - 1)

    def judge(self) -> None:
        """Nothing is written of what is judged together; each run that is judged by itself has its
        verdicts then."""
        alone = np.ones(len(self.stored), dtype=bool)
        if not self.guideline.is_integration:
            known = masks_of_guideline(self.guideline)
            self.together = judge_stack_of(self.stored.kinds, known)
            alone = ~self.together.sure[self.stored.kind]
            if self.guideline.amended:
                self._hold_against_former(known, self.together)
        self._judge_alone(np.flatnonzero(alone).tolist())
        self.judged = self.done - len(self.left_out)

    def _hold_against_former(self, known: GuidelineMasks, together: StackJudged) -> None:
        """Runs need no row where nothing changed since a form that they have, or where they have
        it."""
        self.round, former = begin_round(known)
        if not len(self.stored):
            return
        held = held_by(former, known, self.stored)
        self.unchanged = held.written
        # One that began against another form: what differs from that one is not known here.
        if self.round.follows == former.known.inputs_digest:
            same = together.same_as(self.stored, held.said)
            self.unchanged = {
                target: written | same[target] if target in same else written
                for target, written in held.written.items()
            }

    def _judge_alone(self, places: Sequence[int]) -> None:
        """One after the other from its report, as many as one task reads; the rest is left to the
        next."""
        wanted = places[:READS]
        if len(places) > READS:
            self.done = places[READS]
        runs = Run.objects.in_bulk([self.stored.id_of(place) for place in wanted])
        for run in runs.values():  # one that is not there was deleted a moment ago
            if not _judge(run, self.guideline):
                self.left_out.append(run.pk)

    def store(self) -> None:
        """Write what was judged together, and what the round looked at."""
        if self.together is not None:
            copy_evaluations(self.together.lines(self.stored, self.done, self.unchanged))
        if self.round is None:
            return
        last = self.after
        if self.done:
            last = self.stored.id_of(self.done - 1)
            note_looked_at(self.round, self.after, last, self.left_out)
        if self.rest_after is None:
            finish_round(self.round, last)


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
