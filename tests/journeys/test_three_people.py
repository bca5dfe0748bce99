"""A vendor from sign-up to badge, staff from queue to revocation, a buyer to the last test."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from urllib.parse import urljoin

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from marketplace.site.demo.people import PASSWORD
from tests.journeys.conftest import RUNS
from tests.journeys.service import Service

EVIDENCE = RUNS / "guideline-2020.06-parallel3.v2.gz"
SHOWN_WITHIN_S = 5.0
_PRODUCT = "/products/tidewrack/tidewrack-objects/"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def sign_in(page: Page, service: Service, email: str) -> None:
    page.goto(f"{service.base}/sign-in/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).first.click()
    page.wait_for_url("**/workspace/")


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()


# By mouse alone and without a second look: the journeys of a working day walk the same ways.
@pytest.mark.long
def test_from_sign_up_to_badge_to_revocation(service: Service, page: Page) -> None:
    # The vendor signs up, lists a product and uploads a run of their own.
    page.goto(f"{service.base}/sign-up/")
    page.get_by_label("E-mail").fill("mira@tidewrack.example")
    page.get_by_label("Name").fill("Mira Tide")
    page.get_by_label("Password").fill("a rather long secret 7")
    page.get_by_role("button", name="Sign up").click()
    page.goto(f"{service.base}/workspace/vendors/new/")
    page.get_by_label("Name").fill("Tidewrack")
    page.get_by_role("button", name="Create the organization").click()
    page.get_by_role("link", name="Add a product").first.click()
    page.get_by_label("Name").fill("Tidewrack Objects")
    page.get_by_label("Category").select_option("public-cloud")
    page.get_by_label("In one sentence").fill("Objects by the sea.")
    page.get_by_role("button", name="Add the product").click()
    page.get_by_role("link", name="Add a release").first.click()
    page.get_by_label("Version").fill("1.0")
    page.get_by_label("2026.1 Gazpacho").check()
    page.get_by_role("button", name="Add the release").click()
    release = page.url
    page.goto(f"{service.base}/upload/")
    page.set_input_files("input[type=file]", str(EVIDENCE))
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Passes Object Storage")

    # Object Storage passes, so the run is tied to the release and handed in.
    page.goto(release)
    page.get_by_role("link", name="Choose run").first.click()
    page.get_by_role("button", name="Tie this run and submit").click()
    expect(page.locator("main")).to_contain_text("submitted", ignore_case=True)
    sign_out(page)

    # Staff see it on one screen and decide with a reason.
    sign_in(page, service, "reviewer@hallmark.example")
    page.goto(f"{service.base}/staff/")
    page.get_by_role("row", name="Tidewrack Objects").get_by_role("link").first.click()
    page.get_by_label("Reason", exact=True).first.fill("The run is complete and passes.")
    page.get_by_role("button", name="Approve").click()
    page.wait_for_url("**/staff/**")
    badge = urljoin(service.base, "/badges/tidewrack/tidewrack-objects")
    shown = httpx.get(f"{badge}.json").json()
    assert "Object Storage 2026.11" in json.dumps(shown)
    product = httpx.get(f"{service.base}/products/tidewrack/tidewrack-objects/").text
    assert "Certified until" in product
    follow_the_proof(service, page)

    # A revocation shows on the badge and on the page within seconds, whichever process answers.
    page.goto(f"{service.base}/staff/certificates/?q=tidewrack")
    page.get_by_role("link", name="HM-").first.click()
    page.get_by_label("Reason", exact=True).first.fill("The evidence was another cloud's.")
    page.get_by_role("button", name="Revoke").click()
    page.wait_for_load_state()
    looks_revoked_soon(service, badge)


def looks_revoked_soon(service: Service, badge: str) -> None:
    for address, there in ((f"{badge}.json", True), (f"{badge}.svg", True), (_PRODUCT, False)):
        deadline = time.monotonic() + SHOWN_WITHIN_S
        while not _tells_revoked(urljoin(service.base, address), badge=there):
            assert time.monotonic() < deadline, f"{address} does not show it"
            time.sleep(0.2)


def _tells_revoked(address: str, *, badge: bool) -> bool:
    # Others like it, further down, may well be certified.
    text, _, _ = httpx.get(address).text.partition('aria-labelledby="h-others"')
    return "evoked" in text if badge else "Certified until" not in text


def follow_the_proof(service: Service, page: Page) -> None:
    """As a buyer: from the home page's search to the idempotent id of a single test."""
    visitor = page.context.browser
    assert visitor is not None
    with visitor.new_context() as context:
        buyer = context.new_page()
        buyer.goto(service.base)
        buyer.get_by_role("searchbox").first.fill("tidewrack")
        buyer.keyboard.press("Enter")
        buyer.get_by_role("link", name="Tidewrack Objects").first.click()
        expect(buyer.get_by_role("heading", level=1)).to_contain_text("Tidewrack Objects")
        buyer.get_by_role("link", name="Every test with its result").click()
        buyer.get_by_text("Object storage", exact=False).locator("visible=true").first.click()
        expect(buyer.locator("main")).to_contain_text("tempest.api.object_storage")
