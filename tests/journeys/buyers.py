"""A market with something of everything, served to a browser whose every request is noted."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from certification import judging
from certification.models import Certificate, Run
from certification.operations.intake import receive_run
from certification.operations.review import approve
from certification.operations.sharing import share_run
from certification.operations.submissions import draft_submission, submit
from certification.operations.waivers import grant_waiver
from marketplace.catalogue.models import Product, User, Vendor
from tests.factories import LIMIT, announced, person, subunit, work_off
from tests.notices.telling import tell_all
from tests.site.conftest import signed_in
from tests.site.market import Market
from tests.site.standings import stands

#: Enough uncertified products for a second page of the list.
SMALL_ONES = 19


@dataclass(frozen=True)
class Stall:
    """Tarnholm Cloud is certified with a waiver, Sedge Cloud plainly; two products are measured."""

    market: Market
    tarn: Certificate
    sedge: Certificate
    buyer: User
    cookies: dict[str, str]


def stall() -> Stall:
    market = Market()
    announced("2031.11", "a", "b")
    tarn = _certified_with_a_waiver(market)
    share_run(run=tarn.run, by=market.owner(tarn.release.product))
    sedge = market.certified(market.release(market.product("Sedge Cloud", vendor="Reed")))
    for name, level, services in (
        ("Marram Backup", "integrated", ["compute", "dns"]),
        ("Fescue Backup", "connected", ["dns"]),
    ):
        stands(
            market.release(market.product(name, "backup", "Dune")),
            level=level,
            services=services,
            passed=["network.ipv6"],
            measured_on=["gazpacho"],
        )
    market.release(market.product("Tarnholm Driver", "driver"))
    market.release(market.product("Tarnholm Public", "public-cloud", "Reed"))
    _many_small_ones()
    tell_all()
    buyer = person("Bea")
    people = {"buyer": buyer, "vendor": market.owner(tarn.release.product), "staff": market.admin}
    cookies = {who: signed_in(user).cookies["sessionid"].value for who, user in people.items()}
    return Stall(market, tarn, sedge, buyer, cookies)


def _certified_with_a_waiver(market: Market) -> Certificate:
    release = market.release(market.product("Tarnholm Cloud"))
    owner = market.owner(release.product)
    grant_waiver(
        release=release,
        guideline=market.guideline,
        target="compute",
        tests=["demo.Tests.b"],
        reason="One host only.",
        ends_on=timezone.now().date() + timedelta(days=90),
        by=market.reviewer,
    )
    raw = subunit(a="success", b="failure")
    run = receive_run(chunks=[raw], limit=LIMIT, via=Run.Via.API, by=owner).run
    work_off()
    run.refresh_from_db()
    asked = draft_submission(
        release=release,
        run=run,
        guideline=market.guideline,
        target="compute",
        openstack_release="gazpacho",
        by=owner,
    )
    submit(submission=asked, by=owner)
    return approve(submission=asked, by=market.reviewer, reason="Looked at.")


def _many_small_ones() -> None:
    rush = Vendor.objects.create(name="Rush", slug="rush")
    Product.objects.bulk_create(
        Product(
            vendor=rush,
            slug=f"tool-{number}",
            name=f"Tool {number}",
            category="monitoring",
            sentence="Looks after one thing.",
        )
        for number in range(SMALL_ONES)
    )


@contextmanager
def served(folder: Path, make: Callable[[], Any]) -> Iterator[tuple[str, Any]]:
    """The address of a server in this process and what `make` stored; emptied afterwards."""
    local = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(folder)},
    }
    server = LiveServer("127.0.0.1")
    changed = {
        "EVIDENCE_DIR": folder,
        "STORAGES": settings.STORAGES | {"evidence": local, "pictures": local},
        "PUBLIC_URL": server.url,
        "ALLOWED_HOSTS": ["127.0.0.1", "testserver"],
    }
    with pytest.MonkeyPatch.context() as patched, override_settings(**changed):
        patched.setattr(judging, "_dictionary", judging._Dictionary())
        try:
            yield server.url, make()
        finally:
            server.stop()
            call_command("flush", interactive=False, verbosity=0)
            connection.close()
            shutil.rmtree(folder, ignore_errors=True)


def meanwhile(act: Callable[[], object]) -> None:
    """While a browser is open the database belongs to other threads: its loop runs in ours."""

    def acted() -> None:
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as aside:
        aside.submit(acted).result()


@contextmanager
def elsewhere(page: str) -> Iterator[str]:
    """The address of somebody else's server, which shows this page and nothing else."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(HTTPStatus.OK if self.path == "/" else HTTPStatus.NO_CONTENT)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            if self.path == "/":
                self.wfile.write(page.encode())

        def log_message(self, *_said: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@dataclass
class Visit:
    """One person's browser window: what it asked for, and what it complained of. `at_home` are
    the other places that it was sent to."""

    base: str
    context: BrowserContext
    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    at_home: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.on("request", lambda request: self.asked.append(request.url))
        self.context.on("weberror", lambda fault: self.complaints.append(str(fault.error)))
        self.context.on("console", self._note)

    def _note(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def go(self, path: str) -> None:
        answer = self.page.goto(self.base + path)
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"

    def check(self) -> None:
        """Nothing came from elsewhere, nothing was complained of, nothing is wider than the
        window."""
        own = (self.base, "data:", *self.at_home)
        strangers = [one for one in self.asked if not one.startswith(own)]
        assert not strangers, strangers
        assert not self.complaints, self.complaints
        self.check_width()

    def check_width(self) -> None:
        width = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert width <= 0, f"{self.page.url} is {width} px wider than the window"


@contextmanager
def visit(browser: Browser, base: str, cookie: str = "", **how: Any) -> Iterator[Visit]:
    """`how` goes to the browser's context; `cookie` signs somebody in."""
    width = how.pop("width", 1280)
    context = browser.new_context(viewport={"width": width, "height": 900}, **how)
    context.set_default_timeout(10_000)
    if cookie:
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": base}])
    made = Visit(base, context, context.new_page())
    yield made
    made.check()
    context.close()
