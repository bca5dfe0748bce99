"""The page of a level's certificate, and that of the guideline that it follows."""

from __future__ import annotations

import pytest
from django.test import Client

from certification.engine.integration import Level, NotApplicable, Profile
from certification.evidence import delete_evidence
from certification.levels import _bundle
from certification.operations.review import approve, take
from certification.operations.submissions import draft_submission, submit
from marketplace.site.demo.guidelines import load_guidelines
from tests.certification.kit_runs import lab, required
from tests.factories import person, two_admins
from tests.site.reading import read
from tests.site.test_every_page import check_page

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_a_certificate_says_level_class_figure_and_where_it_was_tried(stranger: Client) -> None:
    at = lab()
    at.declare(Profile("container-platform", "compute", (NotApplicable("image", "It has none."),)))
    run = at.run(required(at.rules, Level.CONNECTED), nonce=at.nonce())
    draft = draft_submission(
        release=at.release,
        run=run,
        guideline=at.guideline,
        target="connected",
        openstack_release="gazpacho",
        by=at.owner,
    )
    asked, reviewer = submit(submission=draft, by=at.owner), person("Rita", staff_role="reviewer")
    take(submission=asked, by=reviewer)
    certificate = approve(submission=asked, by=reviewer, reason="Complete.")
    page = read(stranger.get(certificate.get_absolute_url()))
    sentence = (
        "Marram 5.2 is certified Connected, challenged, on 2026.1 Gazpacho (SLURP), cloud "
        "Ostermoor: OpenStack serves 6 of 100 points of what it needs."
    )
    assert sentence in page.text
    assert "Level Connected, challenged stack figure 6 of 100" in page.text
    assert "judged again just now: the same evaluation, byte for byte" in page.text
    assert "2026.1 Gazpacho (SLURP) Stated in the run Ostermoor" in page.text
    assert "Images: It has none." in page.text
    assert "under a nonce of ours and signed the result" in page.text
    assert "Compute Nova. Served by OpenStack 1 of 1 6 of 6" in page.text
    assert sentence in read(stranger.get(f"/verify/?q={certificate.number}")).text
    for path in (certificate.get_absolute_url(), at.release.product.get_absolute_url()):
        check_page(stranger, path)
    at.declare(Profile("container-platform", "compute"))
    page = read(stranger.get(certificate.get_absolute_url()))
    assert "has declared another profile since" in page.text
    assert "gives another evaluation" not in page.text
    delete_evidence(run.evidence_sha256)
    _bundle.cache_clear()
    page = read(stranger.get(certificate.get_absolute_url()))
    assert sentence in page.text
    assert "The evidence cannot be read from the store" in page.text


def test_the_guideline_shows_levels_profiles_concerns_and_conditions(stranger: Client) -> None:
    load_guidelines(admins=two_admins())
    address = "/guidelines/integration.2026.11/"
    check_page(stranger, address)
    text = read(stranger.get(address)).text
    assert "what a product on top of OpenStack has to prove" in text
    assert (
        "Integrated evidence that is challenged or better a stack figure of 35 or more a "
        "successful write to the primary service 30 10" in text
    )
    assert "Native evidence that is live a stack figure of 75" in text
    assert "Container platform compute images" in text
    assert "with block storage as primary: object storage" in text
    assert "Secrets and keys secrets.no_plaintext, secrets.barbican Barbican. 12" in text
    assert "identity.app_credential cI" in text
    assert "Footprint: A token was asked for with an application credential." in text
    assert "How to get there: Accept an application credential" in text
    assert "half-fail The second create fails resilience.partial" in text
    assert "Tempest" not in text
    assert "Flagged tests" not in text
