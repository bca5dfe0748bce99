"""What pages say to search engines: certificates in force, never claims, and no way out of it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from certification.models import Certificate
from certification.operations.certificates import revoke
from marketplace.catalogue.models import Product
from marketplace.site.markup import data_block
from tests.site.market import Market
from tests.site.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
_BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def things(client: Client, path: str) -> list[dict[str, Any]]:
    [block] = _BLOCK.findall(client.get(path).content.decode())
    document = json.loads(block)
    assert document["@context"] == "https://schema.org"
    found: list[dict[str, Any]] = document["@graph"]
    return found


@pytest.fixture
def market() -> Market:
    return Market()


def test_a_certificate_in_force_is_named(stranger: Client, market: Market) -> None:
    one = market.certified(market.release(market.product()))
    path = one.release.product.get_absolute_url()
    product, trail = things(stranger, path)
    assert product["@type"] == ["SoftwareApplication", "Product"]
    [certified] = product["hasCertification"]
    assert certified["certificationIdentification"] == one.number
    assert certified["url"] == f"http://testserver{one.get_absolute_url()}"
    steps = [item["item"] for item in trail["itemListElement"]]
    assert steps[-1] == f"http://testserver{path}"
    revoke(certificate=Certificate.objects.get(), by=market.reviewer, reason="Copied.")
    assert "hasCertification" not in things(stranger, path)[0]


def test_a_claim_is_never_a_certification(stranger: Client, market: Market) -> None:
    for name, category in (("Lapwing", "backup"), ("Ferrule", "driver"), ("Courses", "training")):
        product = market.release(market.product(name, category)).product
        found, _ = things(stranger, product.get_absolute_url())
        assert "hasCertification" not in found, name
        assert (found["@type"] == "Service") is (category == "training")


def test_the_first_page_offers_its_search(stranger: Client, market: Market) -> None:
    site, office = things(stranger, "/")
    assert (site["@type"], office["@type"]) == ("WebSite", "Organization")
    assert site["publisher"]["@id"] == office["@id"]
    template = site["potentialAction"]["target"]["urlTemplate"]
    assert template == "http://testserver/products/?q={search_term_string}"
    assert stranger.get(template.format(search_term_string="tarn")).status_code == 200


def test_a_guideline_is_a_document_with_its_digest(stranger: Client, market: Market) -> None:
    document, trail = things(stranger, market.guideline.get_absolute_url())
    assert document["identifier"] == f"sha256:{market.guideline.digest}"
    assert (document["creativeWorkStatus"], document["version"]) == ("In force", "2031.06")
    assert len(trail["itemListElement"]) == 2


def test_a_certificate_that_has_ended_is_inactive(stranger: Client, market: Market) -> None:
    one = market.certified(market.release(market.product()))
    path = one.get_absolute_url()
    found, _ = things(stranger, path)
    assert found["certificationStatus"].endswith("/CertificationActive")
    assert found["about"]["@id"].endswith("/products/kelp/tarn-cloud/#product")
    revoke(certificate=Certificate.objects.get(), by=market.reviewer, reason="Copied.")
    assert things(stranger, path)[0]["certificationStatus"].endswith("/CertificationInactive")


@pytest.mark.parametrize(
    ("query", "feeds"),
    [
        ("", ["market"]),
        ("?q=tarn", ["market"]),
        ("?category=backup&category=sdk", ["categories/backup", "categories/sdk"]),
        ("?vendor=kelp&category=backup", ["categories/backup", "vendors/kelp"]),
        ("?vendor=no-such", ["market"]),
    ],
)
def test_a_narrowed_list_names_its_feeds(
    stranger: Client, market: Market, query: str, feeds: list[str]
) -> None:
    market.product()
    page = read(stranger.get(f"/products/{query}"))
    named = [one["href"] for one in page.all("link", rel="alternate")]
    assert named == [f"http://testserver/feeds/{one}.atom" for one in feeds]
    assert all(stranger.get(address).status_code == 200 for address in named)


def test_a_vendor_is_an_organization(stranger: Client, market: Market) -> None:
    market.product()
    vendor, _ = things(stranger, "/vendors/kelp/")
    assert (vendor["@type"], vendor["name"]) == ("Organization", "Kelp")


def test_a_demo_says_so(stranger: Client, market: Market, settings: Any) -> None:
    settings.DEMO = True
    one = market.certified(market.release(market.product()))
    product, _ = things(stranger, one.release.product.get_absolute_url())
    assert "Simulated" in product["disambiguatingDescription"]
    assert product["hasCertification"][0]["name"].startswith("Hallmark demo")


def test_no_text_ends_the_block(stranger: Client, market: Market) -> None:
    product = market.product()
    evil = "</script><script>alert(1)</script><!--&"
    Product.objects.filter(pk=product.pk).update(name=evil)
    body = stranger.get(product.get_absolute_url()).content.decode()
    assert body.count("<script") == body.count("</script>") == 1
    assert things(stranger, product.get_absolute_url())[0]["name"] == evil


def test_line_separators_stay_json() -> None:
    [block] = _BLOCK.findall(data_block({"name": "a\u2028b\x07"}))
    assert json.loads(block)["@graph"] == [{"name": "a\u2028b\x07"}]
