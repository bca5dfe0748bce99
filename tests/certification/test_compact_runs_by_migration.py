"""Runs and verdicts stored before they were made smaller are rewritten, and back again."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connection

from certification.models import Evaluation, Run
from tests.workspace.stories import story

pytestmark = pytest.mark.django_db
MIGRATION = import_module("certification.migrations.0014_compact_runs")


def test_stored_runs_and_verdicts_are_the_same_after_both_ways() -> None:
    """In one transaction, as a migration is: what was written waits for its checks."""
    story().certified()
    kept = [list(model.objects.order_by("pk").values_list()) for model in (Run, Evaluation)]
    forward, rewritten, close = MIGRATION.Migration.operations[:3]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(close.reverse_sql)
        rewritten.reverse_code(None, _Editor())
        cursor.execute(forward.reverse_sql)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(forward.sql)
        rewritten.code(None, _Editor())
        cursor.execute(close.sql)
    assert kept[0] and kept[1]
    assert kept == [list(model.objects.order_by("pk").values_list()) for model in (Run, Evaluation)]


class _Editor:
    """What the migration asks of a schema editor."""

    connection = connection
