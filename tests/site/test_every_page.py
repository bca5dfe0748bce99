"""What holds for each page: outline, labels, links that lead somewhere, nothing inline."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import resolve

from certification.operations.certificates import raise_dispute, revoke
from tests.factories import announced, draft, in_force, judged, person, subunit, upload, vendor
from tests.site.conftest import signed_in
from tests.site.market import Market
from tests.site.reading import Page, read

pytestmark = pytest.mark.django_db
_INLINE = re.compile(r"\son\w+=|\sstyle=|<style|javascript:", re.IGNORECASE)


@pytest.fixture
def places() -> tuple[Client, list[str]]:
    """A signed-in owner, and a page of each kind."""
    ann = person("Ann")
    vendor("Kelp", owner=ann)
    in_force("2031.06", "a", "b")
    announced("2031.11", "a", "c")
    draft("2020.06", "a")
    short = judged(subunit(a="success", b="failure"), by=ann)
    passing = judged(subunit(a="success", b="success", c="success"))
    refused = judged(b"no evidence at all")
    waiting = upload(by=ann)
    client = signed_in(ann)
    client.post("/workspace/keys/challenge/")
    return client, [
        "/",
        "/guidelines/",
        "/guidelines/2031.06/",
        "/guidelines/2020.06/",
        "/upload/",
        f"/upload/?run={waiting.pk}",
        *(run.get_absolute_url() for run in (short, passing, refused, waiting)),
        f"{short.get_absolute_url()}?guideline=2020.06",
        "/workspace/",
        "/workspace/keys/",
        "/workspace/tokens/",
        "/no-such-page/",
    ]


def outline_faults(page: Page) -> list[str]:
    levels = [level for level, _ in page.headings]
    jumps = [b for a, b in pairwise(levels) if b > a + 1]
    found = [] if levels.count(1) == 1 else [f"{levels.count(1)} h1"]
    return found + [f"a heading jumps to h{level}" for level in jumps]


def dead_links(page: Page) -> list[str]:
    """Links to addresses that no view answers, or to a place that the page does not have."""
    dead = [h for h in page.links if h.startswith("#") and h[1:] not in page.ids]
    for href in page.links:
        path = urlsplit(href).path
        if path:
            resolve(path)
    return dead


@pytest.mark.slow
def test_each_page_is_sound(places: tuple[Client, list[str]]) -> None:
    client, paths = places
    for path in paths:
        check_page(client, path, 404 if path == "/no-such-page/" else 200)


@pytest.mark.slow
def test_each_page_of_the_market_is_sound(stranger: Client) -> None:
    market = Market()
    announced("2031.11", "a", "b")
    product = market.product()
    standing = market.certified(market.release(product))
    raise_dispute(certificate=standing, by=market.admin, claim="It lists nothing.")
    gone = market.certified(market.release(market.product("Gone Cloud")))
    revoke(certificate=gone, by=market.reviewer, reason="Copied.")
    old = market.certified(market.release(market.product("Old Cloud")), days_ago=400)
    claim = market.release(market.product("Claim", "backup")).product
    driver = market.product("Driver", "driver")
    owner = signed_in(market.owner(product))
    for path in (
        "/",
        "/products/",
        "/products/?q=cloud&certified=yes&category=distribution&vendor=zz",
        "/products/?q=nothing-like-it",
        *(found.get_absolute_url() for found in (product, claim, driver)),
        *(one.release.product.get_absolute_url() for one in (gone, old)),
        *(one.get_absolute_url() for one in (standing, gone, old)),
        "/vendors/kelp/",
        "/feeds/",
        f"{product.get_absolute_url()}badge/",
        "/verify/",
        f"/verify/?q={standing.number}",
        f"/verify/?q={gone.number}",
        "/verify/?q=HM-2026-999999",
    ):
        for client in (stranger, owner):
            check_page(client, path)
    owner.post(f"/watching{product.get_absolute_url()}")
    for path in ("/watching/", f"{product.get_absolute_url()}report/"):
        check_page(owner, path)


def check_page(client: Client, path: str, status: int = 200) -> Page:
    answer = client.get(path)
    page = read(answer)
    assert answer.status_code == status, path
    assert outline_faults(page) == [], path
    assert page.unlabelled() == [], path
    assert [i for i, times in Counter(page.ids).items() if times > 1] == [], path
    assert dead_links(page) == [], path
    assert page.all("html", lang="en"), path
    assert page.all("a", href="#main"), path
    assert not _INLINE.search(answer.content.decode()), path
    # A data block is never run.
    scripts = [s for s in page.all("script") if s.get("type") != "application/ld+json"]
    assert all(script.get("src") for script in scripts), path
    assert "script-src 'self'" in answer["Content-Security-Policy"], path
    assert "not affiliated with the OpenStack Powered" in page.text, path
    return page


@pytest.mark.slow
def test_each_page_is_sound_for_a_stranger(stranger: Client) -> None:
    for path in ("/", "/guidelines/", "/upload/", "/sign-in/"):
        page = read(stranger.get(path))
        assert outline_faults(page) == [], path
        assert page.unlabelled() == [], path
        assert dead_links(page) == [], path


def test_the_workspace_asks_strangers_to_sign_in(stranger: Client) -> None:
    for path in ("/workspace/", "/workspace/keys/", "/workspace/tokens/"):
        answer = stranger.get(path)
        assert (answer.status_code, answer["Location"]) == (302, f"/sign-in/?next={path}")


def test_static_files_are_there() -> None:
    assert all(finders.find(f"site/{n}") for n in ("hallmark.css", "refresh.js", "mark.svg"))
