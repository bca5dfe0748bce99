"""What the scripts add: shortcuts that move and never decide, files sent one by one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from certification.models import Submission
from marketplace.catalogue.models import User
from tests.factories import new_evidence
from tests.site.conftest import signed_in
from tests.workspace.stories import Story

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture
def cookie(reviewer: User) -> str:
    return signed_in(reviewer).cookies["sessionid"].value


@pytest.fixture
def submission(told: Story) -> Submission:
    return told.submitted()


@pytest.fixture
def page(live_server: LiveServer, cookie: str, submission: Submission) -> Iterator[Page]:
    """Signed in as the reviewer. Everything is stored before: a browser's loop forbids it later."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(base_url=live_server.url)
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        context.set_default_timeout(15_000)
        yield context.new_page()
        browser.close()


def test_shortcuts_and_files(page: Page, submission: Submission, tmp_path: Path) -> None:
    page.goto("/staff/")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Compute 2031.06")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/staff/submissions/{submission.pk}/")
    page.keyboard.press("r")
    reason = page.get_by_label("Reason", exact=True)
    expect(reason).to_be_focused()
    page.keyboard.type("a q m")
    expect(reason).to_have_value("a q m")
    page.get_by_text("Texts for the usual reasons").click()
    page.get_by_role("link", name="Ask about odd times").click()
    expect(reason).to_have_value("a q m\n\n" + (reason.input_value().partition("\n\n")[2]))
    expect(reason).to_be_focused()
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Approve")).to_be_focused()
    expect(page.get_by_text("In review")).to_have_count(0)
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("q")
    page.wait_for_url("**/staff/")

    files = [tmp_path / name for name in ("one.bin", "hollow.bin", "two.bin")]
    for file, raw in zip(files, (new_evidence(), b"", new_evidence()), strict=True):
        file.write_bytes(raw)
    page.goto("/upload/")
    page.set_input_files("input[type=file]", files)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("status")).to_contain_text("2 of 3 files are stored")
    expect(page.locator("[data-files]")).to_contain_text("evidence-empty")
    expect(page.get_by_role("link", name="stored, open the run")).to_have_count(2)
    page.set_input_files("input[type=file]", [files[0], files[2]])
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/upload/?run=*&run=*")
