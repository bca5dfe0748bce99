"""The run page recognises the usual mistakes and says how to mend them."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from certification.judging import compiled_guideline
from tests.factories import in_force, judged, person, powered, real_run, refstack_json, subunit
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
    assert "3 of 4 tests that Compute 2031.06 asks for are not in the run" in page.text
    assert "Most tests of Compute 2031.06 were not run" in page.text
    assert "list-wrong" in page.text


def test_a_run_for_one_target_is_not_told_off_for_the_other() -> None:
    """It opens on the target that it passes; the other one is a click away, and named."""
    compiled = compiled_guideline(powered())
    counted = compiled.targets["object"].counted
    tests = [compiled.tests[at] for at in counted]
    results = [{"name": test.name, "uuid": test.idempotent_id} for test in tests]
    body = {"cpid": "cloud-1", "duration_seconds": 9, "results": results}
    ann = person("Ann")
    run = judged(json.dumps(body).encode(), by=ann)
    client = signed_in(ann)
    page = read(client.get(run.get_absolute_url()))
    assert page.title.startswith("Passes Object Storage 2026.11")
    assert f"{len(counted)} of {len(counted)} counted tests of Object Storage passed." in page.text
    assert "list-wrong" not in page.text
    other = read(client.get(f"{run.get_absolute_url()}?guideline=2026.11&target=compute"))
    assert "Most tests of Compute 2026.11 were not run" in other.text


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
