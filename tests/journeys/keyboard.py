"""Going through a page with the keyboard alone, and seeing where one is."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

#: No page has more places where the Tab key stops.
STOPS_MOST = 250
#: What has the focus, and whether one sees it.
_FOCUSED = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  const rim = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return {name: `${one.tagName} ${one.textContent.slice(0, 40)} ${one.name || ""}`,
          seen: one.tagName === "MAIN" || (rim && box.width > 0 && box.bottom > 0
            && box.top < innerHeight)};
}"""


def first_focus(page: Page) -> None:
    """The skip link leads past the head of the page."""
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def tab_to(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """With the keyboard alone; everything passed on the way shows that it has the focus."""
    target = wanted.element_handle()
    for _ in range(STOPS_MOST):
        page.keyboard.press(key)
        focused = page.evaluate(_FOCUSED)
        assert focused is None or focused["seen"], f"{page.url}: {focused}"
        if page.evaluate("one => one === document.activeElement", target):
            return
    raise AssertionError(f"{page.url}: the keyboard never reaches {wanted}")


#: Whether the focus went out of the page or began again; nothing gets it twice on the way.
_OUT = """() => {
  const one = document.activeElement;
  if (one === document.body || one === window.met[0]) return true;
  if (window.met.includes(one)) throw new Error(`trapped at ${one.outerHTML.slice(0, 200)}`);
  window.met.push(one);
  return false;
}"""


def go_round(page: Page) -> None:
    """From the beginning to the end and out."""
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0); window.met = []")
    for _ in range(STOPS_MOST):
        page.keyboard.press("Tab")
        if page.evaluate(_OUT):
            return
        focused = page.evaluate(_FOCUSED)
        assert focused["seen"], f"{page.url}: {focused}"
    raise AssertionError(f"{page.url}: the keyboard does not come out")
