"""A person with a browser: choose a file, see the verdict, with JavaScript and without."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from marketplace.site.demo.people import PASSWORD
from tests.journeys.conftest import RUNS
from tests.journeys.service import Service

EVIDENCE = RUNS / "guideline-2020.06-parallel3.v2.gz"
#: Judged in a second or so; the page asks every two seconds.
VISIBLE_MS = 20_000


@pytest.fixture(params=[True, False], ids=["javascript", "no javascript"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=request.param)
    context.set_default_timeout(VISIBLE_MS)
    yield context.new_page()
    context.close()


def test_the_page_refreshes_by_itself_until_the_verdict_stands(
    service: Service, page: Page
) -> None:
    service.kill("worker")
    page.goto(f"{service.base}/upload/")
    page.set_input_files("input[type=file]", str(EVIDENCE))
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/runs/*/")
    service.start("worker")
    expect(page.get_by_role("heading", level=1)).to_contain_text("short", timeout=40_000)
    expect(page.locator("main")).to_contain_text("Object Storage")
    expect(page.locator("main")).to_contain_text(
        "tempest.api.volume.test_volumes_actions.VolumesActionsTest.test_volume_upload"
    )


def test_a_stranger_s_file_that_is_no_evidence_says_why(
    service: Service, page: Page, tmp_path: Path
) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear marketplace, please certify us.\n" * 20)
    page.goto(f"{service.base}/upload/")
    page.set_input_files("input[type=file]", str(letter))
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("main")).to_contain_text("evidence-format-unknown")


def test_a_vendor_makes_a_token_and_uploads_with_hallmark(
    service: Service, browser: Browser
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{service.base}/sign-in/")
    page.fill("input[name=username]", "vendor@kelpline.example")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).first.click()
    page.wait_for_url("**/workspace/")
    page.goto(f"{service.base}/workspace/tokens/")
    page.fill("input[name=label]", "pipeline")
    page.get_by_role("button", name="Issue the token").click()
    secret = page.locator("pre", has_text="hmk_").inner_text().strip()
    done = subprocess.run(
        [
            *(sys.executable, "-m", "hallmark.cli", "upload", "--url", service.base),
            *("--wait", "--quiet", str(RUNS / "objectstore-image-serial.v2.gz")),
        ],
        env=os.environ | {"HALLMARK_TOKEN": secret},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "object 2026.11: 2 tests short" in done.stdout
    page.goto(f"{service.base}/workspace/")
    expect(page.locator("main")).to_contain_text("objectstore-image-serial.v2.gz")
    context.close()
