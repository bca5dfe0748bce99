"""What a vendor says of a product beyond what was tested: said as such, and never as proven."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from marketplace.catalogue.facts import Kind, facts_asked
from marketplace.catalogue.models import Category, Product
from marketplace.site.product_facts import product_facts
from tests.catalogue.test_facts import answer
from tests.site.market import Market
from tests.site.reading import Page, read

PAGE = "/products/kelp/tarn-cloud/"
DAY = date(2026, 11, 21)


def told(product: Product, day: date = DAY) -> dict[str, str]:
    """Words by label, with their notes."""
    groups = product_facts(product, today=day).groups
    return {
        fact.label: ", ".join(f"{word.text} {word.note}".strip() for word in fact.words)
        for group in groups
        for fact in group.facts
    }


def of(category: str, **facts: Any) -> Product:
    return Product(category=category, facts=facts)


@pytest.mark.parametrize("category", Category.values)
def test_every_fact_that_is_said_is_shown_once(category: str) -> None:
    asked = facts_asked(category)
    product = of(category, **{fact.key: answer(fact) for fact in asked})
    shown = product_facts(product, today=DAY)
    labels = [fact.label for group in shown.groups for fact in group.facts]
    assert sorted(labels) == sorted(fact.label for fact in asked)
    assert shown.not_said == ()
    for fact in asked:
        if fact.kind is Kind.NUMBER:
            assert told(of(category, **{fact.key: 1}))[fact.label].startswith("1 ")
    assert product_facts(of(category), today=DAY).not_said == tuple(f.label for f in asked)


def test_words_are_those_of_a_buyer() -> None:
    cloud = of(
        "public-cloud",
        hypervisors=["kvm", "bare-metal"],
        availability_zones=1,
        price_list="https://kelp.example/prices/",
    )
    cloud.regions, cloud.deployment = ["europe"], ["hosted"]
    assert told(cloud) == {
        "Hypervisors": "KVM, Bare metal",
        "Regions": "Europe",
        "Runs": "Hosted by the vendor",
        "Availability zones": "1 zone",
        "Price list": "kelp.example/prices",
    }
    assert told(of("consulting", people=1200)) == {
        "People who do this": "1,200 people",
    }


def test_what_the_vocabulary_does_not_know_breaks_nothing() -> None:
    odd = of(
        "public-cloud",
        hypervisors=["kvm", "vanished"],
        guests={"a": 1},
        retired="x",
        price_list="javascript:alert(1)",
    )
    assert told(odd)["Hypervisors"] == "KVM, vanished"
    groups = product_facts(odd, today=DAY).groups
    addresses = [fact.address for group in groups for fact in group.facts]
    assert not any(addresses)
    assert "Guest systems" not in told(odd)


def test_a_driver_of_the_past_is_called_historical() -> None:
    old = of("driver", in_releases=["rocky", "queens"])
    assert product_facts(old, today=DAY).historical
    assert told(old)["In OpenStack releases"] == "Rocky end of life, Queens end of life"
    current = of("driver", in_releases=["gazpacho", "epoxy"])
    assert not product_facts(current, today=DAY).historical
    assert told(current)["In OpenStack releases"] == "2026.1 Gazpacho, 2025.1 Epoxy unmaintained"
    assert product_facts(current, today=date(2029, 1, 1)).historical
    assert not product_facts(of("driver"), today=DAY).historical


def page_of(client: Client, category: str, **facts: Any) -> Page:
    product = Market().product(category=category)
    Product.objects.filter(pk=product.pk).update(
        facts=facts, regions=["europe"], website="https://kelp.example/"
    )
    return read(client.get(PAGE))


LISTED = [
    (
        "training",
        {"formats": ["classroom"], "languages": ["pt"], "places": ["Porto"], "days": 5},
        "The course",
        ["In a classroom", "Portuguese", "Porto", "5 days", "who teaches"],
    ),
    (
        "driver",
        {"projects": ["cinder"], "in_releases": ["rocky"], "ci": "https://kelp.example/ci"},
        "The driver",
        ["Cinder (block storage)", "Rocky (end of life)", "Historical: none", "CI results"],
    ),
    (
        "consulting",
        {"topics": ["upgrades"], "countries_served": ["pt"]},
        "The work",
        ["Upgrades", "Portugal", "cannot be certified"],
    ),
]


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize(("category", "facts", "title", "words"), LISTED)
def test_what_cannot_be_certified_says_so_and_what_it_offers(
    stranger: Client, category: str, facts: dict[str, Any], title: str, words: list[str]
) -> None:
    page = page_of(stranger, category, **facts)
    assert (2, title) in page.headings
    for word in [*words, "Not certifiable", "cannot be certified here", "Nobody checked it"]:
        assert word in page.text
    # Regions are said too; each fact carries how it is known.
    assert page.text.count(", declared by the vendor") == len(facts) + 1
    classes = {name for _, a in page.elements for name in a.get("class", "").split()}
    assert not classes & {"seal", "st-in-force", "st-passes", "st-verified"}
    assert "Not said: " in page.text


@pytest.mark.slow
@pytest.mark.django_db
def test_facts_of_a_cloud_stand_below_what_was_tested(stranger: Client) -> None:
    countries = ["no", "dk", "se", "fi", "is", "de", "nl", "be", "fr", "es", "pt", "it", "ch"]
    page = page_of(
        stranger,
        "public-cloud",
        hypervisors=["kvm"],
        data_centres=["<b>Oslo</b>"],
        data_centre_countries=countries,
        price_list="https://kelp.example/prices",
    )
    titles = [words for level, words in page.headings if level == 2]
    assert titles.index("Declared") > titles.index("Releases and guidelines")
    assert "<b>Oslo</b>" in page.text
    assert "13 named" in page.text
    assert {"rel": "nofollow noopener", "href": "https://kelp.example/prices"} in page.all("a")
    assert "cannot be certified here" not in page.text


@pytest.mark.slow
@pytest.mark.django_db
def test_a_product_of_which_nothing_is_said(stranger: Client) -> None:
    Market().product(category="backup")
    assert "Declared" not in [words for _, words in read(stranger.get(PAGE)).headings]
    Product.objects.update(category="training")
    assert "The vendor has said nothing about it yet." in read(stranger.get(PAGE)).text


@pytest.mark.slow
@pytest.mark.django_db
def test_what_we_measured_without_its_vendor_is_not_the_vendors_word(stranger: Client) -> None:
    Market().product(category="backup")
    Product.objects.update(measured_by_us=True, facts={"licence": "mit"})
    text = read(stranger.get(PAGE)).text
    assert "Taken from what its makers publish" in text
    assert "declared by the vendor" not in text.lower()
