"""Revoked, suspended, expired: no page and no badge may show such a certificate as one in force."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from certification.models import Certificate
from certification.operations.certificates import expire_certificates, revoke, suspend
from tests.site.market import Market

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
Ending = Callable[[Market, Certificate], object]


def _revoked(market: Market, certificate: Certificate) -> None:
    revoke(certificate=certificate, by=market.reviewer, reason="The evidence was copied.")


def _suspended(market: Market, certificate: Certificate) -> None:
    suspend(certificate=certificate, by=market.reviewer, reason="The evidence is in doubt.")


def _nothing(market: Market, certificate: Certificate) -> None:
    """Its time is over; nobody has noted it yet."""
    assert certificate.state == "active"


def _noted(market: Market, certificate: Certificate) -> None:
    assert expire_certificates() == 1


@pytest.mark.parametrize(
    ("days_ago", "ending", "word"),
    [
        (0, _revoked, "evoked"),
        (0, _suspended, "uspended"),
        (400, _nothing, "xpired"),
        (400, _noted, "xpired"),
    ],
)
def test_on_every_page_and_badge(
    stranger: Client, days_ago: int, ending: Ending, word: str
) -> None:
    market = Market()
    certificate = market.certified(market.release(market.product()), days_ago=days_ago)
    ending(market, certificate)
    for path in (
        "/",
        "/products/",
        "/products/kelp/tarn-cloud/",
        "/vendors/kelp/",
        certificate.get_absolute_url(),
        f"/verify/?q={certificate.number}",
        f"/verify/?q={certificate.statement_sha256}",
        "/badges/kelp/tarn-cloud.svg",
        "/badges/kelp/tarn-cloud.json",
    ):
        text = stranger.get(path).content.decode()
        if path != "/" or not days_ago:
            assert word in text, path
        assert "Certified until" not in text, path
        assert "days left" not in text, path
        assert 'class="rev"' not in text, f"{path} shows a solid seal"
        assert "st-verified" not in text, path
        assert "it is in force" not in text, path
    assert "0 certified releases" in stranger.get("/").content.decode()
    assert stranger.get("/badges/kelp/tarn-cloud.json").json()["certified"] is False


def test_while_in_force_they_do(stranger: Client) -> None:
    """So that the test above looks for what is there otherwise."""
    market = Market()
    certificate = market.certified(market.release(market.product()))
    page = stranger.get("/products/kelp/tarn-cloud/").content.decode()
    assert "Certified until" in page and 'class="rev"' in page and "st-verified" in page
    answer = stranger.get(f"/verify/?q={certificate.number}").content.decode()
    assert "it is in force" in answer
