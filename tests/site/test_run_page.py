"""The page of a run, from waiting to its verdicts."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from certification.models import Guideline, QueueEntry, Run
from certification.operations.verification import quarantine_run
from tests.factories import (
    announced,
    document,
    draft,
    imported,
    in_force,
    judged,
    person,
    real_run,
    refstack_json,
    subunit,
    upload,
    vendor,
)
from tests.site.conftest import signed_in
from tests.site.reading import Page, read

pytestmark = pytest.mark.django_db
REFRESH = '<noscript><meta http-equiv="refresh" content="2"></noscript>'


def page_of(run: Run, client: Client | None = None, query: str = "") -> Page:
    answer = (client or Client()).get(f"{run.get_absolute_url()}{query}")
    assert answer.status_code == 200
    return read(answer)


def test_a_waiting_run_refreshes_by_itself_and_without_javascript(stranger: Client) -> None:
    ahead, run = upload(), upload()
    answer = stranger.get(run.get_absolute_url())
    page = read(answer)
    assert "wait to be judged" in page.title
    assert "1 run waits before this one" in page.text
    assert REFRESH in answer.content.decode()
    assert page.all("div", **{"data-refresh": ""})
    assert page.all("script", src="/static/site/refresh.js")
    assert ahead.pk != run.pk


def test_a_judged_run_stops_refreshing_and_says_what_passes() -> None:
    in_force("2031.06", "a", "b")
    run = judged(subunit(a="success", b="success"))
    answer = Client().get(run.get_absolute_url())
    page = read(answer)
    assert page.title == "Passes Compute 2031.06"
    assert "2 of 2 counted tests" in page.text
    assert "http-equiv" not in answer.content.decode()
    assert not page.all("script")


def test_each_open_test_stands_with_its_reason_capability_and_hint() -> None:
    in_force("2031.06", "a", "b", "c")
    run = judged(subunit(a="success", b="failure"))
    page = page_of(run)
    assert page.title == "2 tests short of Compute 2031.06"
    assert "demo.Tests.b" in page.text
    assert "demo.Tests.c" in page.text
    assert "Required by demo-ability" in page.text
    assert "Mend:" in page.text
    assert "not in the run" in page.text


def test_the_strip_says_in_words_what_its_table_says() -> None:
    in_force("2031.06", "a", "b")
    page = page_of(judged(subunit(a="success", b="failure")))
    [strip] = page.all("div", role="img")
    assert strip["aria-label"] == "0 of 1 passed, 1 failed; demo-ability failed"
    assert "demo-ability demo failed 1 of 2 0" in page.text


def test_a_target_and_a_guideline_are_chosen_by_links() -> None:
    in_force("2031.06", "a")
    announced("2031.11", "a", "b")
    run = judged(subunit(a="success"))
    page = page_of(run)
    assert page.title == "Passes Compute 2031.06"
    [link] = [href for href in page.links if href.startswith("?guideline=2031.11")]
    chosen = page_of(run, query=link)
    assert chosen.title == "1 test short of Compute 2031.11"
    assert "draft: this is readiness, not a result" in chosen.text


def test_any_imported_guideline_judges_on_the_spot_and_keeps_nothing() -> None:
    in_force("2031.06", "a")
    run = judged(subunit(a="success"))
    draft("2020.06", "a", "z")
    page = page_of(run, query="?guideline=2020.06")
    assert page.title == "1 test short of Compute 2020.06"
    assert "never in force here" in page.text
    assert "Judged on request" in page.text
    assert run.evaluations.count() == 1


@pytest.mark.parametrize(
    "query",
    [
        "?guideline=nope",
        "?guideline=%00",
        "?target=%00",
        "?target=nope",
        "?guideline=2031.06&target=x",
    ],
)
def test_a_guideline_or_target_that_is_not_there_is_404(query: str) -> None:
    in_force("2031.06", "a")
    run = judged(subunit(a="success"))
    assert Client().get(f"{run.get_absolute_url()}{query}").status_code == 404


def test_passes_only_stands_wherever_the_verdict_stands() -> None:
    in_force("2031.06", "a", "b")
    run = judged(refstack_json("a"))
    page = page_of(run)
    assert page.text.lower().count("passes only") >= 3
    assert "failed, was skipped or never ran" in page.text
    home = read(Client().get("/"))
    assert "passes only" in home.text


def test_damaged_evidence_never_passes_and_names_the_byte() -> None:
    in_force("2031.06", "a")
    raw = subunit(a="success") + b"test: demo.Tests.b[id-b]\nfailure: demo.Tests.b[id-b] [\ncut"
    run = judged(raw)
    assert run.damage_reason
    page = page_of(run)
    assert page.title.startswith("Incomplete evidence")
    assert f"byte {run.damage_offset}" in page.text
    assert "Passes Compute" not in page.text


def test_an_unreadable_run_says_why_where_and_what_to_do() -> None:
    run = judged(b"Dear marketplace, please certify us.\n")
    page = page_of(run)
    assert "cannot be read" in page.title
    assert run.fault_code in page.text
    assert "byte 0" in page.text
    assert reverse("upload") in page.links


def test_a_quarantined_run_has_no_verdict() -> None:
    run = upload()
    quarantine_run(run_id=str(run.pk), why="died three times")
    page = page_of(run)
    assert "set aside for a person" in page.title
    assert "neither passed nor failed" in page.text


def test_a_capability_that_nothing_tests_is_named() -> None:
    flagged = {"demo.Tests.z": {"idempotent_id": "id-z", "flagged": {"reason": "racy"}}}
    body = {
        "demo-ability": {"description": "", "project": "demo", "tests": {"demo.Tests.a": {}}},
        "racy-ability": {"description": "", "project": "demo", "tests": flagged},
    }
    components = {"demo_compute": {"capabilities": {"required": list(body)}}}
    made = imported(document(capabilities=body, components=components)).guideline
    run = judged(subunit(a="success"))
    page = page_of(run, query=f"?guideline={made.document_id}")
    assert "Not tested: racy-ability" in page.text


def test_an_anonymous_run_says_when_it_goes_and_what_it_never_becomes() -> None:
    page = page_of(judged())
    assert "Deleted 30 days after it came" in page.text
    assert "never becomes a certificate" in page.text


def test_a_private_run_is_unknown_to_strangers_and_known_to_its_vendor() -> None:
    ann, bob, eve = person("Ann"), person("Bob"), person("Eve")
    vendor("Kelp", owner=ann, viewer=bob)
    run = judged(by=ann)
    for path in ("", "evidence", "open-tests.txt"):
        url = f"{run.get_absolute_url()}{path}"
        assert Client().get(url).status_code == 404
        assert signed_in(eve).get(url).status_code == 404
    assert signed_in(bob).get(run.get_absolute_url()).status_code == 200
    assert Client().get(reverse("run", args=[uuid4()])).status_code == 404


def test_the_names_of_people_are_for_those_who_sign_in() -> None:
    ann = person("Annabel")
    made = vendor("Kelp", owner=ann)
    run = judged(by=ann)
    Run.objects.filter(pk=run.pk).update(shared=True)
    page = page_of(run)
    assert made.name in page.text
    assert "Annabel" not in page.text


def test_evidence_comes_as_it_was_sent_and_is_never_shown_by_a_browser() -> None:
    raw = subunit(a="success")
    run = judged(raw)
    answer = Client().get(f"{run.get_absolute_url()}evidence")
    assert answer.getvalue() == raw
    assert answer["Content-Disposition"] == f'attachment; filename="run-{run.pk}.evidence"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_open_tests_come_as_a_list_for_tempest() -> None:
    in_force("2031.06", "a", "b", "c")
    run = judged(subunit(a="success", b="skip"))
    answer = Client().get(f"{run.get_absolute_url()}open-tests.txt")
    lines = answer.content.decode().splitlines()
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert len(lines) == 2
    assert any(re.search(line, "demo.Tests.b[id-b]") for line in lines)
    assert not any(re.search(line, "demo.Tests.a[id-a]") for line in lines)


def test_a_run_that_waits_has_no_list_of_open_tests() -> None:
    assert Client().get(f"{upload().get_absolute_url()}open-tests.txt").status_code == 404


def test_verdicts_stand_when_the_evidence_is_gone(evidence_folder: object) -> None:
    from certification.evidence import delete_evidence

    in_force("2031.06", "a")
    run = judged(subunit(a="success"))
    delete_evidence(run.evidence_sha256)
    page = page_of(run)
    assert page.title == "Passes Compute 2031.06"
    assert "not in the store" in page.text
    assert Client().get(f"{run.get_absolute_url()}evidence").status_code == 404


def test_a_run_before_any_guideline_says_so() -> None:
    page = page_of(judged())
    assert "No guideline was in force" in page.title
    assert Guideline.objects.count() == 0
    assert QueueEntry.objects.filter(finished_at=None).count() == 0


@pytest.mark.slow
def test_a_genuine_run_by_our_own_guideline() -> None:
    from tests.factories import powered

    powered()
    run = judged(real_run("guideline-2020.06-parallel3.v2"))
    page = page_of(run)
    assert page.title == "Passes Object Storage 2026.11, 13 tests short of Compute"
    assert "Instance validation tests are disabled." in page.text
    assert (
        "tempest.api.volume.test_volumes_actions.VolumesActionsTest.test_volume_upload" in page.text
    )
    assert "Platform 2027.05" in page.text
