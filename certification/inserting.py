"""Rows that every upload adds, by statements of our own.

Django would put the same statements together anew for each row, and that costs an upload more than
the database does. What stands in the columns is still the models' to say.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models.expressions import DatabaseDefault

from certification.judging import Judgement
from certification.models import Run
from certification.models.columns import BitmapField, DigestField
from marketplace.catalogue.prepared import Statement

_ADD_RUN = """
    INSERT INTO certification_run ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING
    RETURNING received_at, verified_at, copied_bytes
"""
_RECEIVED_AT = "coalesce(%s, statement_timestamp())"
#: Whether the run is settled comes before the time.
_VERIFIED_AT = "CASE WHEN %s THEN coalesce(%s, statement_timestamp()) END"
#: Another owner sent the bytes; the people of one vendor are one owner (trust.md S10).
_IS_COPY = """
    EXISTS (SELECT FROM certification_run AS other
        WHERE other.evidence_digest = %s AND other.uploaded_by_id IS DISTINCT FROM %s
        AND (%s::bigint IS NULL OR other.vendor_id IS DISTINCT FROM %s))
"""
_PLACES = {"received_at": _RECEIVED_AT, "verified_at": _VERIFIED_AT, "copied_bytes": _IS_COPY}
#: Other columns take a value as Python has it.
_WRITTEN_OTHERWISE = (DigestField, BitmapField)


@cache
def _adding_run() -> Statement:
    fields = Run._meta.concrete_fields
    columns = ", ".join(str(field.column) for field in fields)
    places = ", ".join(_PLACES.get(field.attname, "%s") for field in fields)
    return Statement("add_run", _ADD_RUN.format(columns=columns, places=places))


def insert_run(run: Run) -> bool:
    """Add the run and note whether another owner sent its bytes before. False where the same owner
    did: then nothing is added. Times that are not set are the database's."""
    values: list[Any] = []
    for field in Run._meta.concrete_fields:
        value = getattr(run, field.attname)
        if field.attname == "copied_bytes":
            digest = bytes.fromhex(run.evidence_sha256)
            values += [digest, run.uploaded_by_id, run.vendor_id, run.vendor_id]
        elif field.attname == "verified_at":
            values += [run.is_settled, value]
        elif isinstance(value, DatabaseDefault):
            values.append(None)
        elif isinstance(field, _WRITTEN_OTHERWISE):
            values.append(field.get_db_prep_save(value, connection))
        else:
            values.append(value)
    with connection.cursor() as cursor:
        _adding_run().run(cursor, values)
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


_JUDGED = """
    CREATE TEMPORARY TABLE IF NOT EXISTS judged ON COMMIT DROP AS
    SELECT {columns} FROM certification_evaluation WITH NO DATA; TRUNCATE judged
"""
_ADD_JUDGED = """
    INSERT INTO certification_evaluation ({columns}) SELECT {columns} FROM judged
    ON CONFLICT DO NOTHING
"""
#: Lines sent to PostgreSQL at a time, each of some 150 bytes.
_MOST_LINES = 20_000


def copy_evaluations(lines: Iterable[str]) -> None:
    """The same for whole batches: `lines` are rows of COPY's text form with these columns. Inside
    the caller's transaction, whose end drops the table in between."""
    rest = iter(lines)
    while text := "".join(itertools.islice(rest, _MOST_LINES)):
        with connection.cursor() as cursor:
            cursor.execute(_JUDGED.format(columns=_EVALUATION_COLUMNS))
            rows = io.BytesIO(text.encode())
            cursor.copy_expert(f"COPY judged ({_EVALUATION_COLUMNS}) FROM STDIN", rows)
            cursor.execute(_ADD_JUDGED.format(columns=_EVALUATION_COLUMNS))
