"""The page of a product on top of OpenStack: measured, certified, claimed, or none of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from certification.engine.footprint import Mode
from certification.engine.integration import Level, NotApplicable, Profile
from certification.models import Certificate, Run
from certification.operations.certificates import revoke
from certification.operations.integration import (
    claim_services,
    corroborate_by_rerun,
    grant_not_applicable,
)
from certification.operations.review import approve, take
from certification.operations.sharing import share_run
from certification.operations.submissions import draft_submission, submit
from certification.queries import Standing, find_certificate
from marketplace.catalogue.models import Product
from marketplace.site.certificate_wording import standing_status
from marketplace.site.integration_certificate import integrated_sentence
from tests.certification.kit_runs import Lab, lab, required
from tests.factories import person
from tests.site.conftest import signed_in
from tests.site.reading import Page
from tests.site.test_every_page import check_page

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
KNOWN = ["dns", "compute", "load-balancer", "object-store"]


@pytest.fixture
def at(db: None) -> Lab:
    return lab()


def page_of(at: Lab, client: Client | None = None, query: str = "") -> Page:
    return check_page(client or Client(), at.release.product.get_absolute_url() + query)


def public(at: Lab, passed: frozenset[str] | set[str], **about: object) -> Run:
    run = at.run(passed, **about)
    share_run(run=run, by=at.owner)
    return run


def certified(at: Lab) -> Certificate:
    """Integrated, by two challenged runs of 5.2 and one of 5.1; the runs stay private."""
    wanted = required(at.rules, Level.INTEGRATED)
    at.run(wanted, nonce=at.nonce(at.former), version="5.1")
    at.run(wanted, nonce=at.nonce())
    run = at.run(wanted, nonce=at.nonce(), floating=False)
    draft = draft_submission(
        release=at.release,
        run=run,
        guideline=at.guideline,
        target="integrated",
        openstack_release="gazpacho",
        by=at.owner,
    )
    asked, reviewer = submit(submission=draft, by=at.owner), person("Rita", staff_role="reviewer")
    take(submission=asked, by=reviewer)
    return approve(submission=asked, by=reviewer, reason="Complete.")


def test_without_public_evidence_it_is_listed_and_its_claims_are_greyed(at: Lab) -> None:
    claim_services(release=at.release, services=["dns"], known=KNOWN, by=at.owner)
    page = page_of(at)
    assert "Listed. Nothing was measured yet." in page.text
    assert "DNS Declared by the vendor" in page.text
    assert page.all("tr", **{"class": "declared"})
    assert page.text.count("Claimed, not tried") == 4
    assert page.all("svg", **{"class": "seal"}) == page.all("svg", **{"class": "scale"}) == []
    assert "Stack figure" not in page.text
    at.run(required(at.rules, Level.CONNECTED))
    for reader in (Client(), signed_in(at.owner)):
        assert "Listed. Nothing was measured yet." in page_of(at, reader).text


def test_public_evidence_shows_level_class_and_figure_without_a_seal(at: Lab) -> None:
    claim_services(release=at.release, services=["dns", "compute"], known=KNOWN, by=at.owner)
    public(at, required(at.rules, Level.CONNECTED))
    page = page_of(at)
    assert (
        "Not certified. The public evidence of release 5.2 reaches Connected, self-reported. "
        "OpenStack serves 6 of 100 points" in page.text
    )
    assert page.all("svg", **{"class": "seal"}) == []
    [scale] = page.all("svg", **{"class": "scale"})
    assert scale["aria-label"].startswith("Stack figure 6, and Integrated asks for 35.")
    assert "Compute Nova. Served by OpenStack 1 of 1 6 of 6" in page.text
    assert "To reach Integrated" in page.text
    assert "secrets.no_plaintext adds 6" in page.text
    assert "limited Too many requests: wait 2 seconds Skipped" in page.text
    assert "Compute Measured successful calls in public footprints v2.1" in page.text
    assert "compute POST" not in page.text
    assert "POST /servers 202 " in page.text
    assert "Everything in the guideline applies" in page.text
    assert "DNS Disputed claimed, and no public footprint" in page.text
    assert "Compute Compute not known" in page.text
    assert "Telemetry Metrics or Monitoring or Metering or Alarm not known" in page.text


def test_evidence_that_reaches_nothing_says_so_and_names_the_way(at: Lab) -> None:
    public(at, {"identity.v3_auth"}, failed={"identity.catalog": "It asked a fixed address."})
    text = page_of(at).text
    assert "The public evidence of release 5.2 reaches no level yet." in text
    assert "To reach Connected" in text
    assert "It asked a fixed address." in text
    assert "Measured, not certified" in text


def test_a_certified_product_says_level_assurance_cloud_and_figure(at: Lab) -> None:
    certificate = certified(at)
    page = page_of(at)
    assert (
        "Release 5.2 is certified Integrated, challenged, on 2026.1 Gazpacho (SLURP), cloud "
        "Ostermoor: OpenStack serves 42 of 100 points of what it needs." in page.text
    )
    [seal] = page.all("svg", **{"class": "seal"})
    assert "Integrated programme, Integrated, guideline 2026.11, challenged" in seal["aria-label"]
    notice = certificate.valid_until - timedelta(days=60)
    assert "twelve months after its oldest run" in page.text
    assert f"from {notice.day} {notice:%B %Y} on" in page.text
    assert "To reach Native" in page.text
    assert "The certificate states" not in page.text


def test_private_runs_of_a_certificate_stay_closed_and_later_ones_stand_beside(at: Lab) -> None:
    run = certified(at).run
    page = page_of(at)
    assert run.short_id in page.text
    assert f"{run.get_absolute_url()}evidence" not in page.links
    assert run.get_absolute_url() not in page.links
    assert run.get_absolute_url() in page_of(at, signed_in(at.owner)).links
    extra = required(at.rules, Level.INTEGRATED) | {"lb.octavia"}
    public(at, extra, nonce=at.nonce())
    assert "The certificate states 42." in page_of(at).text


def test_a_certificate_that_ended_is_no_longer_certified(at: Lab) -> None:
    certificate = certified(at)
    standing = find_certificate(certificate.number)
    lapsed = replace(standing, standing=Standing.EXPIRED)
    assert standing_status(lapsed).words.startswith("Lapsed on ")
    said = integrated_sentence(at.release.product, lapsed, None)
    assert said.startswith("Not certified. The certificate of release 5.2 for Integrated 2026.11 l")
    assert "expired" not in said
    revoke(
        certificate=certificate, by=person("Rae", staff_role="reviewer"), reason="It was copied."
    )
    text = page_of(at).text
    assert "Not certified. The certificate of release 5.2 for Integrated" in text
    assert "It was copied." in text
    assert "is certified Integrated" not in text


def test_services_of_a_confirmed_run_are_verified(at: Lab) -> None:
    run = public(at, required(at.rules, Level.CONNECTED), nonce=at.nonce())
    corroborate_by_rerun(run=run, note="Ran it.", by=person("Rita", staff_role="reviewer"))
    text = page_of(at).text
    assert "Compute Verified seen in a run" in text
    assert "reaches Connected, live" in text


def test_what_does_not_apply_stands_with_its_reason_and_who_granted_it(at: Lab) -> None:
    at.declare(
        Profile("container-platform", "compute", (NotApplicable("image", "It ships none."),))
    )
    grant_not_applicable(
        release=at.release,
        guideline=at.guideline,
        subject="orch",
        reason="It has no templates.",
        by=person("Rita", staff_role="reviewer"),
    )
    public(at, required(at.rules, Level.CONNECTED) | {"image.upload"})
    text = page_of(at).text
    assert "Orchestration: It has no templates. Granted by the reviewer Rita" in text
    assert "Images: It ships none. Undone: the footprint shows a successful write" in text
    assert "not counted" in text


def test_options_and_parallel_stacks_are_named(at: Lab) -> None:
    failed = {"dns.designate": "It resolves names itself."}
    public(at, required(at.rules, Level.CONNECTED), mode=Mode.OPTION, failed=failed)
    text = page_of(at).text
    assert "It brings a parallel stack for: names." in text
    assert "Compute Nova. Optional 1 of 1 3 of 6" in text
    assert "options set" in text


def test_another_release_can_be_asked_for(at: Lab) -> None:
    public(at, required(at.rules, Level.CONNECTED))
    public(at, {"identity.v3_auth"}, version="5.1")
    assert "of what release 5.2 needs" in page_of(at).text
    assert "Measured too: release 5.1" in page_of(at).text
    assert "of what release 5.1 needs" in page_of(at, query="?release=5.1").text
    assert "of what release 5.2 needs" in page_of(at, query="?release=nonsense").text


def test_what_we_measured_ourselves_carries_no_seal_and_no_badge(at: Lab) -> None:
    certified(at)
    Product.objects.filter(pk=at.release.product_id).update(measured_by_us=True)
    page = page_of(at)
    assert (
        "Measured on a small test cloud without a data plane; not certified; vendor not asked."
        in page.text
    )
    assert page.all("svg", **{"class": "seal"}) == []
    assert "Badge" not in page.text
    assert "Certified until" not in page.text
