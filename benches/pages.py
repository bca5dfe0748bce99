"""Weight of the public pages as a browser takes them over the wire, and how they come to stand:
`python -m benches.pages`, on a service of its own with the demo catalogue begun."""

from __future__ import annotations

import gzip
import sys
import time

import httpx
from playwright.sync_api import Page, sync_playwright

from benches.service import running_service

#: Compressed, pictures aside, for the pages that must keep to it.
TARGET_BYTES = 60_000
KEPT_TO = ("home", "product")
WIDTHS = (1280, 390)
_TEXTS = ("text/html", "text/css", "text/javascript", "application/javascript")
_SHIFTS = """
() => new Promise(done => {
  const found = {shift: 0, paint: 0};
  const watch = (type, note) => new PerformanceObserver(
    list => list.getEntries().forEach(note)).observe({type, buffered: true});
  watch('layout-shift', e => { if (!e.hadRecentInput) found.shift += e.value; });
  watch('largest-contentful-paint', e => { found.paint = e.startTime; });
  setTimeout(() => done(found), 800);
})
"""


def main() -> None:
    with running_service() as (service, _):
        pages = _pages(service.base)
        with sync_playwright() as play:
            browser = play.chromium.launch(
                executable_path="/usr/bin/chromium",
                args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            )
            for width in WIDTHS:
                for name, address in pages.items():
                    page = browser.new_page(viewport={"width": width, "height": 900})
                    _tell(name, width, _weighed(page, service.base, address))
                    page.close()
            browser.close()


def _pages(base: str) -> dict[str, str]:
    """The first product with a certificate, once the demo has one."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        listed = httpx.get(f"{base}/products/catalogue.json?certified=yes").json()["products"]
        if listed:
            break
        time.sleep(1)
    product = listed[0]["address"] if listed else "/products/"
    return {"home": "/", "list": "/products/", "product": product}


def _weighed(page: Page, base: str, address: str) -> dict[str, float]:
    """Bytes as compressed by the service or, where it leaves that to the proxy, by gzip level 6."""
    weight = {"bytes": 0.0, "foreign": 0.0, "requests": 0.0}

    def note(answer: object) -> None:
        weight["requests"] += 1
        url, headers = answer.url, answer.headers  # type: ignore[attr-defined]
        if not url.startswith((base, "data:")):
            weight["foreign"] += 1
        if headers.get("content-type", "").startswith(_TEXTS):
            body = answer.body()  # type: ignore[attr-defined]
            sent = int(headers.get("content-length") or 0)
            is_packed = headers.get("content-encoding") == "gzip" and sent
            weight["bytes"] += sent if is_packed else len(gzip.compress(body, 6))

    page.on("response", note)
    answered = page.goto(base + address, wait_until="networkidle")
    if answered is None or answered.status != 200:
        raise RuntimeError(f"{address} answered {answered.status if answered else 'nothing'}")
    return weight | {name: float(value) for name, value in page.evaluate(_SHIFTS).items()}


def _tell(name: str, width: int, weight: dict[str, float]) -> None:
    kept = weight["bytes"] <= TARGET_BYTES
    word = ("met" if kept else "MISSED") if name in KEPT_TO else "no target"
    sys.stdout.write(
        f"{name:8} at {width:4}: {weight['bytes'] / 1000:5.1f} kB compressed"
        f" (60 at most: {word}), {weight['requests']:.0f} requests,"
        f" {weight['foreign']:.0f} of them foreign,"
        f" largest paint {weight['paint']:.0f} ms, layout shift {weight['shift']:.3f}\n"
    )


if __name__ == "__main__":
    main()
