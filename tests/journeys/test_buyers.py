"""What a buyer does on the public pages, in a real browser: find, look closely, compare, take away,
follow; with the mouse, with the keyboard alone, on a telephone and without JavaScript."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from defusedxml import ElementTree
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django import DjangoDbBlocker

from certification.operations.certificates import revoke
from tests.journeys.buyers import SMALL_ONES, Stall, elsewhere, meanwhile, served, stall, visit
from tests.journeys.keyboard import first_focus, go_round, tab_to
from tests.notices.telling import tell_all
from tests.site.reading import read

TARN = "/products/kelp/tarnholm-cloud/"


@pytest.fixture(scope="module")
def market(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: Any
) -> Iterator[tuple[str, Stall]]:
    with (
        django_db_blocker.unblock(),
        served(tmp_path_factory.mktemp("evidence"), stall) as made,
    ):
        connection.close()
        yield made


@pytest.fixture(scope="module")
def base(market: tuple[str, Stall]) -> str:
    return market[0]


@pytest.fixture(scope="module")
def sold(market: tuple[str, Stall]) -> Stall:
    return market[1]


# The market first: once the browser runs, this thread may not ask the database.
@pytest.fixture(scope="module")
def chromium(market: tuple[str, Stall], browser: Browser) -> Browser:
    return browser


# The mark also tells pytest-django to make the database that the others serve.
@pytest.mark.django_db
def test_an_empty_market_says_so(client: Client) -> None:
    text = read(client.get("/products/")).text
    assert "0 products" in text
    assert "No product is listed yet." in text
    assert "Begin again with all products" not in text


def listed(page: Page) -> list[str]:
    return page.locator(".res h2 a").all_inner_texts()


def tick(page: Page, facet: str, choice: str, *, scripted: bool) -> int:
    """Narrows by one choice of a facet; gives the number of products that stood beside it."""
    label = page.get_by_role("group", name=facet).locator("label", has_text=choice).first
    promised = int(re.sub(r"\D", "", label.locator("b").inner_text()))
    before = page.url
    label.locator("input").check()
    if not scripted:
        page.get_by_role("button", name="Apply").click()
    page.wait_for_url(lambda url: url != before)
    return promised


VISITS = [
    pytest.param(1280, True, id="1280"),
    pytest.param(390, False, id="390 without JavaScript", marks=pytest.mark.long),
    pytest.param(390, True, id="390", marks=pytest.mark.long),
    pytest.param(1280, False, id="1280 without JavaScript", marks=pytest.mark.long),
]


@pytest.mark.parametrize(("width", "scripted"), VISITS)
def test_find(chromium: Browser, base: str, width: int, scripted: bool) -> None:
    with visit(chromium, base, width=width, java_script_enabled=scripted) as buyer:
        page = buyer.page
        buyer.go("/")
        page.get_by_role("searchbox").fill("tarnhp")
        page.get_by_role("button", name="Search").click()
        page.wait_for_url("**/products/?q=tarnhp")
        assert set(listed(page)) == {"Tarnholm Cloud", "Tarnholm Driver", "Tarnholm Public"}
        page.evaluate("window.kept = true")

        for facet, choice in (
            ("OpenStack release, declared", "2026.1 Gazpacho"),
            ("Category", "Distribution"),
            ("Certified for", "Compute"),
        ):
            promised = tick(page, facet, choice, scripted=scripted)
            expect(page.locator(".chips")).to_contain_text(choice)
            expect(page.locator("[data-count]")).to_have_text(re.compile(rf"^{promised} product"))
        assert listed(page) == ["Tarnholm Cloud"]
        before = page.url
        page.get_by_label("Sorted by").select_option(label="name")
        if not scripted:
            page.get_by_role("button", name="Apply").click()
        page.wait_for_url(lambda url: "sort=name" in url)
        assert page.evaluate("Boolean(window.kept)") == scripted, "with JavaScript nothing reloads"
        page.get_by_role("link", name="Tarnholm Cloud").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Tarnholm Cloud")

        page.go_back()
        assert parse_qs(urlsplit(page.url).query)["category"] == ["distribution"]
        page.go_back()
        page.wait_for_url(before)
        expect(page.locator(".res h2")).to_have_count(1)
        page.go_back()
        page.wait_for_url(lambda url: "target=" not in url)
        expect(page.locator(".chips a")).to_have_count(3)
        buyer.check_width()

        buyer.go("/products/?q=tarnholm&category=distribution&category=backup&vendor=reed")
        expect(page.locator("main")).to_contain_text("Remove one filter")
        page.get_by_role("link", name="Vendor", exact=True).click()
        expect(page.locator(".res h2")).to_have_text(["Tarnholm Cloud Kelp"])


@pytest.mark.parametrize("width", [1280, pytest.param(390, marks=pytest.mark.long)])
def test_find_and_look_with_the_keyboard_alone(chromium: Browser, base: str, width: int) -> None:
    with visit(chromium, base, width=width, reduced_motion="reduce") as buyer:
        page = buyer.page
        buyer.go("/")
        first_focus(page)
        tab_to(page, page.get_by_role("searchbox"))
        page.keyboard.type("tarnhp")
        page.keyboard.press("Enter")
        page.wait_for_url("**/products/?q=tarnhp")
        first_focus(page)
        box = page.get_by_role("checkbox", name="Distribution")
        tab_to(page, box)
        page.keyboard.press("Space")
        expect(page.locator("[data-count]")).to_have_text("1 product")
        expect(page.get_by_role("checkbox", name="Distribution")).to_be_focused()
        expect(page.locator("body > [role=status]")).to_have_text("1 product")
        link = page.get_by_role("link", name="Tarnholm Cloud")
        tab_to(page, link, "Tab" if width > 900 else "Shift+Tab")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{TARN}")
        go_round(page)
        page.reload()
        first_focus(page)
        table = page.locator("summary", has_text="The same as a table")
        tab_to(page, table)
        page.keyboard.press("Enter")
        expect(page.get_by_role("table", name="Required capabilities")).to_be_visible()
        tab_to(page, page.get_by_role("link", name="Every test with its result"))
        page.keyboard.press("Enter")
        page.wait_for_url("**/certificates/*/#evidence")
        service = page.locator("#evidence summary, summary").first
        tab_to(page, service)
        page.keyboard.press("Enter")
        moving = "document.getAnimations().length + [...document.querySelectorAll('*')].filter("
        moving += "one => parseFloat(getComputedStyle(one).transitionDuration) > 0).length"
        assert page.evaluate(moving) == 0, "motion although less of it was asked for"


@pytest.mark.parametrize("width", [pytest.param(1280, marks=pytest.mark.long), 390])
def test_a_product_page_in_two_depths(
    chromium: Browser, base: str, sold: Stall, width: int
) -> None:
    number = sold.tarn.number
    with visit(chromium, base, width=width, java_script_enabled=width > 1000) as buyer:
        page = buyer.page
        buyer.go(TARN)
        expect(page.locator(".phead .say")).to_contain_text("meets the 1 required capability")
        expect(page.locator(".phead svg.seal")).to_be_visible()
        expect(page.locator(".phead")).to_contain_text("Certified until")
        known = page.get_by_role("region", name="Known failures")
        expect(known).to_contain_text("demo.Tests.b")
        expect(known).to_contain_text("waived: One host only.")
        expect(page.get_by_role("region", name="History")).to_contain_text(number)
        expect(page.get_by_role("region", name="Proof")).to_contain_text(number)
        assert page.evaluate("document.querySelector('img[src^=\"/badges/\"]').naturalWidth") > 0
        buyer.check_width()
        if width > 1000:
            assert 1 <= len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) <= 3
        page.get_by_role("link", name="Every test with its result").click()
        page.wait_for_url(f"**/certificates/{number}/#evidence")
        for summary in page.locator("#evidence details > summary, details.svc > summary").all():
            summary.click()
        expect(page.locator("main")).to_contain_text("demo.Tests.a")
        buyer.check_width()
        buyer.go(f"/verify/?q={number}")
        expect(page.locator("main")).to_contain_text("It is in force")
        buyer.check_width()
        if width > 1000:
            buyer.go(f"{TARN}sheet/")
            printed = page.pdf(format="A4", prefer_css_page_size=True)
            assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


def saved(page: Page, name: str) -> bytes:
    """What a link of the page gives."""
    link = page.get_by_role("link", name=name, exact=True).first
    address = link.evaluate("one => one.href")
    answer = page.context.request.get(address)
    assert answer.ok, address
    return answer.body()


@pytest.mark.parametrize("width", [pytest.param(1280, marks=pytest.mark.long), 390])
def test_compare_shortlist_and_requirements(chromium: Browser, base: str, width: int) -> None:
    with visit(chromium, base, width=width, java_script_enabled=width > 1000) as buyer:
        page = buyer.page
        buyer.go("/products/?sort=name")
        page.get_by_role("button", name="Shortlist Sedge Cloud").click()
        buyer.go("/products/?sort=name&page=2")
        page.get_by_role("button", name="Shortlist Tool 9").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Shortlist")
        assert listed(page) == ["Sedge Cloud", "Tool 9"]
        assert b"reed/sedge-cloud" in saved(page, "This list as Markdown")
        for box in page.get_by_role("checkbox", name="Compare").all():
            box.check()
        page.get_by_role("button", name="Compare the ticked products").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sedge Cloud and Tool 9")
        buyer.check_width()
        four = (
            "kelp/tarnholm-cloud",
            "reed/sedge-cloud",
            "reed/tarnholm-public",
            "kelp/tarnholm-driver",
        )
        buyer.go("/compare/?" + "&".join(f"p={one}" for one in four))
        expect(page.locator(".cmp thead th")).to_have_count(4)
        buyer.check_width()

        buyer.go("/requirements/")
        page.get_by_label("Level measured, at least").select_option(label="Connected")
        page.locator("summary", has_text="to choose from").first.click()
        page.get_by_label("Compute (Nova)").check()
        page.get_by_role("button", name="Show who meets them").click()
        expect(page.locator("main")).to_contain_text("1 product meets all")
        expect(page.locator(".res li", has_text="Fescue Backup")).to_contain_text(
            "Lacks service:compute"
        )
        buyer.check_width()
        markdown = saved(page, "Markdown").decode()
        rows = saved(page, "CSV").decode()
        for text in (markdown, rows):
            assert "dune/marram-backup" in text
            assert "service:compute" in text
        paper = saved(page, "PDF")
        assert paper.startswith(b"%PDF-")
        assert len(paper) > 1000


def test_take_the_list_away(chromium: Browser, base: str) -> None:
    with visit(chromium, base) as buyer:
        page = buyer.page
        buyer.go("/products/?category=distribution&category=backup&sort=name")
        shown = listed(page)
        rows = list(csv.DictReader(saved(page, "This list as CSV").decode().splitlines()))
        assert [row["name"] for row in rows] == shown
        told = json.loads(saved(page, "This list as JSON"))
        assert [row["name"] for row in told["products"]] == shown
        everything = httpx.get(f"{base}/products.json").json()["products"]
        assert len(everything) == SMALL_ONES + 6
        buyer.go(TARN)
        feed = ElementTree.fromstring(saved(page, "Atom feed"))
        assert feed.tag == "{http://www.w3.org/2005/Atom}feed"
        assert "Tarnholm Cloud" in "".join(feed.itertext())


def test_the_badge_stands_on_a_page_of_others(chromium: Browser, base: str) -> None:
    with visit(chromium, base, width=390) as vendor:
        vendor.go(f"{TARN}badge/")
        snippet = vendor.page.locator("pre").first.inner_text()
        vendor.check_width()
        with elsewhere(f"<!doctype html><title>Kelp</title>{snippet}") as foreign:
            vendor.at_home.append(foreign)
            vendor.page.goto(foreign)
            badge = vendor.page.get_by_role("img")
            assert badge.evaluate("one => one.complete && one.naturalWidth") > 0
            vendor.page.get_by_role("link").click()
            vendor.page.wait_for_url(f"{base}{TARN}")


def test_follow_ask_and_report(chromium: Browser, base: str, sold: Stall) -> None:
    with visit(chromium, base, sold.cookies["buyer"]) as buyer:
        page = buyer.page
        buyer.go("/products/reed/sedge-cloud/")
        page.get_by_role("button", name="Watch", exact=True).click()
        expect(page.locator("main")).to_contain_text("You watch it")
        buyer.go(TARN)
        page.get_by_label("Certificate to ask for").select_option(label="Platform")
        page.get_by_role("button", name="Ask the vendor").click()
        expect(page.locator("main")).to_contain_text("1 person asks for Platform.")
        page.get_by_role("link", name="Report a false claim").click()
        page.get_by_role("textbox").fill("It has no volumes.")
        page.get_by_role("button", name="Send the report").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Tarnholm Cloud")

        meanwhile(partial(_revoke_and_tell, sold))
        buyer.go("/products/reed/sedge-cloud/")
        expect(page.locator(".phead")).to_contain_text("Revoked on")
        page.get_by_role("link", name="Notices (1").click()
        expect(page.locator("main")).to_contain_text("Sedge Cloud")
    with visit(chromium, base, sold.cookies["vendor"], width=390) as vendor:
        vendor.go("/workspace/vendors/kelp/")
        expect(vendor.page.locator("main")).to_contain_text("1 buyer asks for Platform")
    with visit(chromium, base, sold.cookies["staff"]) as staff:
        staff.go("/staff/reports/")
        expect(staff.page.locator("main")).to_contain_text("It has no volumes.")


def _revoke_and_tell(sold: Stall) -> None:
    revoke(certificate=sold.sedge, by=sold.market.reviewer, reason="Another cloud's evidence.")
    tell_all()
