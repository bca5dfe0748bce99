"""Rows that every upload adds, by statements of our own.

Django would put the same statements together anew for each row, and that costs an upload more than
the database does. What stands in the columns is still the models' to say.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models.expressions import DatabaseDefault

from certification.judging import Judgement
from certification.models import Run

_ADD_RUN = """
    INSERT INTO certification_run ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING
    RETURNING received_at, verified_at, copied_bytes
"""
_NOW = "coalesce(%s, statement_timestamp())"
#: Another owner sent the bytes; the people of one vendor are one owner (trust.md S10).
_IS_COPY = """
    EXISTS (SELECT FROM certification_run AS other
        WHERE other.evidence_digest = %s AND other.uploaded_by_id IS DISTINCT FROM %s
        AND (%s::bigint IS NULL OR other.vendor_id IS DISTINCT FROM %s))
"""


def insert_run(run: Run) -> bool:
    """Add the run and note whether another owner sent its bytes before. False where the same owner
    did: then nothing is added. Times that are not set are the database's."""
    columns: list[str] = []
    places: list[str] = []
    values: list[Any] = []
    for field in Run._meta.concrete_fields:
        columns.append(str(field.column))
        value = getattr(run, field.attname)
        if field.attname == "copied_bytes":
            digest = Run._meta.get_field("evidence_sha256")
            places.append(_IS_COPY)
            values.append(digest.get_db_prep_save(run.evidence_sha256, connection))
            values += [run.uploaded_by_id, run.vendor_id, run.vendor_id]
        elif field.attname == "received_at" or (field.attname == "verified_at" and run.is_settled):
            places.append(_NOW)
            values.append(None if isinstance(value, DatabaseDefault) else value)
        else:
            places.append("%s")
            values.append(field.get_db_prep_save(value, connection))
    statement = _ADD_RUN.format(columns=", ".join(columns), places=", ".join(places))
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        added = cursor.fetchone()
    if added is None:
        return False
    run.received_at, run.verified_at, run.copied_bytes = added
    return True


_EVALUATION_COLUMNS = (
    "run_id, guideline_id, inputs, target, ruleset, verdict, "
    "tests_total, tests_passed, tests_failed, tests_skipped, tests_missing"
)
_ADD_EVALUATIONS = """
    INSERT INTO certification_evaluation ({columns}) VALUES {rows} ON CONFLICT DO NOTHING
"""
_ROW = "(%s, %s, decode(%s, 'hex'), %s, %s, %s, %s, %s, %s, %s, %s)"
_MOST_ROWS = 5000


def insert_evaluations(told: Sequence[tuple[Run, Judgement]]) -> None:
    """One row per verdict; those that are there already stay (trust.md R4)."""
    for first in range(0, len(told), _MOST_ROWS):
        batch = told[first : first + _MOST_ROWS]
        values: list[Any] = []
        for run, judgement in batch:
            values += _values(run, judgement)
        statement = _ADD_EVALUATIONS.format(
            columns=_EVALUATION_COLUMNS, rows=", ".join([_ROW] * len(batch))
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, values)


def _values(run: Run, judgement: Judgement) -> tuple[Any, ...]:
    found = judgement.summary
    return (
        run.pk,
        judgement.guideline.pk,
        judgement.inputs_digest,
        judgement.target,
        judgement.ruleset,
        found.verdict.value,
        found.total,
        found.passed,
        found.failed,
        found.skipped,
        found.missing,
    )


_ADD_JUDGED = """
    INSERT INTO certification_evaluation ({columns}) SELECT {columns} FROM judged
    ON CONFLICT DO NOTHING
"""


def copy_evaluations(lines: Iterable[str]) -> None:
    """The same for whole batches: `lines` are rows of COPY's text form with these columns. Inside
    the caller's transaction, whose end drops the table in between."""
    text = io.StringIO("".join(lines))
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS judged (LIKE certification_evaluation)"
            " ON COMMIT DROP; ALTER TABLE judged DROP COLUMN IF EXISTS id,"
            " DROP COLUMN IF EXISTS judged_at; TRUNCATE judged"
        )
        cursor.copy_expert(f"COPY judged ({_EVALUATION_COLUMNS}) FROM STDIN", text)
        cursor.execute(_ADD_JUDGED.format(columns=_EVALUATION_COLUMNS))
