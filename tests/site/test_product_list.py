"""The list of products: what narrows it, what it counts, what it says of each."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from certification.operations.certificates import revoke
from tests.site.market import Market
from tests.site.reading import Page, read

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def market() -> Market:
    """Tarn Cloud is certified and challenged, Reed Cloud certified, two others are not."""
    made = Market()
    made.certified(
        made.release(made.product("Tarn Cloud", "distribution", "Tarn")), challenged=True
    )
    made.certified(made.release(made.product("Reed Cloud", "public-cloud", "Reed")))
    made.release(made.product("Lapwing Backup", "backup", "Lapwing"))
    made.product("Ferrule Driver", "driver", "Ferrule")
    return made


def shown(page: Page) -> list[str]:
    names = ("Tarn Cloud", "Reed Cloud", "Lapwing Backup", "Ferrule Driver")
    return [name for level, words in page.headings if level == 2 for name in names if name in words]


#: Query and what it shows, in this order.
NARROWED = [
    ("", ["Reed Cloud", "Tarn Cloud", "Ferrule Driver", "Lapwing Backup"]),
    ("sort=name", ["Ferrule Driver", "Lapwing Backup", "Reed Cloud", "Tarn Cloud"]),
    (
        "sort=newest",
        ["Reed Cloud", "Tarn Cloud", "Ferrule Driver", "Lapwing Backup"],
    ),
    ("certified=yes", ["Reed Cloud", "Tarn Cloud"]),
    ("certified=no", ["Ferrule Driver", "Lapwing Backup"]),
    ("category=backup&category=driver", ["Ferrule Driver", "Lapwing Backup"]),
    ("target=compute", ["Reed Cloud", "Tarn Cloud"]),
    ("target=platform", []),
    ("assurance=challenged", ["Tarn Cloud"]),
    ("target=compute&assurance=challenged&certified=yes", ["Tarn Cloud"]),
    ("certified=no&target=compute", []),
    ("openstack=gazpacho", ["Reed Cloud", "Tarn Cloud", "Lapwing Backup"]),
    ("openstack=epoxy", []),
    ("vendor=reed&vendor=lapwing", ["Reed Cloud", "Lapwing Backup"]),
    ("q=tARn", ["Tarn Cloud"]),
    ("q=cloud+reed", ["Reed Cloud"]),
    ("q=everybody+driver", ["Ferrule Driver"]),
    ("q=no-such-thing", []),
]
UNKNOWN = ("category=zz", "vendor=%00", "q=%00", "sort=-pk", "target=;")


def test_the_list_is_narrowed_and_sorted(stranger: Client, market: Market) -> None:
    for query, expected in NARROWED:
        assert shown(read(stranger.get(f"/products/?{query}"))) == expected, query


def test_an_unknown_filter_is_said_and_left_out(stranger: Client, market: Market) -> None:
    for query in UNKNOWN:
        page = read(stranger.get(f"/products/?{query}"))
        assert len(shown(page)) == 4, query
        assert "Not every filter" in page.text, query


def test_each_choice_counts_what_it_would_show(stranger: Client, market: Market) -> None:
    text = read(stranger.get("/products/?certified=yes")).text
    assert "Distribution 1 product" in text
    assert "Public cloud 1 product" in text
    assert "Not certified 2 products" in text
    assert "Backup 1" not in text
    text = read(stranger.get("/products/?category=public-cloud&assurance=self-reported")).text
    assert "Compute 1 product" in text
    assert "Challenged 1" not in text


def test_the_same_list_comes_as_json(stranger: Client, market: Market) -> None:
    query = "certified=yes&assurance=challenged"
    page = read(stranger.get(f"/products/?{query}&page=1"))
    [address] = [link for link in page.links if link.startswith("/api/")]
    assert address == f"/api/v1/products/?{query}"
    assert [row["name"] for row in stranger.get(address).json()["results"]] == shown(page)


def test_filters_in_force_can_be_taken_away_one_by_one(stranger: Client, market: Market) -> None:
    page = read(stranger.get("/products/?q=cloud&certified=yes&page=1"))
    assert "/products/?certified=yes" in page.links
    assert "/products/?q=cloud" in page.links


def test_pages_of_the_list_keep_their_filters(stranger: Client) -> None:
    market = Market()
    for number in range(21):
        market.product(f"Product {number:02}", "backup", "Many")
    page = read(stranger.get("/products/?q=product&sort=name"))
    assert "21 products" in page.text and "Page 1 of 2" in page.text
    assert "?q=product&sort=name&page=2" in page.links
    last = read(stranger.get("/products/?q=product&sort=name&page=99"))
    assert "Product 20" in last.text and "Product 00" not in last.text


def test_claims_have_no_seal_and_declarations_are_called_so(
    stranger: Client, market: Market
) -> None:
    page = read(stranger.get("/products/?q=lapwing"))
    assert "Listed, claims only" in page.text
    assert "declared: OpenStack 2026.1 Gazpacho" in page.text
    assert page.all("svg", **{"class": "seal"}) == []
    assert "Not certifiable" in read(stranger.get("/products/?q=ferrule")).text
    seal = read(stranger.get("/products/?q=tarn")).all("svg", **{"class": "seal"})[0]
    assert (
        seal["aria-label"] == "Hallmark: Powered programme, Compute, guideline 2031.06, challenged"
    )


def test_a_revoked_product_is_found_among_those_not_certified(
    stranger: Client, market: Market
) -> None:
    certificate = market.certified(market.release(market.product("Gone Cloud", vendor="Tarn")))
    revoke(certificate=certificate, by=market.reviewer, reason="Copied.")
    assert "Gone Cloud" not in read(stranger.get("/products/?certified=yes")).text
    assert "Gone Cloud" not in read(stranger.get("/products/?target=compute")).text
    text = read(stranger.get("/products/?certified=no")).text
    assert "Gone Cloud" in text and "Revoked on" in text


def test_the_vendor_page_lists_its_products_alone(stranger: Client, market: Market) -> None:
    page = read(stranger.get("/vendors/tarn/"))
    assert page.title == "Tarn"
    assert "1 product, 1 of them certified." in page.text
    assert "none of them certified" in read(stranger.get("/vendors/ferrule/")).text
    assert "Tarn Cloud" in page.text and "Reed Cloud" not in page.text
    assert "Domain not proven" in page.text
    assert stranger.get("/vendors/nobody/").status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_list(
    stranger: Client, market: Market
) -> None:
    with CaptureQueriesContext(connection) as few:
        stranger.get("/products/?q=tarn")
    with CaptureQueriesContext(connection) as many:
        stranger.get("/products/?q=a")
    assert len(many) <= len(few) <= 30
