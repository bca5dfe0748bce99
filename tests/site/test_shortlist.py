"""The shortlist: without an account, signed, at most twelve, to take away."""

from __future__ import annotations

import pytest
from django.test import Client

from marketplace.catalogue.models import Product, Vendor
from marketplace.site.shortlist import COOKIE, MOST
from tests.site.market import Market
from tests.site.reading import read
from tests.site.test_every_page import check_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def products() -> list[Product]:
    kelp = Vendor.objects.create(name="Kelp", slug="kelp")
    return [
        Product.objects.create(
            vendor=kelp, slug=f"p-{n}", name=f"=Product {n}", category="backup", sentence="A|b."
        )
        for n in range(MOST + 1)
    ]


def put(client: Client, slug: str, what: str = "add") -> int:
    return client.post("/shortlist/", {what: f"kelp/{slug}"}).status_code


def names(client: Client) -> list[str]:
    return [words for level, words in read(client.get("/shortlist/")).headings if level == 2]


def test_products_are_put_on_and_taken_off(stranger: Client, products: list[Product]) -> None:
    assert "Nothing is on it" in read(stranger.get("/shortlist/")).text
    assert [put(stranger, "p-3"), put(stranger, "p-1"), put(stranger, "p-3")] == [303] * 3
    assert [name.split()[1] for name in names(stranger)] == ["3", "1"]
    cookie = stranger.cookies[COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    check_page(stranger, "/shortlist/")
    assert put(stranger, "p-3", "remove") == 303
    assert put(stranger, "p-3", "remove") == 303
    assert [name.split()[1] for name in names(stranger)] == ["1"]
    assert put(stranger, "p-1", "remove") == 303
    assert names(stranger) == []


def test_what_is_not_there_or_not_signed_is_refused(
    stranger: Client, products: list[Product]
) -> None:
    assert put(stranger, "nothing") == 404
    assert put(stranger, "\0") == 404
    assert stranger.post("/shortlist/").status_code == 400
    stranger.cookies[COOKIE] = f"{products[0].pk}:forged"
    assert names(stranger) == []


def test_more_than_twelve_are_refused(stranger: Client, products: list[Product]) -> None:
    assert [put(stranger, f"p-{n}") for n in range(MOST)] == [303] * MOST
    answer = stranger.post("/shortlist/", {"add": f"kelp/p-{MOST}"})
    assert answer.status_code == 400
    assert "shortlist-full" in read(answer).text
    assert len(names(stranger)) == MOST


def test_a_foreign_page_cannot_change_it(products: list[Product]) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert put(strict, "p-1") == 403
    assert strict.get("/shortlist/?add=kelp/p-1").status_code == 200
    assert names(strict) == []


def test_it_is_taken_away_harmlessly(stranger: Client, products: list[Product]) -> None:
    put(stranger, "p-1")
    table = stranger.get("/shortlist.csv").content.decode()
    assert "'=Product 1" in table and "http://testserver/products/kelp/p-1/" in table
    text = stranger.get("/shortlist.md").content.decode()
    assert "[=Product 1](http://testserver/products/kelp/p-1/)" in text
    assert stranger.get("/shortlist.json").status_code == 404


def test_the_list_of_products_offers_it(stranger: Client, products: list[Product]) -> None:
    page = read(stranger.get("/products/"))
    [button] = page.all("button", value="kelp/p-0")
    assert button["form"] == "shortlist" and button["name"] == "add"


def test_a_product_page_leads_to_its_place_on_the_list(stranger: Client) -> None:
    """The page is the same for everybody, so it has no form: the list asks, and changes nothing by
    itself."""
    market = Market()
    page = market.product().get_absolute_url()
    offer = "/shortlist/?add=kelp/tarn-cloud"
    assert offer in read(stranger.get(page)).links
    check_page(stranger, offer)
    [button] = read(stranger.get(offer)).all("button", value="kelp/tarn-cloud")
    assert button["name"] == "add"
    assert COOKIE not in stranger.cookies
    stranger.post("/shortlist/", {"add": "kelp/tarn-cloud"})
    assert "Take Tarn Cloud off" in read(stranger.get(offer)).text
    assert stranger.get("/shortlist/?add=kelp/no-such").status_code == 404
