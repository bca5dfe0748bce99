"""What a real browser prints: a data sheet on one page, with nothing cut off."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.accessibility.rendering import HOST, Rendered
from tests.accessibility.test_axe import browser_at
from tests.factories import announced
from tests.site.market import Market

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.long]
#: A4 without its margins, in pixels of 1/96 inch.
_WIDTH = round((210 - 28) / 25.4 * 96)


def test_a_data_sheet_fills_one_sheet_of_paper() -> None:
    market = Market()
    announced("2031.11", "a", "b", "c")
    release = market.release(market.product())
    market.certified(release)
    for number in range(6):
        market.certified(market.release(release.product, f"5.{number}"))
    path = f"{release.product.get_absolute_url()}sheet/"
    kept = Rendered("sheet", "anybody", path, Client().get(path).content)
    with browser_at(1280, "dark", [kept]) as page:
        page.goto(HOST + path)
        printed = page.pdf(format="A4", prefer_css_page_size=True)
        page.emulate_media(media="print")
        page.set_viewport_size({"width": _WIDTH, "height": 1000})
        cut = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        gone = page.locator("nav, .foot, .crumb").evaluate_all(
            "found => found.every(one => !one.offsetParent)"
        )
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    assert (cut, gone) == (0, True)
