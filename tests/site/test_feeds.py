"""Atom feeds: valid, stable, paged, and of what happened in that part of the market alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from certification.models import Certificate
from certification.operations.certificates import reinstate, revoke, suspend
from marketplace.catalogue.models import Product
from marketplace.site.feeds.entries import plain
from marketplace.site.views import feeds
from tests.factories import judged, subunit
from tests.site.market import Market
from tests.site.reading import read

pytestmark = pytest.mark.django_db
_ATOM = "{http://www.w3.org/2005/Atom}"


def feed(client: Client, path: str = "/feeds/market.atom") -> Element:
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    root: Element = fromstring(answer.content)
    return root


def texts(root: Element, name: str) -> list[str]:
    return [e.findtext(_ATOM + name) or "" for e in root.findall(f"{_ATOM}entry")]


def link(root: Element, rel: str) -> str | None:
    found = [e for e in root.findall(f"{_ATOM}link") if e.get("rel") == rel]
    assert len(found) <= 1
    return found[0].get("href") if found else None


def faults(root: Element) -> list[str]:
    """What RFC 4287 asks of a feed and of its entries."""
    found = [
        f"{name}: {len(root.findall(_ATOM + name))}"
        for name in ("id", "title", "updated", "author")
        if len(root.findall(_ATOM + name)) != 1
    ]
    for entry in root.findall(f"{_ATOM}entry"):
        needed = ("id", "title", "updated", "published", "summary", "link")
        found += [f"entry without {n}" for n in needed if len(entry.findall(_ATOM + n)) != 1]
        times = [entry.findtext(_ATOM + name) or "" for name in ("updated", "published")]
        found += [t for t in times if datetime.fromisoformat(t).tzinfo is None]
    ids = texts(root, "id")
    return found if len(ids) == len(set(ids)) else [*found, "two entries of one id"]


@pytest.fixture
def market() -> Market:
    made = Market()
    made.certified(made.release(made.product("Tarn Cloud")))
    return made


def paths_of(product: Product) -> list[str]:
    vendor = product.vendor.slug
    return [
        "/feeds/market.atom",
        f"/feeds/categories/{product.category}.atom",
        f"/feeds/vendors/{vendor}.atom",
        f"/feeds/products/{vendor}/{product.slug}.atom",
        "/feeds/guidelines/2031.06.atom",
    ]


@pytest.mark.slow
def test_each_part_of_the_market_has_a_feed(stranger: Client, market: Market) -> None:
    product = market.certified(market.release(market.product("Reed", vendor="Reed")))
    ids = set()
    for path in paths_of(product.release.product):
        root = feed(stranger, path)
        assert faults(root) == [], path
        assert link(root, "self") == f"http://testserver{path}"
        assert any("Reed 4.2 by Reed" in title for title in texts(root, "title")), path
        ids.add(root.findtext(f"{_ATOM}id"))
    assert len(ids) == 5
    assert len(texts(feed(stranger, "/feeds/products/reed/reed.atom"), "id")) == 1
    assert len(texts(feed(stranger, "/feeds/guidelines/2031.06.atom"), "id")) == 3
    assert texts(feed(stranger, "/feeds/categories/backup.atom"), "id") == []


@pytest.mark.slow
def test_what_becomes_of_a_certificate_is_told_in_order(stranger: Client, market: Market) -> None:
    one = Certificate.objects.get()
    suspend(certificate=one, by=market.reviewer, reason="<b>Doubt</b> & more.")
    before = feed(stranger)
    assert texts(before, "title")[0].startswith("Certificate suspended: Tarn Cloud 4.2 by Kelp")
    assert "&lt;b&gt;Doubt" in texts(before, "summary")[0]
    for person in (market.reviewer, market.admin):
        reinstate(certificate=one, by=person, reason="Looked at.")
    revoke(certificate=one, by=market.reviewer, reason="Copied.")
    root = feed(stranger, "/feeds/products/kelp/tarn-cloud.atom")
    assert faults(root) == []
    words = [title.split(":")[0].rpartition(" ")[2] for title in texts(root, "title")]
    assert words == ["revoked", "reinstated", "suspended", "issued"]
    assert set(texts(before, "id")) < set(texts(feed(stranger), "id"))
    assert "was revoked on" in texts(root, "summary")[-1], "the issue says how it stands now"
    assert texts(root, "updated")[-1] > texts(root, "published")[-1]


@pytest.mark.slow
def test_what_is_past_its_end_has_expired_by_itself(stranger: Client, market: Market) -> None:
    old = market.certified(market.release(market.product("Old Cloud")), days_ago=400)
    root = feed(stranger, "/feeds/products/kelp/old-cloud.atom")
    assert [title.split(":")[0] for title in texts(root, "title")] == [
        "Certificate expired",
        "Certificate issued",
    ]
    assert texts(root, "updated")[0].startswith(f"{old.valid_until:%Y-%m-%d}")


@pytest.mark.slow
def test_public_runs_are_told_and_private_ones_never(stranger: Client, market: Market) -> None:
    private = str(Certificate.objects.get().run_id)
    public = judged(subunit(a="success", b="failure"))
    titles = texts(feed(stranger), "title")
    assert f"Public run {public.short_id} was judged" in titles
    assert private not in stranger.get("/feeds/market.atom").content.decode()
    assert not any(
        "run" in t.split(":")[0] for t in texts(feed(stranger, "/feeds/vendors/kelp.atom"), "title")
    )


@pytest.mark.slow
def test_a_reader_who_has_it_gets_304(stranger: Client, market: Market) -> None:
    first = stranger.get("/feeds/market.atom")
    again = stranger.get("/feeds/market.atom", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    since = {"If-Modified-Since": first["Last-Modified"]}
    assert stranger.get("/feeds/market.atom", headers=since).status_code == 304
    revoke(certificate=Certificate.objects.get(), by=market.reviewer, reason="Copied.")
    after = stranger.get("/feeds/market.atom", headers={"If-None-Match": first["ETag"]})
    assert after.status_code == 200
    assert after.content == stranger.get("/feeds/market.atom", headers={"X-Odd": "1"}).content


@pytest.mark.slow
def test_long_feeds_have_pages(
    stranger: Client, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "PER_PAGE", 2)
    market.certified(market.release(market.product("Reed")))
    first = feed(stranger)
    assert (link(first, "next"), link(first, "previous")) == (
        "http://testserver/feeds/market.atom?page=2",
        None,
    )
    second = feed(stranger, "/feeds/market.atom?page=2")
    assert (link(second, "next"), link(second, "first")) == (
        None,
        "http://testserver/feeds/market.atom",
    )
    together = texts(first, "id") + texts(second, "id")
    assert len(set(together)) == len(together) == 3


@pytest.mark.slow
def test_a_feed_costs_the_same_however_much_happened(stranger: Client, market: Market) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            feed(stranger)
        return len(asked)

    before = cost()
    market.certified(market.release(market.product("Reed")))
    assert cost() == before


def test_an_empty_feed_is_valid_and_its_pages_end(stranger: Client) -> None:
    root = feed(stranger)
    assert faults(root) == []
    assert texts(root, "id") == []
    assert stranger.get("/feeds/market.atom").content == stranger.get("/feeds/market.atom").content
    for page in ("0", "2", "-1", "x", "٣", "999999999999"):
        assert stranger.get("/feeds/market.atom", {"page": page}).status_code == 404, page
    for path in (
        "/feeds/categories/zz.atom",
        "/feeds/vendors/nobody.atom",
        "/feeds/products/no/body.atom",
        "/feeds/guidelines/none.atom",
    ):
        assert stranger.get(path).status_code == 404, path


@pytest.mark.slow
def test_a_demo_says_so_in_each_entry(stranger: Client, market: Market, settings: Any) -> None:
    plain_id = feed(stranger).findtext(f"{_ATOM}id")
    settings.DEMO = True
    root = feed(stranger)
    assert "simulated" in (root.findtext(f"{_ATOM}subtitle") or "")
    assert all(title.startswith("Demo: ") for title in texts(root, "title"))
    assert root.findtext(f"{_ATOM}id") != plain_id


def test_text_that_xml_cannot_hold_is_left_out() -> None:
    assert plain("a\x00b\x0bc\ufffe\U0001f600\n") == "abc\U0001f600\n"


@pytest.mark.slow
def test_pages_name_their_feed(stranger: Client, market: Market) -> None:
    product = Certificate.objects.get().release.product
    for page, path in (
        ("/", "/feeds/market.atom"),
        ("/feeds/", "/feeds/market.atom"),
        (product.get_absolute_url(), paths_of(product)[3]),
        ("/vendors/kelp/", paths_of(product)[2]),
        ("/guidelines/2031.06/", paths_of(product)[4]),
    ):
        links = read(stranger.get(page)).all("link", type="application/atom+xml", rel="alternate")
        assert [one["href"] for one in links] == [f"http://testserver{path}"], page
