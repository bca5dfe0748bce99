"""Evaluations that hold by an amendment without a row of their own.

A round that found nothing changed for a run wrote nothing (`models/rounds.py`). Here such
evaluations are put together from the row that still says how the run stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from certification.engine.verdict import RULESET
from certification.judging import GuidelineMasks, masks_of_guideline
from certification.models import Evaluation, Guideline, JudgingRound


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


_WHOLE = """
    SELECT string_agg(uuid_send(run_id), ''::bytea) FROM (
        SELECT run_id FROM certification_evaluation
        WHERE run_id BETWEEN %s AND %s AND guideline_id = %s AND ruleset = %s AND inputs = ANY(%s)
        GROUP BY run_id HAVING count(DISTINCT target) = %s
    ) AS whole
"""


def runs_judged_by(former: Former, first: UUID, last: UUID) -> set[bytes]:
    """Of the runs between these ids those with a verdict by the former form for every target: their
    ids as bytes."""
    inputs = [bytes.fromhex(digest) for digest in former.inputs]
    key, targets = former.known.guideline.pk, len(former.known.targets)
    with connection.cursor() as cursor:
        cursor.execute(_WHOLE, [first, last, key, RULESET, inputs, targets])
        ids = bytes(cursor.fetchone()[0] or b"")
    found = {ids[at : at + 16] for at in range(0, len(ids), 16)}
    return found - {one.bytes for one in former.left_out}
