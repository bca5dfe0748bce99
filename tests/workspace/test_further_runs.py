"""Choosing the runs that make one claim: all that may be joined can be found, and others say why
they may not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from certification.models import Run
from certification.operations.submissions import draft_submission
from marketplace.catalogue.models import ProductRelease
from marketplace.catalogue.products import create_release
from marketplace.workspace.further_runs import A_PAGE
from tests.certification.test_joined_claims import stream
from tests.factories import judged, person, vendor
from tests.site.conftest import signed_in
from tests.site.reading import Page, read
from tests.workspace.stories import Story, story

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TESTS = ["demo.Tests.a[id-a]", "demo.Tests.b[id-b]"]


@pytest.fixture
def told() -> Story:
    return story()


def ran(told: Story, days: float = 0, **facts: object) -> Run:
    """A judged run of the vendor that began so many days after the first."""
    run = judged(stream(TESTS, days=days), by=told.owner)
    Run.objects.filter(pk=run.pk).update(**facts)
    return run


def page(told: Story, run: Run, query: str = "", client: Client | None = None) -> Page:
    address = f"/workspace/releases/{told.release.pk}/?run={run.pk}{query}"
    return read((client or told.client).get(address))


def offered(found: Page, *, ticked: bool | None = None) -> list[str]:
    boxes = found.all("input", type="checkbox", name="join")
    return [box["value"] for box in boxes if ticked is None or ("checked" in box) is ticked]


def test_every_run_that_may_be_joined_is_reached_by_pages_and_by_words(told: Story) -> None:
    runs = [ran(told, days=number / 10) for number in range(A_PAGE + 4)]
    Run.objects.filter(pk=runs[0].pk).update(file_name="night-shift.subunit")
    chosen, oldest = runs[-1], str(runs[0].pk)
    first = page(told, chosen)
    assert len(offered(first)) == A_PAGE and oldest not in offered(first)
    assert f"Page 1 of 2; {A_PAGE + 3} runs may be joined" in first.text
    second = page(told, chosen, "&page=2")
    assert sorted(offered(first) + offered(second)) == sorted(str(run.pk) for run in runs[:-1])
    assert offered(page(told, chosen, "&find=night-SHIFT")) == [oldest]
    assert offered(page(told, chosen, f"&find={oldest[:8]}")) == [oldest]
    none = page(told, chosen, "&find=nothing%00like%25it")
    assert offered(none) == [] and "No run that may be joined fits these words." in none.text
    # What was ticked stays ticked, and first, wherever one looks; its claim is shown.
    kept = page(told, chosen, f"&join={oldest}&page=1")
    assert offered(kept, ticked=True) == [oldest] == offered(kept)[:1]
    assert len(offered(kept, ticked=False)) == A_PAGE
    assert "Tie these 2 runs and submit" in kept.text
    assert offered(page(told, chosen, "&page=x")) == offered(first)
    # The list of all runs, from which the first one is chosen, has pages of its own.
    assert str(runs[0].pk) not in str(first.links)
    assert f"?run={chosen.pk}&runs=2#h-runs" in first.links
    older = page(told, chosen, "&runs=2")
    assert f"?run={runs[0].pk}#tie" in older.links and offered(older) == offered(first)


def test_others_say_why_they_cannot_be_joined(told: Story) -> None:
    chosen = ran(told, cpid="lab-one")
    other = create_release(
        product=told.product, version="9.9", released_on=None,
        openstack_releases=["gazpacho"], by=told.owner,
    )  # fmt: skip
    reasons = {
        ran(told, days=1, cpid="lab-two"): "it is of another cloud",
        ran(told, days=2, damage_offset=7, damage_reason="the packet ends early"): "it breaks off",
        ran(told, days=3, started_at=None, ended_at=None): "it does not say when its tests ran",
        ran(told, days=20): "more than 14 days lie between the two",
        _tied(told, other): "it belongs to another release",
    }
    found = page(told, chosen)
    assert offered(found) == []
    assert "Why the newest 5 other runs cannot be joined" in found.text
    for run, why in reasons.items():
        assert f"{run.short_id} : {why}" in found.text, why
        answer = page(told, chosen, f"&join={run.pk}")
        assert "Tie this run and submit" in answer.text
    alone = next(run for run, why in reasons.items() if "when its tests" in why)
    said = page(told, alone).text
    assert "No further run can be joined with this one: it does not say when its tests" in said


def _tied(told: Story, to: ProductRelease) -> Run:
    run = ran(told, days=4)
    draft_submission(
        release=to, run=run, guideline=told.guideline, target="compute",
        openstack_release="gazpacho", by=told.owner,
    )  # fmt: skip
    return run


def test_a_stranger_finds_none_of_them(told: Story) -> None:
    run = ran(told)
    ran(told, days=1)
    eve = person("Eve")
    vendor("Reed", owner=eve)
    address = f"/workspace/releases/{told.release.pk}/?run={run.pk}&find=a"
    assert signed_in(eve).get(address).status_code == 404


def test_nobody_else_s_run_is_among_them(told: Story) -> None:
    run = ran(told)
    theirs = judged(stream(TESTS, days=1), by=person("Bob"))
    found = page(told, run, f"&join={theirs.pk}&find={theirs.pk}")
    assert offered(found) == [] and theirs.short_id not in found.text.replace(str(theirs.pk), "")


def test_the_edge_of_fourteen_days_is_inside(told: Story) -> None:
    first = ran(told)
    assert first.started_at is not None
    edge = ran(told, days=13)
    Run.objects.filter(pk=edge.pk).update(ended_at=first.started_at + timedelta(days=14))
    assert offered(page(told, first)) == [str(edge.pk)]
