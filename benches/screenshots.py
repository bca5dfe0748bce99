"""Pictures of the ten main pages over a filled demo, for docs/screenshots.

`make run` in one terminal, `python -m benches.screenshots http://127.0.0.1:8000` in another.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.conftest import CHROMIUM

DOCS = Path(__file__).resolve().parents[1] / "docs"
WIDTHS = (1280, 390)
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
#: Of a long page its beginning, in pixels.
HEIGHT_MOST = 1200
COLOURS = 16

_CLOUD = "/products/kelpline/kelpline-public-cloud/"
_INTEGRATED = "/products/greywacke-containers/greywacke/"
_COMPARED = ("greywacke-containers/greywacke", "inkberry-software/inkberry-platform")
_ASKED = "level=connected&service=compute&service=load-balancer&capability=network.ipv6"
#: The name of each picture, and where its page stands. What has no fixed address is followed from
#: the page that links to it: the beginning of the link stands after the space.
PAGES = {
    "home": "/",
    "products": "/products/?category=public-cloud&category=distribution",
    "product-powered": _CLOUD,
    "product-integrated": _INTEGRATED,
    "compare": "/compare/?" + "&".join(f"p={one}" for one in _COMPARED),
    "requirements": f"/requirements/?{_ASKED}",
    "run": "/products/ostrander-compute/ostrander-edge/ /runs/",
    "guideline": "/guidelines/2026.11/",
    "certificate": f"{_CLOUD} /certificates/",
    "statistics": "/statistics/",
}


def _addresses(page: Page, base: str) -> Iterator[tuple[str, str]]:
    for name, place in PAGES.items():
        path, _, beginning = place.partition(" ")
        if beginning:
            page.goto(base + path)
            found = page.locator(f"main a[href^='{beginning}']").first.get_attribute("href")
            assert found, f"{path} links to nothing under {beginning}"
            path = found
        yield name, base + path


def _picture(page: Page, width: int) -> bytes:
    page.set_viewport_size({"width": width, "height": 900})
    height = min(page.evaluate("document.documentElement.scrollHeight"), HEIGHT_MOST)
    page.set_viewport_size({"width": width, "height": height})
    return page.screenshot()


def _small(picture: bytes) -> bytes:
    """With a palette."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    kept = io.BytesIO()
    # The other methods grey what is rare: links and marks.
    chosen = image.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    chosen.save(kept, "PNG", optimize=True)
    return kept.getvalue()


def take(browser: Browser, base: str, into: Path) -> int:
    """Writes every picture; gives their bytes together."""
    page = browser.new_page()
    addresses = list(_addresses(page, base))
    written = 0
    for theme in THEMES:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        for name, address in addresses:
            page.goto(address)
            for width in WIDTHS:
                small = _small(_picture(page, width))
                (into / f"{name}-{width}-{theme}.png").write_bytes(small)
                written += len(small)
    page.close()
    return written


def main(base: str) -> None:
    into = DOCS / "screenshots"
    into.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        written = take(browser, base, into)
        browser.close()
    print(f"{len(PAGES) * len(WIDTHS) * len(THEMES)} pictures, {written / 1024:.0f} KiB")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
