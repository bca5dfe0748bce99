"""The page of a product: what is proven, what is only said, and what came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from certification.engine.guideline.model import CapabilityStatus
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
from certification.queries import certificates_of_product, history_of
from marketplace.catalogue.models import ClaimedCloud
from marketplace.site.capability_strip import FAILED, PASSED, Cell, ServiceStrip
from marketplace.site.competing import competing_with
from marketplace.site.history_scale import history_scale
from marketplace.site.templatetags.components import strip
from tests.factories import LIMIT, announced, person, subunit, work_off
from tests.site.conftest import signed_in
from tests.site.market import Market
from tests.site.reading import read
from tests.site.test_every_page import check_page

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
    assert '<img src="http://testserver/badges/kelp/tarn-cloud.svg"' in page.text


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
    share_run(run=run, by=owner)
    at_run = read(stranger.get(run.get_absolute_url())).text
    assert "rests on this run. Tests were waived for it" in at_run


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


def test_readiness_is_told_of_the_certified_run_else_of_a_public_one(stranger: Client) -> None:
    """A run counts for a product only where its vendor shared it and it names the product's
    cloud."""
    market = Market()
    announced("2031.11", "a", "b", "c", "d")
    release = market.release(market.product())
    market.certified(release)
    page = read(stranger.get(PAGE))
    assert "What the certified run, received on" in page.text
    assert "Compute 2031.11 announced draft 2 tests short 2 of 4 2" in page.text
    assert "A run is not a certificate" not in page.text
    other = market.product("Reed", vendor="Reed")
    run = market.passing_run(market.release(other))
    ready = {"id": "ready"}
    for shared, cpid, told in ((False, "c1", False), (True, "c2", False), (True, "c1", True)):
        ClaimedCloud.objects.get_or_create(cpid="c1", product=other)
        Run.objects.filter(pk=run.pk).update(shared=shared, cpid=cpid)
        page = read(stranger.get(other.get_absolute_url()))
        assert bool(page.all("section", **ready)) is told, (shared, cpid)
    assert "What the newest public run" in page.text
    assert "Compute 2031.06 in force Passes 2 of 2 0" in page.text
    assert "A run is not a certificate: nobody has certified this product." in page.text
    assert page.all("svg", **{"class": "seal"}) == []


def test_readiness_is_in_the_api_as_on_the_page(stranger: Client) -> None:
    """Whoever may not see the run is not told its id."""
    market = Market()
    draft = announced("2031.11", "a", "b", "c", "d")
    release = market.release(market.product())
    api = f"/api/v1{PAGE}"
    assert stranger.get(api).json()["readiness"] is None
    certificate = market.certified(release)
    ready = stranger.get(api).json()["readiness"]
    assert (ready["run_id"], ready["certified_run"]) == (None, True)
    [line] = ready["verdicts"]
    assert line == {
        "guideline": {"document_id": "2031.11", "digest": draft.digest},
        "announced_draft": True,
        "target": "compute",
        "title": "Compute",
        "verdict": "failed",
        "total": 4,
        "passed": 2,
        "failed": 0,
        "skipped": 0,
        "missing": 2,
        "short": 2,
    }
    share_run(run=certificate.run, by=market.owner(release.product))
    assert stranger.get(api).json()["readiness"]["run_id"] == str(certificate.run_id)
    other = market.product("Reed", vendor="Reed")
    ClaimedCloud.objects.create(cpid="c1", product=other)
    run = market.passing_run(market.release(other))
    Run.objects.filter(pk=run.pk).update(shared=True, cpid="c1")
    ready = stranger.get(f"/api/v1{other.get_absolute_url()}").json()["readiness"]
    assert (ready["run_id"], ready["certified_run"]) == (str(run.pk), False)
    assert [(one["announced_draft"], one["short"]) for one in ready["verdicts"]] == [
        (True, 2),
        (False, 0),
    ]


def test_others_like_it_are_of_its_category_the_nearest_first(stranger: Client) -> None:
    market = Market()
    product = market.product()
    assert "Others like it" not in read(stranger.get(PAGE)).text
    market.certified(market.release(product))
    market.product("Aster", vendor="Aster")
    market.release(market.product("Sibling of the same vendor"))
    market.certified(market.release(market.product("Reed", vendor="Reed")))
    market.release(market.product("Bent", vendor="Bent"))
    market.release(market.product("Rush", "backup", vendor="Rush"))
    found = competing_with(product)
    assert [one.listed.product.name for one in found.products] == ["Reed", "Bent", "Aster"]
    assert [one.shared for one in found.products] == [
        ("Compute", "declared for 2026.1 Gazpacho"),
        ("declared for 2026.1 Gazpacho",),
        (),
    ]
    page = read(stranger.get(PAGE))
    assert "/compare/?p=kelp/tarn-cloud&p=reed/reed" in page.links
    assert found.together in page.links
    assert stranger.get(found.together).status_code == 200
    assert "Listed, claims only" in page.text and "the category" in page.text


def test_history_stands_on_a_scale_and_in_a_list(stranger: Client) -> None:
    market = Market()
    release = market.release(market.product())
    first = market.certified(release, days_ago=400)
    second = market.certified(market.release(release.product, "4.3"), days_ago=100)
    suspend(certificate=second, by=market.reviewer, reason="A doubt.")
    for who in (market.reviewer, market.admin):
        reinstate(certificate=second, by=who, reason="No doubt.")
    scale = history_scale(history_of(certificates_of_product(release.product)))
    assert scale is not None
    newest, oldest = scale.spans
    assert (newest.kind, oldest.kind) == ("live", "past")
    assert [len(one.pauses) for one in scale.spans] == [1, 0]
    assert float(oldest.left) < float(newest.left) < float(scale.today) < 100
    ends = float(newest.left) + float(newest.width)
    assert float(scale.today) < ends <= 100
    assert first.release.version in oldest.words and "expired" in oldest.words
    assert history_scale([]) is None
    [drawn] = read(stranger.get(PAGE)).all("svg", **{"class": "life"})
    assert "release 4.3: in force" in drawn["aria-label"]


def test_a_data_sheet_says_it_on_one_page_to_everybody_alike(
    stranger: Client, settings: Any
) -> None:
    market = Market()
    announced("2031.11", "a", "b")
    certificate = market.certified(market.release(market.product()))
    sheet = f"{PAGE}sheet/"
    assert sheet in read(stranger.get(PAGE)).links
    page = check_page(stranger, sheet)
    today = timezone.now()
    for said in (
        certificate.number,
        "Release 4.2 meets the 1 required capability of Compute 2031.06.",
        f"http://testserver/verify/?q={certificate.number}",
        f"As of {today.day} {today:%B %Y}",
        "demo 1 of 1 capabilities, 2 tests",
        "Compute Ready",
    ):
        assert said in page.text, said
    owner = market.owner(certificate.release.product)
    assert "As of" in read(signed_in(owner).get(sheet)).text
    assert "Simulated" not in page.text
    settings.DEMO = True
    assert "Simulated: vendors" in read(stranger.get(sheet)).text
    revoke(certificate=certificate, by=market.reviewer, reason="Copied.")
    ended = read(stranger.get(sheet)).text
    assert "Not certified." in ended and "Certified until" not in ended
    fescue = market.release(market.product("Fescue", "training")).product
    assert "Not certifiable" in check_page(stranger, f"{fescue.get_absolute_url()}sheet/").text
    assert stranger.get("/products/kelp/no-such/sheet/").status_code == 404


@pytest.mark.parametrize(("cells", "folds"), [(78, 0), (79, 2)])
def test_more_cells_than_a_glance_takes_are_folded_by_service(cells: int, folds: int) -> None:
    drawn = [
        Cell(f"nova-{number}", PASSED, CapabilityStatus.REQUIRED, 1, 1, 0)
        for number in range(cells - 1)
    ]
    other = Cell("dns", FAILED, CapabilityStatus.REQUIRED, 0, 1, 0)
    strips = [
        ServiceStrip("nova", "Compute", tuple(drawn)),
        ServiceStrip("designate", "DNS", (other,)),
    ]
    html = render_to_string("components/strip.html", strip(strips))
    assert html.count("<details") == folds
    assert html.count('<span class="c ') == cells
    assert "0 of 1 passed, 1 failed" in html
