"""axe-core in a real browser finds nothing: WCAG 2.2 AA and its best practices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction
from playwright.sync_api import Page, Route, sync_playwright
from pytest_django import DjangoDbBlocker

from certification import judging
from tests.accessibility.rendering import HOST, MAIN, Rendered, pages, static_file
from tests.journeys.conftest import CHROMIUM
from tests.permissions.world import world

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def _render(blocker: DjangoDbBlocker, *, main_alone: bool) -> list[Rendered]:
    """Before the browser starts: its event loop and the database do not go together."""
    with (
        blocker.unblock(),
        pytest.MonkeyPatch.context() as patched,
        transaction.atomic(),
    ):
        patched.setattr(judging, "_dictionary", judging._Dictionary())
        found = list(pages(world(), main_alone=main_alone))
        transaction.set_rollback(True)
    return found


@pytest.fixture(scope="module")
def main_pages(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> list[Rendered]:
    found = _render(django_db_blocker, main_alone=True)
    return list({page.name: page for page in found}.values())


@pytest.fixture(scope="module")
def every_page(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> list[Rendered]:
    """Each as the reader sees it who may do most there: the last one who sees it at all."""
    found = _render(django_db_blocker, main_alone=False)
    return list({page.name: page for page in found}.values())


@contextmanager
def browser_at(width: int, theme: Any, rendered: list[Rendered]) -> Iterator[Page]:
    by_path = {HOST + one.path: one for one in rendered}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        # axe is put into the page, which our own policy rightly forbids.
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, bypass_csp=True
        )
        page = context.new_page()
        page.route("**/*", lambda route: _answer(route, by_path))
        yield page
        browser.close()


def _answer(route: Route, by_path: dict[str, Rendered]) -> None:
    path = urlsplit(route.request.url).path
    if route.request.url in by_path:
        route.fulfill(body=by_path[route.request.url].html, content_type="text/html; charset=utf-8")
    elif path.startswith("/static/") and (file := static_file(path)) is not None:
        route.fulfill(body=file[0], content_type=file[1])
    else:
        route.fulfill(status=404)


def faults(page: Page, wanted: list[Rendered]) -> list[str]:
    axe = Axe()
    found = []
    for one in wanted:
        page.goto(HOST + one.path)
        width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if width > 0:
            found.append(f"{one.name} as {one.reader}: {width} px wider than the window")
        for fault in axe.run(page, options=RULES).response["violations"]:
            node = fault["nodes"][0]
            found.append(
                f"{one.name} as {one.reader}: {fault['id']} ({len(fault['nodes'])}) "
                f"{node['html'][:160]} {node['failureSummary'][:200]}"
            )
    return found


@pytest.mark.parametrize(
    ("width", "theme"), [pytest.param(1280, "light", marks=pytest.mark.long), (390, "dark")]
)
def test_the_main_pages_are_accessible(width: int, theme: str, main_pages: list[Rendered]) -> None:
    assert {page.name for page in main_pages} >= MAIN
    with browser_at(width, theme, main_pages) as page:
        found = faults(page, main_pages)
    assert not found, "\n".join(found)


@pytest.mark.long
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_is_accessible(width: int, theme: str, every_page: list[Rendered]) -> None:
    assert len(every_page) > 60
    with browser_at(width, theme, every_page) as page:
        found = faults(page, every_page)
    assert not found, "\n".join(found)
