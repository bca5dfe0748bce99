"""Somebody signs up, sets up a second factor, founds an organization and invites a colleague: by
keyboard where a form is sent, on a screen of 390 px, and nothing scrolls sideways."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.service import Service

PASSWORD = "tidal-orchard-91"
PATIENCE_MS = 15_000


@pytest.fixture
def phones(browser: Browser) -> Iterator[list[Page]]:
    """Two people, each with a phone."""
    contexts = [browser.new_context(viewport={"width": 390, "height": 844}) for _ in range(2)]
    for context in contexts:
        context.set_default_timeout(PATIENCE_MS)
    yield [context.new_page() for context in contexts]
    for context in contexts:
        context.close()


def fits(page: Page) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert not wide, f"{page.url} scrolls sideways"


def type_in(page: Page, *fields: tuple[str, str]) -> None:
    """The last field is sent with the Enter key."""
    for label, text in fields:
        page.get_by_label(label, exact=True).fill(text)
    fits(page)
    page.keyboard.press("Enter")


def sign_up(page: Page, base: str, email: str, name: str) -> None:
    page.goto(f"{base}/sign-up/")
    type_in(page, ("E-mail", email), ("Your name", name), ("Password", PASSWORD))
    page.wait_for_url("**/workspace/")


@pytest.mark.long
def test_two_people_make_a_team(service: Service, phones: list[Page]) -> None:
    ann, bob = phones
    sign_up(ann, service.base, "ann@kelp.example", "Ann")
    secret = _sets_up_a_second_factor(ann, service.base)
    _signs_in_with_it(ann, service.base, secret)
    link = _invites(ann, service.base, "bob@kelp.example")
    bob.goto(link)
    fits(bob)
    bob.get_by_role("link", name="Sign up and accept").click()
    expect(bob.get_by_label("E-mail")).to_have_value("bob@kelp.example")
    type_in(bob, ("Your name", "Bob"), ("Password", PASSWORD))
    bob.get_by_role("button", name="Accept as bob@kelp.example").press("Enter")
    expect(bob.get_by_role("heading", level=1)).to_have_text("Kelp Cloud")
    ann.reload()
    expect(ann.locator("main")).to_contain_text("2 people, of whom 1 owns")
    fits(ann)
    bob.goto(link)
    expect(bob.get_by_role("heading", level=1)).to_have_text("This link opens nothing")


def _sets_up_a_second_factor(page: Page, base: str) -> str:
    page.goto(f"{base}/workspace/second-factor/")
    type_in(page, ("Your password", PASSWORD))
    image = page.get_by_role("img", name="QR code")
    expect(image).to_be_visible()
    assert image.evaluate("one => one.naturalWidth") > 0
    secret = page.locator("code.key").inner_text().replace(" ", "")
    type_in(page, ("Code", pyotp.TOTP(secret).now()))
    expect(page.get_by_role("heading", name="Keep these codes")).to_be_visible()
    fits(page)
    return secret


def _signs_in_with_it(page: Page, base: str, secret: str) -> None:
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{base}/sign-in/")
    type_in(page, ("E-mail", "ann@kelp.example"), ("Password", PASSWORD))
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")
    # The code of now may be spent; that of the next half minute is taken already.
    type_in(page, ("Code", pyotp.TOTP(secret).at(int(time.time()) + 30)))
    page.wait_for_url("**/workspace/")


def _invites(page: Page, base: str, email: str) -> str:
    """The link that is shown where no mail is sent."""
    page.goto(f"{base}/workspace/vendors/new/")
    type_in(page, ("Name", "Kelp Cloud"))
    page.get_by_role("link", name="Invite, change roles").click()
    page.get_by_label("Role", exact=True).select_option("uploader")
    type_in(page, ("E-mail", email))
    link = page.locator("pre", has_text="/invitations/").inner_text().strip()
    assert link.startswith(base)
    fits(page)
    page.goto(page.url.replace("invite/", ""))
    return link
