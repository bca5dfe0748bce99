"""The run page recognises the usual mistakes and says how to mend them."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.factories import in_force, judged, powered, real_run, refstack_json, subunit
from tests.site.conftest import signed_in
from tests.site.reading import read
from tests.workspace.stories import story

pytestmark = pytest.mark.django_db

HEADING = "Mistakes to mend first"


def test_a_genuine_run_without_guest_validation() -> None:
    powered()
    run = judged(real_run("guideline-2020.06-parallel3.v2"))
    page = read(Client().get(run.get_absolute_url()))
    assert (2, HEADING) in page.headings
    for said in ("guest-validation-off", "[validation] run_validation = True", "6 tests or class"):
        assert said in page.text


def test_a_list_of_another_service() -> None:
    in_force("2031.06", "a", "b", "c", "d")
    page = read(Client().get(judged(subunit(a="success")).get_absolute_url()))
    assert "3 of 4 tests asked for are not in the run" in page.text
    assert "list-wrong" in page.text


def test_a_run_without_mistakes_has_no_doctor() -> None:
    in_force("2031.06", "a")
    page = read(Client().get(judged(subunit(a="success")).get_absolute_url()))
    assert (2, HEADING) not in page.headings


def test_an_empty_stream_leads_to_the_old_client() -> None:
    run = judged(b'{"cpid": "c", "duration_seconds": 0, "results": []}')
    assert run.state == "unreadable"
    page = read(Client().get(run.get_absolute_url()))
    assert "result-list-empty" in page.text
    assert "version 2" in page.text


def test_another_cloud_than_the_release_s_earlier_runs() -> None:
    told = story()
    first = judged(refstack_json("a", "b", cpid="lab-one"), by=told.owner)
    told.client.post(f"/workspace/submissions/{told.submitted(first).pk}/withdraw/")
    second = judged(refstack_json("a", "b", cpid="lab-two"), by=told.owner)
    assert "cloud-another" not in read(told.client.get(second.get_absolute_url())).text
    told.draft(second)
    page = read(signed_in(told.owner).get(second.get_absolute_url()))
    assert "cloud-another" in page.text
    assert "This run names the cloud lab-two; earlier runs named lab-one." in page.text
