"""The badge, ready to be pasted."""

from __future__ import annotations

import pytest
from django.test import Client

from certification.operations.certificates import revoke
from marketplace.site.widget import Widget
from tests.site.market import Market
from tests.site.reading import read

pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_a_certified_product_has_text_to_copy(stranger: Client) -> None:
    market = Market()
    one = market.certified(market.release(market.product()))
    path = f"{one.release.product.get_absolute_url()}badge/"
    assert path in read(stranger.get(one.release.product.get_absolute_url())).links
    text = read(stranger.get(path)).text
    picture = "http://testserver/badges/kelp/tarn-cloud.svg"
    assert f'<img src="{picture}" alt="Hallmark: how Tarn Cloud stands today" height="36">' in text
    assert f"]({picture})](http://testserver/products/kelp/tarn-cloud/)" in text
    assert f".. image:: {picture}" in text
    revoke(certificate=one, by=market.reviewer, reason="Copied.")
    assert "Revoked on" in read(stranger.get(path)).text


@pytest.mark.slow
def test_what_was_never_certified_has_none(stranger: Client) -> None:
    product = Market().product()
    for path in (f"{product.get_absolute_url()}badge/", "/products/no/body/badge/"):
        assert stranger.get(path).status_code == 404, path


def test_a_name_cannot_break_out_of_the_text() -> None:
    made = Widget('A](x) "<b> `c` |d|', "https://h.example/p/", "https://h.example/b.svg")
    html, markdown, rest, _ = made.snippets()
    assert "&quot;&lt;b&gt;" in html.text
    assert 'A\\](x) "\\<b\\> \\`c\\`' in markdown.text
    assert rest.text.endswith("\\`c\\` \\|d\\| stands today")
