"""A person at a browser: by mouse or by keyboard alone, and what holds at each step."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Page, expect

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PATIENCE_MS = 20_000
#: A page has fewer places where the Tab key stops.
_TABS_MOST = 250
_WIDER = "document.documentElement?.scrollWidth - window.innerWidth"
#: A folder for a picture of each step, for people; none is taken without it.
_PICTURES = os.environ.get("JOURNEY_PICTURES")


@dataclass(frozen=True)
class Manner:
    """How somebody goes about: `by_tab` reaches each control with the Tab key and presses Enter,
    `looks` runs axe at every step."""

    width: int
    theme: Literal["light", "dark"]
    by_tab: bool = False
    looks: bool = False

    def __str__(self) -> str:
        hand = "keyboard" if self.by_tab else "mouse"
        return f"{self.width}-{self.theme}-{hand}"


@dataclass
class Walk:
    """One person's browser window. Whatever the console complains of is kept in `complaints`;
    `mark` sets what is made here apart from what others make in the same service."""

    who: str
    page: Page
    base: str
    manner: Manner
    complaints: list[str] = field(default_factory=list)
    steps: int = 0
    mark: str = field(default_factory=lambda: secrets.token_hex(3))

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda fault: self.complaints.append(str(fault)))

    def _hear(self, message: ConsoleMessage) -> None:
        # A refused form and a page that is not there are answers that a journey asks for.
        if message.type == "error" and "the server responded with a status" not in message.text:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def to(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else f"{self.base}{path}")

    def press(self, control: Locator) -> None:
        """Follow the link, push the button, turn the tick."""
        if not self.manner.by_tab:
            control.click()
            return
        self.reach(control)
        is_tick = control.evaluate("one => one.matches('input[type=checkbox], summary')")
        self.page.keyboard.press("Space" if is_tick else "Enter")

    def link(self, name: str) -> None:
        self.press(self.page.locator("main").get_by_role("link", name=name).first)

    def button(self, name: str, *, exact: bool = False) -> None:
        self.press(self.page.get_by_role("button", name=name, exact=exact).first)

    def fill(self, **fields: str) -> None:
        """By the name that the field has in its form."""
        for name, text in fields.items():
            control = self.page.locator(f"main :is([name='{name}'], [name$='-{name}'])").first
            if control.evaluate("one => one.localName") == "select":
                control.select_option(text)
            elif self.manner.by_tab and len(text) < 80:
                self.reach(control)
                self.page.keyboard.press("Control+a")
                self.page.keyboard.type(text)
            else:
                control.fill(text)

    def reach(self, control: Locator) -> None:
        """With the Tab key alone, and with a focus that can be seen."""
        control.wait_for()
        here = "one => one === document.activeElement"
        for _ in range(_TABS_MOST):
            if control.evaluate(here):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{self.page.url}: the Tab key does not reach {control}")

    def await_there(self, path: str, wanted: Locator) -> None:
        """Open the page again until what others or the worker do shows on it."""
        deadline = time.monotonic() + PATIENCE_MS / 1000
        self.to(path)
        while not wanted.count():
            assert time.monotonic() < deadline, f"{path} does not show {wanted}"
            self.page.wait_for_timeout(300)
            self.page.reload()

    def step(self, name: str) -> None:
        """What holds wherever the person is: nothing scrolls sideways, axe finds nothing, the
        console is silent."""
        self.steps += 1
        self.picture(name)
        wide = self._wider_than_the_window()
        assert wide <= 0, f"{name}: {self.page.url} is {wide} px wider than the window"
        if self.manner.looks:
            faults = axe_faults(self.page)
            assert not faults, f"{name}: {self.page.url}\n" + "\n".join(faults)
        assert not self.complaints, f"{name}: {self.complaints}"

    def _wider_than_the_window(self) -> int:
        """In px. A key does not wait for the page it leads to, so the question may meet the end of
        one page or the beginning of the next."""
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while time.monotonic() < deadline:
            self.page.wait_for_load_state()
            with suppress(Error):
                found = self.page.evaluate(_WIDER)
                if isinstance(found, int):
                    return found
        raise AssertionError(f"{self.page.url} does not come to rest")

    def picture(self, name: str) -> None:
        if _PICTURES:
            file = f"{self.manner}-{self.who}-{self.steps:02}-{name.replace(' ', '-')}.png"
            self.page.screenshot(path=Path(_PICTURES) / file, full_page=True)


def axe_faults(page: Page) -> list[str]:
    violations = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{one['id']} ({len(one['nodes'])}): {one['nodes'][0]['html'][:160]}" for one in violations
    ]


@contextmanager
def walking(browser: Browser, base: str, manner: Manner, who: str, **how: Any) -> Iterator[Walk]:
    """A window of its own, with no cookie yet."""
    context = browser.new_context(
        viewport={"width": manner.width, "height": 844}, color_scheme=manner.theme, **how
    )
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    try:
        yield Walk(who, context.new_page(), base, manner)
    finally:
        context.close()
