"""The badge depends on its path and on stored state, and on nothing else."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from django.test import Client
from pytest_django import Settings

from certification.operations.certificates import revoke
from tests.site.conftest import signed_in
from tests.site.market import Market

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SVG, JSON = "/badges/kelp/tarn-cloud.svg", "/badges/kelp/tarn-cloud.json"


def test_it_says_what_is_certified_and_how_we_know(stranger: Client) -> None:
    market = Market()
    certificate = market.certified(market.release(market.product()), challenged=True)
    drawn = stranger.get(SVG)
    assert drawn["Content-Type"] == "image/svg+xml"
    assert ElementTree.fromstring(drawn.content).get("aria-label") == (
        "Hallmark Compute 2031.06, challenged, release 4.2"
    )
    facts = stranger.get(JSON).json()
    assert facts["certified"] is True and facts["demo"] is False
    assert facts["certificate"] == certificate.number
    assert (facts["target"], facts["guideline"]) == ("compute", "2031.06")


def test_odd_requests_get_the_same_bytes(stranger: Client) -> None:
    market = Market()
    certificate = market.certified(market.release(market.product()))
    owner = signed_in(market.owner(certificate.release.product))
    for path in (SVG, JSON):
        plain = stranger.get(path)
        odd = stranger.get(
            f"{path}?theme=dark&status=certified",
            headers={"accept": "text/html", "accept-language": "de", "x-forwarded-host": "evil"},
            SERVER_NAME="127.0.0.1",
        )
        assert plain.content == odd.content == owner.get(path).content
        assert "Vary" not in plain.headers or "Cookie" not in plain["Vary"]
        assert "Set-Cookie" not in owner.get(path).headers


def test_it_may_be_kept_for_less_than_five_minutes(stranger: Client) -> None:
    market = Market()
    market.certified(market.release(market.product()))
    for path in (SVG, JSON):
        kept = stranger.get(path)["Cache-Control"]
        assert "public" in kept
        assert int(kept.rpartition("=")[2]) < 300


def test_a_revocation_shows_at_once(stranger: Client) -> None:
    market = Market()
    certificate = market.certified(market.release(market.product()))
    revoke(certificate=certificate, by=market.reviewer, reason="Copied.")
    assert b"Hallmark: revoked, not certified" in stranger.get(SVG).content
    facts = stranger.get(JSON).json()
    assert (facts["certified"], facts["standing"]) == (False, "revoked")
    assert "target" not in facts and "valid_until" not in facts


def test_a_demo_says_so(stranger: Client, settings: Settings) -> None:
    settings.DEMO = True
    market = Market()
    market.certified(market.release(market.product()))
    assert b"demo, self-reported" in stranger.get(SVG).content
    assert stranger.get(JSON).json()["demo"] is True


def test_what_was_never_certified_has_none(stranger: Client) -> None:
    market = Market()
    market.release(market.product())
    for path in (SVG, JSON, "/badges/kelp/other.svg", "/badges/nobody/other.json"):
        assert stranger.get(path).status_code == 404


def test_names_of_vendors_cannot_break_out_of_the_drawing(stranger: Client) -> None:
    market = Market()
    market.certified(market.release(market.product(), version='"><script>1</script>'))
    drawn = stranger.get(SVG).content
    assert b"<script>" not in drawn
    ElementTree.fromstring(drawn)
