"""The page of a product: what is proven, what is only said, and what came of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from certification.evidence import delete_evidence
from certification.models import Run
from certification.operations.certificates import (
    raise_dispute,
    reinstate,
    revoke,
    settle_dispute,
    suspend,
)
from certification.operations.intake import receive_run
from certification.operations.review import approve
from certification.operations.sharing import share_run
from certification.operations.submissions import draft_submission, submit
from certification.operations.waivers import grant_waiver
from tests.factories import LIMIT, announced, person, subunit, work_off
from tests.site.conftest import signed_in
from tests.site.market import Market
from tests.site.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PAGE = "/products/kelp/tarn-cloud/"


def test_a_certified_product_says_what_was_proven_and_how_we_know(stranger: Client) -> None:
    market = Market()
    announced("2031.11", "a", "b")
    certificate = market.certified(market.release(market.product()))
    page = read(stranger.get(PAGE))
    assert page.title.startswith("Tarn Cloud")
    assert "Release 4.2 meets the 1 required capability of Compute 2031.06." in page.text
    assert "The vendor ran the tests and reported the results itself" in page.text
    assert f"Certificate {certificate.number}" in page.text
    assert "The vendor says: Tarn Cloud for everybody." in page.text
    assert "Declared: 2026.1 Gazpacho" in page.text
    assert "Verified 1 of 1 2" in page.text
    assert "Compute Ready" in page.text
    assert "Not yet signed" in page.text
    assert page.all("img", src="/badges/kelp/tarn-cloud.svg")


def test_the_evidence_is_one_click_away_without_opening_a_private_run(stranger: Client) -> None:
    market = Market()
    certificate = market.certified(market.release(market.product()))
    run = certificate.run
    assert run.get_absolute_url() not in read(stranger.get(PAGE)).links
    assert f"{certificate.get_absolute_url()}#evidence" in read(stranger.get(PAGE)).links
    assert stranger.get(run.get_absolute_url()).status_code == 404
    owner = market.owner(certificate.release.product)
    assert run.get_absolute_url() in read(signed_in(owner).get(PAGE)).links
    share_run(run=run, by=owner)
    assert run.get_absolute_url() in read(stranger.get(PAGE)).links


@pytest.mark.parametrize(
    ("category", "sentence"),
    [
        ("driver", "Not certifiable. Drivers run under OpenStack"),
        ("training", "Not certifiable. Training is listed"),
        ("consulting", "Not certifiable. Consulting is listed"),
        ("backup", "Listed. Nothing was measured yet."),
        ("public-cloud", "Not certified. Nothing has been proven here"),
    ],
)
def test_what_is_not_certified_says_so_first(
    stranger: Client, category: str, sentence: str
) -> None:
    market = Market()
    market.release(market.product(category=category))
    page = read(stranger.get(PAGE))
    assert sentence in page.text
    assert page.all("svg", **{"class": "seal"}) == []
    assert "Badge" not in page.text
    assert "Certified" not in page.text


def test_waivers_and_what_they_cover_stand_on_the_page(stranger: Client) -> None:
    market = Market()
    release = market.release(market.product())
    owner = market.owner(release.product)
    waiver = grant_waiver(
        release=release,
        guideline=market.guideline,
        target="compute",
        tests=["demo.Tests.b"],
        reason="One host only.",
        ends_on=timezone.now().date() + timedelta(days=30),
        by=market.reviewer,
    )
    run = receive_run(
        chunks=[subunit(a="success", b="failure")], limit=LIMIT, via=Run.Via.API, by=owner
    ).run
    work_off()
    run.refresh_from_db()
    asked = draft_submission(
        release=release,
        run=run,
        guideline=market.guideline,
        target="compute",
        openstack_release="gazpacho",
        by=owner,
    )
    submit(submission=asked, by=owner)
    approve(submission=asked, by=market.reviewer, reason="Looked at.")
    page = read(stranger.get(PAGE))
    assert "1 of them by a waiver" in page.text
    assert "0 of 1 passed, 1 waived" in page.text
    assert "demo Not proven 0 of 1 1 waived 1" in page.text
    assert f"Waived until {waiver.ends_on.day}" in page.text
    assert "One host only." in page.text
    assert "Failed demo.Tests.b demo-ability, waived: One host only." in page.text


def test_a_dispute_is_open_to_all_until_it_is_settled(stranger: Client) -> None:
    market = Market()
    certificate = market.certified(market.release(market.product()))
    dispute = raise_dispute(certificate=certificate, by=person("Bo"), claim="It lists nothing.")
    page = read(stranger.get(PAGE))
    assert "Disputed" in page.text and "It lists nothing." in page.text
    assert "Bo" not in page.text.split()
    settle_dispute(dispute=dispute, by=market.reviewer, outcome="It does list.")
    text = read(stranger.get(PAGE)).text
    assert "Disputed" not in text and "It does list." in text


def test_history_keeps_a_suspension_that_is_over(stranger: Client) -> None:
    market = Market()
    certificate = market.certified(market.release(market.product()))
    suspend(certificate=certificate, by=market.reviewer, reason="A doubt.")
    text = read(stranger.get(PAGE)).text
    assert text.count("A doubt.") == 2  # in the sentence and in the history
    assert "Was certified" in text and "Certified until" not in text
    for who in (market.reviewer, market.admin):
        reinstate(certificate=certificate, by=who, reason="No doubt.")
    text = read(stranger.get(PAGE)).text
    assert "Suspended" in text and "A doubt." in text
    assert "Reinstated" in text and "Certified until" in text


def test_without_its_evidence_the_page_says_so_and_proves_nothing(stranger: Client) -> None:
    market = Market()
    certificate = market.certified(market.release(market.product()))
    delete_evidence(certificate.run.evidence_sha256)
    text = read(stranger.get(PAGE)).text
    assert "cannot be read from the store" in text
    assert "Release 4.2 is certified for Compute 2031.06." in text
    assert "Verified" not in text
    text = read(stranger.get(certificate.get_absolute_url())).text
    assert "It was judged by the published rules : cannot say" in text


def test_the_newest_certificate_leads_where_none_is_in_force(stranger: Client) -> None:
    market = Market()
    release = market.release(market.product())
    former, latter = market.certified(release), market.certified(release)
    revoke(certificate=latter, by=market.reviewer, reason="Copied.")
    former.refresh_from_db()
    assert former.state == "superseded"
    page = read(stranger.get(PAGE))
    assert "Not certified. The certificate of release 4.2" in page.text
    assert page.all("svg", **{"class": "seal"})[0]["aria-label"].endswith(", revoked")


def test_a_product_of_another_vendor_or_none_is_404(stranger: Client) -> None:
    market = Market()
    market.product()
    market.vendor("Reed")
    assert stranger.get("/products/reed/tarn-cloud/").status_code == 404
    assert stranger.get("/products/kelp/other/").status_code == 404


def test_odd_requests_get_the_same_page(stranger: Client) -> None:
    market = Market()
    market.certified(market.release(market.product()))
    plain = stranger.get(PAGE).content
    odd = stranger.get(
        f"{PAGE}?certified=yes&state=active&lang=de",
        headers={"accept-language": "de", "user-agent": "odd", "x-forwarded-host": "evil.example"},
    )
    assert odd.content == plain


def test_the_run_of_a_challenge_is_called_challenged(stranger: Client) -> None:
    market = Market()
    certificate = market.certified(market.release(market.product()), challenged=True)
    share_run(run=certificate.run, by=market.owner(certificate.release.product))
    text = read(stranger.get(certificate.run.get_absolute_url())).text
    assert "Challenged The run answers a challenge of ours." in text


def test_the_same_facts_come_as_json(stranger: Client) -> None:
    market = Market()
    certificate = market.certified(market.release(market.product()))
    for place in (PAGE, certificate.get_absolute_url()):
        [address] = [a for a in read(stranger.get(place)).links if a.startswith("/api/")]
        answer = stranger.get(address)
        assert answer.status_code == 200
        assert certificate.number in answer.content.decode()
