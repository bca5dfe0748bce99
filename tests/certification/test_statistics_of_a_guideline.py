"""How the market does by a guideline: over the newest run of each product, from bitmaps alone."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from certification.models import Amendment, Guideline
from certification.operations.amendments import Wish, amend_guideline
from certification.operations.sharing import share_run
from certification.operations.submissions import withdraw
from certification.queries.guideline_adoption import adoption_of
from certification.queries.guideline_statistics import Counts, guideline_statistics
from tests.factories import judged, subunit, two_admins
from tests.site.reading import read
from tests.workspace.stories import story

pytestmark = pytest.mark.django_db


def by_test(guideline: Guideline, *, public: bool = False) -> dict[str, Counts]:
    found = guideline_statistics(guideline, public=public)
    return {line.name.rpartition(".")[2]: line.counts for line in found.tests}


def test_the_newest_run_of_each_product_counts() -> None:
    kelp, reed = story("Kelp"), story("Reed")
    kelp.draft(judged(subunit(a="success", b="failure"), by=kelp.owner))
    guideline = reed.guideline
    assert by_test(guideline) == {"a": Counts(passed=1), "b": Counts(failed=1)}
    reed.draft(judged(subunit(a="skip", z="success"), by=reed.owner))
    assert by_test(guideline) == {
        "a": Counts(passed=1, skipped=1),
        "b": Counts(failed=1, missing=1),
    }
    [ability] = guideline_statistics(guideline, public=False).capabilities
    assert (ability.counts, ability.tests, ability.flagged) == (
        Counts(failed=1, skipped=1),
        2,
        0,
    )


def test_private_runs_show_nothing_in_public() -> None:
    told = story()
    run = told.short_run()
    told.draft(run)
    assert guideline_statistics(told.guideline, public=True).products == 0
    share_run(run=run, by=told.owner)
    assert by_test(told.guideline, public=True)["a"] == Counts(passed=1)


def test_what_was_taken_back_does_not_count() -> None:
    told = story()
    withdraw(submission=told.draft(told.short_run()), by=told.owner)
    assert guideline_statistics(told.guideline, public=False).products == 0


def test_a_run_that_its_bitmap_cannot_tell_is_left_out() -> None:
    told = story()
    raw = subunit(a="success") + b"test: demo.Tests.b\nsuccess: demo.Tests.b\n"
    told.draft(judged(raw, by=told.owner))
    found = guideline_statistics(told.guideline, public=False)
    assert (found.products, found.left_out) == (0, 1)


def test_a_flagged_test_is_told_apart() -> None:
    told = story()
    told.draft(told.short_run())
    wish = Wish(Amendment.Action.FLAG, "demo.Tests.b", "It is flaky.")
    amend_guideline(guideline=told.guideline, wish=wish, by=two_admins()[0])
    found = guideline_statistics(told.guideline, public=False)
    assert [line.flagged for line in found.tests] == [False, True]
    [ability] = found.capabilities
    assert (ability.counts, ability.flagged) == (Counts(passed=1), 1)


@pytest.mark.slow
def test_page_and_files_tell_the_same() -> None:
    told = story()
    told.certified()
    base = f"{told.guideline.get_absolute_url()}statistics"
    page = read(Client().get(f"{base}/?sort=-odd"))
    assert "1 product counted" in page.text
    assert "demo.Tests.a" in page.text
    assert f"{told.guideline.get_absolute_url()}statistics/?digest={told.guideline.digest}" in (
        read(Client().get(told.guideline.get_absolute_url())).links
    )
    rows = json.loads(Client().get(f"{base}.json?sort=failed").content)["statistics"]
    assert [(row["kind"], row["name"], row["passed"]) for row in rows] == [
        ("capability", "demo-ability", 1),
        ("test", "demo.Tests.a", 1),
        ("test", "demo.Tests.b", 1),
    ]
    lines = Client().get(f"{base}.csv").content.decode().splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("kind,name,idempotent_id")
    [adopted] = adoption_of(told.guideline)
    assert (adopted.target, adopted.issued, adopted.standing) == ("compute", 1, 1)
