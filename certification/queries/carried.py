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
from numpy.typing import NDArray

from certification.engine.verdict import RULESET
from certification.judging import GuidelineMasks, masks_of_guideline
from certification.models import Evaluation, Guideline, JudgingRound
from certification.queries.guideline_batch import Flags
from certification.queries.guideline_counts import Numbers
from certification.queries.stored_runs import ID_BYTES, StoredRuns


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


#: One record of 28 bytes for each row: run, which target and form, and what it says, which is the
#: number of `guideline_counts.TargetJudged`.
_ROWS = """
    SELECT string_agg(uuid_send(run_id)
        || int4send((array_position(%s::text[], target::text) << 16)
            + array_position(%s::bytea[], inputs))
        || int8send((ascii(verdict)::bigint << 48) | (tests_failed::bigint << 32)
            | (tests_skipped::bigint << 16) | tests_missing), '')
    FROM certification_evaluation
    WHERE run_id BETWEEN %s AND %s AND guideline_id = %s AND ruleset = %s
        AND inputs = ANY(%s::bytea[]) AND target = ANY(%s)
"""
_RECORD = np.dtype([("run", f"S{ID_BYTES}"), ("place", ">i4"), ("said", ">i8")])
_NOTHING = -1


@dataclass(frozen=True, slots=True)
class Held:
    """What rows say of runs, by target, one entry for each run: `said` by the former form, or below
    zero; `written`, whether there is a row by the form that judges now."""

    said: Mapping[str, Numbers]
    written: Mapping[str, Flags]


def held_by(former: Former, known: GuidelineMasks, stored: StoredRuns) -> Held:
    """Where several forms up to the former one have rows, the last of them holds."""
    targets = [one.target for one in known.targets]
    forms = [*former.inputs, known.inputs_digest]
    rows = _rows(known, targets, forms, stored)
    at = np.searchsorted(stored.ids, rows["run"])
    at[at == len(stored)] = 0
    there = stored.ids[at] == rows["run"]
    rows, at = rows[there], at[there]
    target, form = (rows["place"] >> 16) - 1, (rows["place"] & 0xFFFF) - 1
    said = np.full((len(targets), len(stored)), _NOTHING, dtype=np.int64)
    for number in range(len(former.inputs)):
        of = form == number
        said[target[of], at[of]] = rows["said"][of]
    said[:, stored.places_of(former.left_out)] = _NOTHING
    written = np.zeros(said.shape, dtype=bool)
    now = form == len(former.inputs)
    written[target[now], at[now]] = True
    return Held(dict(zip(targets, said, strict=True)), dict(zip(targets, written, strict=True)))


def _rows(
    known: GuidelineMasks, targets: list[str], forms: list[str], stored: StoredRuns
) -> NDArray[np.void]:
    inputs = [bytes.fromhex(digest) for digest in forms]
    span = stored.id_of(0), stored.id_of(len(stored) - 1)
    which = known.guideline.pk, RULESET, inputs, targets
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [targets, inputs, *span, *which])
        found = cursor.fetchone()[0]
    return np.frombuffer(bytes(found or b""), dtype=_RECORD)
