"""The office in numbers: outcomes, answer times against the promise, what waits, who decides."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.test import Client
from django.utils import timezone

from certification.models import Submission
from certification.operations.review import reject
from marketplace.catalogue.models import User
from marketplace.workspace.office_statistics import office_statistics, quantile
from tests.site.conftest import signed_in
from tests.site.reading import read
from tests.workspace.stories import story

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("values", "median", "ninth"),
    [
        ([], None, None),
        ([3], 3, 3),
        ([1, 2], 1, 2),
        ([5, 1, 3], 3, 5),
        (list(range(1, 11)), 5, 9),
        (list(range(1, 101)), 50, 90),
    ],
)
def test_quantiles_are_those_of_the_nearest_rank(
    values: list[int], median: int | None, ninth: int | None
) -> None:
    assert (quantile(values, 50), quantile(values, 90)) == (median, ninth)


def test_an_empty_office_says_so(reviewer: User) -> None:
    page = read(signed_in(reviewer).get("/staff/statistics/"))
    assert "Nothing was handed in within twelve months." in page.text


def test_every_submission_counts_once(reviewer: User) -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    told = [story(name) for name in ("Kelp", "Reed", "Moss", "Fern")]
    told[0].certified()
    slow, waits = told[1].submitted(), told[2].submitted()
    told[3].draft()
    reject(submission=slow, by=reviewer, reason="Another product.")
    on = Submission.objects.filter
    copied = [{"code": "times-copied", "text": f"As {n} of 30 tests of a run."} for n in (28, 29)]
    on(pk=slow.pk).update(submitted_at=now - timedelta(days=14), decided_at=now, flags=copied)
    on(pk=waits.pk).update(submitted_at=now - timedelta(days=4))
    on(release=told[0].release).update(
        submitted_at=now - timedelta(days=40), decided_at=now - timedelta(days=38)
    )
    found = office_statistics(now)
    assert (found.handed_in, found.approved, found.by_rule) == (3, 1, 0)
    assert (found.answers.decided, found.answers.in_time) == (2, 1)
    assert (found.answers.median, found.answers.ninth) == (2, 10)
    tables = {one.name: {row.title: row.counts for row in one.rows} for one in found.tables}
    assert tables["outcomes"]["October 2026"] == (0, 1, 0, 0, 0)
    assert tables["outcomes"]["November 2026"] == (0, 0, 1, 0, 1)
    assert tables["promise"]["November 2026"] == (0, 1)
    assert tables["waiting"]["1 to 2 days"] == (0,)
    assert tables["waiting"]["3 to 5 days"] == (1,)
    assert tables["rejections"] == {"Times copied": (1,)}
    assert len(tables["outcomes"]) == 12
    assert sum(sum(row) for row in tables["outcomes"].values()) == 3


def test_each_plot_has_its_table_and_its_file(reviewer: User) -> None:
    told = story()
    told.submitted()
    client = signed_in(reviewer)
    page = read(client.get("/staff/statistics/"))
    for one in office_statistics(timezone.now()).tables:
        assert not one.rows or f"{one.title} as a table" in page.text
        path = f"/staff/statistics/{one.name}.csv"
        assert path in page.links
        answer = client.get(path)
        heading, *rows = csv.reader(StringIO(answer.content.decode(), newline=""))
        assert heading == [one.subject, *one.columns] and len(rows) == len(one.rows)
    assert client.get("/staff/statistics/no-such.csv").status_code == 404
    assert told.client.get("/staff/statistics/").status_code == 404
    assert Client().get("/staff/statistics/").status_code == 302
