"""The page of a bundle of the kit, and of results of its tests that came in another way."""

from __future__ import annotations

import pytest
from django.test import Client

from certification.engine.integration import Level
from certification.evidence import delete_evidence
from certification.levels import _bundle
from certification.models import Run
from certification.operations.sharing import share_run
from tests.certification.kit_runs import Lab, lab, required
from tests.factories import judged, real_run
from tests.site.conftest import signed_in
from tests.site.reading import Page, read
from tests.site.test_every_page import check_page

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
JUNIT = (
    b'<testsuite name="osi"><testcase classname="osi.identity" name="v3_auth"/>'
    b'<testcase classname="osi.identity" name="catalog"><failure message="no"/></testcase>'
    b"</testsuite>"
)


@pytest.fixture
def at(db: None) -> Lab:
    return lab()


def page_of(run: Run, at: Lab, query: str = "") -> Page:
    return check_page(signed_in(at.owner), run.get_absolute_url() + query)


def test_a_bundle_names_what_is_missing_and_how_to_run_it_again(at: Lab) -> None:
    passed = required(at.rules, Level.CONNECTED) - {"identity.catalog", "ops.releases"}
    run = at.run(passed, failed={"identity.catalog": "It asked a fixed address."})
    page = page_of(run, at)
    assert page.title == "By itself this run reaches no level by integration.2026.11"
    assert "2 tests are missing for Connected." in page.text
    assert "To reach Connected" in page.text
    assert "It asked a fixed address." in page.text
    assert "hallmark kit run --adapter FOLDER" in page.text
    assert "--only identity.catalog" in page.text
    assert "--only ops.releases" in page.text
    assert "--only identity.v3_auth" not in page.text
    assert "empest" not in page.text
    assert "Connected integration.2026.11 2 tests short 8 of 10 required" in page.text
    [listed] = [link for link in page.links if "open-tests.txt" in link]
    lines = signed_in(at.owner).get(listed).content.decode().splitlines()
    assert sorted(lines) == ["identity.catalog", "ops.releases"]


def test_it_says_who_signed_it_whose_nonce_it_carries_and_what_was_recorded(at: Lab) -> None:
    run = at.run(required(at.rules, Level.INTEGRATED), nonce=at.nonce())
    page = page_of(run, at)
    assert page.title.startswith("By itself this run shows Connected")
    assert "Nonce Given by us for Marram 5.2" in page.text
    assert "Signature Signed by a registered key of the vendor" in page.text
    assert "Assurance Challenged" in page.text
    assert "limited Too many requests: wait 2 seconds" in page.text
    assert "shortest wait after 429: " in page.text
    assert "plain Nothing is disturbed" in page.text
    assert "Stated in the run gazpacho" in page.text
    assert "Download the bundle" in page.text
    assert [link for link in page.links if link.endswith("?run=" + str(run.pk) + "#tie")]


def test_a_bundle_that_nobody_signed_or_asked_for_is_self_reported(at: Lab) -> None:
    run = at.run({"identity.v3_auth"}, signed=False)
    page = page_of(run, at)
    assert "Nonce The nonce is none of ours" in page.text
    assert "Signature Not signed" in page.text
    assert "Assurance Self-reported" in page.text
    assert "Assurance Challenged" not in page.text


def test_only_integration_guidelines_judge_a_bundle_and_only_bundles(at: Lab) -> None:
    run, other = at.run({"identity.v3_auth"}), judged(real_run("identity-serial.v2"), by=at.owner)
    client = signed_in(at.owner)
    same = f"{run.get_absolute_url()}?guideline={at.guideline.document_id}"
    assert client.get(same).status_code == 200
    for address in (
        f"{run.get_absolute_url()}?guideline=2026.11",
        f"{run.get_absolute_url()}open-tests.txt?guideline=2026.11",
        f"{other.get_absolute_url()}?guideline={at.guideline.document_id}",
    ):
        assert client.get(address).status_code == 404, address
    page = page_of(other, at)
    assert "integration.2026.11" not in page.text
    assert "Claimed: only results of the kit count" in page.text


def test_results_of_the_kits_tests_from_other_tools_are_claims(at: Lab) -> None:
    run = judged(JUNIT, by=at.owner)
    page = page_of(run, at)
    assert page.title == "Claimed: only results of the kit count"
    assert "names 2 tests of the kit and says that 1 passed" in page.text
    assert "The way to" not in page.text
    asked = page_of(run, at, "?guideline=2026.11")
    assert "Claimed: only results of the kit count" in asked.text
    assert "The way to Platform" in asked.text


def test_evidence_that_is_gone_leaves_the_verdicts(at: Lab) -> None:
    run = at.run({"identity.v3_auth"})
    share_run(run=run, by=at.owner)
    delete_evidence(run.evidence_sha256)
    _bundle.cache_clear()
    page = read(Client().get(run.get_absolute_url()))
    assert page.title == "A bundle of the test kit"
    assert "The evidence of this run is not in the store" in page.text
    assert "Connected integration.2026.11" in page.text


def test_a_damaged_bundle_says_what_to_send(at: Lab) -> None:
    raw = at.bundle({"identity.v3_auth"})
    run = judged(raw[: len(raw) // 2], by=at.owner)
    text = page_of(run, at).text
    assert "Send the bundle just as the kit wrote it" in text
    assert "stestr" not in text
