"""Evaluations that hold by an amendment without a row of their own.

A round that found nothing changed for a run wrote nothing (`models/rounds.py`). Here such
evaluations are put together from the row that still says how the run stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.db import connection

from certification.engine.verdict import RULESET
from certification.judging import GuidelineMasks, masks_of_guideline
from certification.models import Evaluation, Guideline, JudgingRound
from certification.queries.guideline_batch import Flags
from certification.queries.guideline_counts import (
    FAILED_BIT,
    SAID_BITS,
    SKIPPED_BIT,
    VERDICT_BIT,
    Numbers,
)
from certification.queries.stored_runs import ID_BYTES, Places, StoredRuns


def with_carried(rows: Iterable[Evaluation]) -> list[Evaluation]:
    """The rows, of any runs and with their guidelines, and what is carried on from them; in the
    order of judging, which for each guideline is that of its amendments. Those carried are not
    stored and have no key."""
    rows = list(rows)
    amended = {row.guideline_id for row in rows if row.guideline.amended}
    rounds = list(JudgingRound.objects.filter(guideline__in=amended)) if amended else []
    found = {_key(row): row for row in rows}
    for one in sorted(rounds, key=lambda one: one.amended):
        for row in [*found.values()]:
            carried = _carried(row, one)
            if carried is not None:
                found.setdefault(_key(carried), carried)
    number = {one.inputs_digest: one.amended for one in rounds}
    return sorted(
        found.values(),
        key=lambda row: (
            row.ruleset,
            number.get(row.inputs_digest, 0),
            row.judged_at,
            row.pk or 0,
        ),
    )


def _key(row: Evaluation) -> tuple[object, ...]:
    return row.run_id, row.guideline_id, row.inputs_digest, row.target, row.ruleset


def _carried(row: Evaluation, by: JudgingRound) -> Evaluation | None:
    """The same shortfall under the round's inputs; None where the round says nothing of it."""
    if (row.guideline_id, row.inputs_digest, row.ruleset) != (
        by.guideline_id,
        by.follows,
        by.ruleset,
    ):
        return None
    total = by.totals.get(row.target)
    if total is None or not by.looked_at(row.run_id):
        return None
    return Evaluation(
        run_id=row.run_id,
        guideline=row.guideline,
        inputs_digest=by.inputs_digest,
        target=row.target,
        ruleset=row.ruleset,
        verdict=row.verdict,
        tests_total=total,
        tests_passed=total - row.tests_short,
        tests_failed=row.tests_failed,
        tests_skipped=row.tests_skipped,
        tests_missing=row.tests_missing,
        judged_at=by.began_at,
    )


@dataclass(frozen=True, slots=True)
class Former:
    """The form of an amended guideline that a round is held against. Its verdict on a run stands in
    rows by one of `inputs`, whose last is the form's own; not for the runs `left_out`."""

    known: GuidelineMasks
    inputs: tuple[str, ...]
    left_out: frozenset[UUID]


def former_of(guideline: Guideline) -> Former:
    """That of the newest round that is finished; without one the document as it is written."""
    rounds = JudgingRound.objects.filter(
        guideline=guideline, ruleset=RULESET, amended__lt=guideline.amended
    )
    by_inputs = {one.inputs_digest: one for one in rounds.exclude(finished_at=None)}
    last = max((one.amended for one in by_inputs.values()), default=0)
    known = masks_of_guideline(guideline, last)
    inputs = [known.inputs_digest]
    left_out: set[UUID] = set()
    while (earlier := by_inputs.get(inputs[0])) is not None:
        inputs.insert(0, earlier.follows)
        left_out.update(earlier.left_out)
    return Former(known, tuple(inputs), frozenset(left_out))


_TARGET_BIT = SAID_BITS + 10
_FORMS_MOST, _TARGETS_MOST = (1 << 10) - 1, (1 << 6) - 1
#: One record for each row: the run, and in one number which target and form, and what it says, as
#: `guideline_counts.TargetJudged` has it. One process is enough for work in the background.
_ROWS = """
    SET LOCAL max_parallel_workers_per_gather = 0;
    SELECT string_agg(uuid_send(run_id) || int8send(
        (array_position(%s::text[], target::text)::bigint << %s)
        | (array_position(%s::bytea[], inputs)::bigint << %s)
        | ((ascii(verdict) & 3)::bigint << %s)
        | (tests_failed::bigint << %s) | (tests_skipped::bigint << %s)
        | tests_missing), '')
    FROM certification_evaluation
    WHERE run_id BETWEEN %s AND %s AND guideline_id = %s AND ruleset = %s
        AND inputs = ANY(%s::bytea[]) AND target = ANY(%s)
"""
_RECORD = np.dtype([("run", f"S{ID_BYTES}"), ("number", ">i8")])
_NOTHING = -1


@dataclass(frozen=True, slots=True)
class Held:
    """What rows say of runs, by target, one entry for each run: `said` by the former form, or below
    zero; `written`, whether there is a row by the form that judges now."""

    said: Mapping[str, Numbers]
    written: Mapping[str, Flags]


def held_by(former: Former, known: GuidelineMasks, stored: StoredRuns) -> Held:
    """Where several forms up to the former one have rows, the last of them holds. Nothing is held
    of more targets or forms than the numbers can tell apart."""
    targets = [one.target for one in known.targets]
    said = np.full((len(targets), len(stored)), _NOTHING, dtype=np.int64)
    written = np.zeros(said.shape, dtype=bool)
    forms = [*former.inputs, known.inputs_digest]
    if len(targets) <= _TARGETS_MOST and len(forms) <= _FORMS_MOST:
        at, numbers = _rows(known, targets, forms, stored)
        target = (numbers >> _TARGET_BIT) - 1
        form = (numbers >> SAID_BITS & _FORMS_MOST) - 1
        for place in range(len(former.inputs)):
            of = form == place
            said[target[of], at[of]] = numbers[of] & ((1 << SAID_BITS) - 1)
        now = form == len(former.inputs)
        written[target[now], at[now]] = True
    said[:, stored.places_of(former.left_out)] = _NOTHING
    return Held(dict(zip(targets, said, strict=True)), dict(zip(targets, written, strict=True)))


def _rows(
    known: GuidelineMasks, targets: list[str], forms: list[str], stored: StoredRuns
) -> tuple[Places, Numbers]:
    """Of which of the runs each row is, and its number."""
    inputs = [bytes.fromhex(digest) for digest in forms]
    number = targets, _TARGET_BIT, inputs, SAID_BITS, VERDICT_BIT, FAILED_BIT, SKIPPED_BIT
    span = stored.id_of(0), stored.id_of(len(stored) - 1)
    which = known.guideline.pk, RULESET, inputs, targets
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [*number, *span, *which])
        found = cursor.fetchone()[0]
    rows = np.frombuffer(bytes(found or b""), dtype=_RECORD)
    at = np.searchsorted(stored.ids, rows["run"])
    at[at == len(stored)] = 0
    there = stored.ids[at] == rows["run"]
    return at[there], rows["number"][there].astype(np.int64)
