"""Statements that are written by hand say what the models say."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection, models
from django.utils import timezone

from certification.inserting import _EVALUATION_COLUMNS, insert_run
from certification.judging import judged_guidelines
from certification.models import Evaluation, Guideline, Run
from marketplace.catalogue import audit
from marketplace.catalogue.limits import count_one
from tests.factories import draft, judged, person

pytestmark = pytest.mark.django_db
_INTO = re.compile(r"INSERT INTO (\w+) \(([\w, ]+)\)")
OWN = ("id", "evidence_digest")


def columns_of(model: type[models.Model]) -> set[str]:
    """Without a key that the database counts up."""
    fields = model._meta.concrete_fields
    return {str(one.column) for one in fields if not isinstance(one, models.AutoField)}


def test_every_prepared_insert_names_each_column_of_its_model() -> None:
    ann = person()
    audit.record("vendor.created", ann, actor=audit.SYSTEM)
    count_one(deed="search", who="somebody", most=9)
    judged()
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        written = [found for (text,) in cursor.fetchall() if (found := _INTO.search(text))]
    tables = {model._meta.db_table: model for model in apps.get_models()}
    named = {found[1]: set(found[2].split(", ")) for found in written}
    assert {"catalogue_auditevent", "catalogue_hourlycount", "certification_run"} <= named.keys()
    assert named == {table: columns_of(tables[table]) for table in named}


def test_verdicts_that_are_copied_in_name_each_column_but_their_time() -> None:
    assert set(_EVALUATION_COLUMNS.split(", ")) == columns_of(Evaluation) - {"judged_at"}


def stored(run: Run) -> dict[str, Any]:
    """The row as the database has it, without what is the run's alone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM certification_run WHERE id = %s", [run.pk])
        names = [column.name for column in cursor.description]
        row = dict(zip(names, cursor.fetchone(), strict=True))
    told = {
        name: bytes(value) if isinstance(value, memoryview) else value
        for name, value in row.items()
    }
    return {name: value for name, value in told.items() if name not in OWN}


@pytest.mark.parametrize("is_settled", [True, False])
def test_a_run_is_stored_as_django_would_store_it(is_settled: bool) -> None:
    known = judged(by=person())
    said = {one.attname: getattr(known, one.attname) for one in Run._meta.concrete_fields}
    if not is_settled:
        said |= {"state": Run.State.RECEIVED, "verified_at": None}
    by_hand, by_django = (
        Run(**said | {"id": uuid4(), "evidence_sha256": digit * 64}) for digit in "ab"
    )
    assert insert_run(by_hand)
    by_django.save(force_insert=True)
    assert stored(by_hand) == stored(by_django)


def test_runs_are_judged_by_the_guidelines_that_the_models_name() -> None:
    began, one = timezone.now(), draft().pk
    for state, approved_at, superseded_at in (
        (Guideline.State.DRAFT, None, None),
        (Guideline.State.APPROVED, began, None),
        (Guideline.State.SUPERSEDED, began, began),
        (Guideline.State.RETIRED, began, began),
    ):
        for is_announced in (False, True):
            Guideline.objects.filter(pk=one).update(
                state=state,
                approved_at=approved_at,
                superseded_at=superseded_at,
                announced=is_announced,
            )
            named = set(Guideline.objects.judged().values_list("pk", flat=True))
            assert {known.pk for known in judged_guidelines()} == named
            always = state in {Guideline.State.APPROVED, Guideline.State.SUPERSEDED}
            assert (one in named) == (always or (state == Guideline.State.DRAFT and is_announced))
