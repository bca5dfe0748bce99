"""Weight of the public pages as a browser takes them over the wire, and how they come to stand:
`make run` in one terminal, once the demo is full `python -m benches.pages http://127.0.0.1:8000` in
another; without an address, on a service of its own that fills it first."""

from __future__ import annotations

import gzip
import subprocess
import sys

from playwright.sync_api import Page, sync_playwright

from benches.service import running_service
from tests.journeys.conftest import CHROMIUM
from tests.journeys.service import CHECKOUT, PYTHON

#: Compressed, pictures aside, for the pages that must keep to it.
TARGET_BYTES = 60_000
KEPT_TO = ("home", "product")
PAGES = {
    "home": "/",
    "list": "/products/",
    "product": "/products/kelpline/kelpline-public-cloud/",
}
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


def main(base: str = "") -> None:
    if base:
        _measure(base)
        return
    with running_service() as (service, _):
        filling = [PYTHON, "manage.py", "fill_demo"]
        subprocess.run(filling, cwd=CHECKOUT, env=service.environment, check=True)
        _measure(service.base)


def _measure(base: str) -> None:
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        for width in WIDTHS:
            for name, address in PAGES.items():
                page = browser.new_page(viewport={"width": width, "height": 900})
                _tell(name, width, _weighed(page, base, address))
                page.close()
        browser.close()


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
    main(*sys.argv[1:2])
