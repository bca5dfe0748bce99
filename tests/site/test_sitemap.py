"""What search engines may find; a trial keeps them out."""

from __future__ import annotations

from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client

from marketplace.site.views import sitemap
from tests.site.market import Market

pytestmark = pytest.mark.django_db
_LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def addresses(client: Client, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return [e.text for e in fromstring(answer.content).iter(_LOC)]


@pytest.mark.slow
def test_every_public_page_is_named_once(
    stranger: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    market = Market()
    one = market.certified(market.release(market.product()))
    market.product("Lapwing", "backup")
    settings.PRODUCTION = True
    monkeypatch.setattr(sitemap, "PER_FILE", 1)
    parts = addresses(stranger, "/sitemap.xml")
    found = [address for part in parts for address in addresses(stranger, part)]
    assert len(found) == len(set(found))
    host = "http://testserver"
    assert {
        f"{host}/",
        f"{host}/products/kelp/tarn-cloud/",
        f"{host}/products/kelp/lapwing/",
        f"{host}/vendors/kelp/",
        f"{host}{one.get_absolute_url()}",
        f"{host}/guidelines/2031.06/",
    } <= set(found)
    for address in found:
        assert stranger.get(address).status_code == 200, address
    assert "X-Robots-Tag" not in stranger.get("/sitemap.xml")


def test_production_tells_robots_where_to_look(stranger: Client, settings: Any) -> None:
    settings.PRODUCTION = True
    text = stranger.get("/robots.txt").content.decode()
    assert "Sitemap: http://testserver/sitemap.xml" in text
    assert "Disallow: /workspace/" in text
    assert "Disallow: /\n" not in text


def test_a_trial_is_kept_out(stranger: Client) -> None:
    assert stranger.get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"
    for path in ("/sitemap.xml", "/sitemaps/pages.xml"):
        assert stranger.get(path)["X-Robots-Tag"] == "noindex"


def test_parts_that_are_not_there(stranger: Client) -> None:
    parts = ("products.xml", "secrets.xml", "pages.xml?after=1", "certificates.xml?after=HM-%00")
    keys = ("0", "x", "\u0663", "9" * 18, "9" * 40)
    for part in (*parts, *(f"products.xml?after={key}" for key in keys)):
        assert stranger.get(f"/sitemaps/{part}").status_code == 404, part
