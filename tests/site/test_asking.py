"""Asking a vendor to certify: counted once a person, told to the vendor, shown to everybody."""

from __future__ import annotations

import pytest
from django.test import Client

from certification.engine.guideline.targets import TITLES
from marketplace.catalogue.asking import ASKABLE, ask_to_certify, requests_for
from marketplace.catalogue.models import AuditEvent, CertificationRequest, Product
from marketplace.catalogue.programme_vocabulary import DEFAULTS, Setting
from tests.factories import person
from tests.site.conftest import signed_in
from tests.site.market import Market
from tests.site.reading import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> Market:
    return Market()


def ask(client: Client, product: Product, target: str = "compute", **fields: str) -> str:
    """The text of the page that follows."""
    path = f"{product.get_absolute_url()}ask/"
    return read(client.post(path, {"target": target, **fields}, follow=True)).text


@pytest.mark.slow
def test_a_request_is_counted_and_told(stranger: Client, market: Market) -> None:
    product = market.product()
    ann, bob = signed_in(person("Ann")), signed_in(person("Bob"))
    assert "1 person asks for Compute." in ask(ann, product)
    assert "2 people ask for Compute." in ask(bob, product)
    assert "2 people ask for Compute, 1 for DNS." in ask(ann, product, "dns")
    page = read(stranger.get(product.get_absolute_url()))
    assert "2 people ask for Compute, 1 for DNS." in page.text
    assert not page.all("select", id="ask-target")
    told = [(one.product, one.target, one.people) for one in requests_for(product.vendor)]
    assert told == [(product, "compute", 2), (product, "dns", 1)]
    assert requests_for(market.vendor("Reed")) == []


@pytest.mark.slow
def test_a_person_counts_once_and_may_take_it_back(market: Market) -> None:
    product, ann = market.product(), signed_in(person("Ann"))
    ask(ann, product)
    assert "1 person asks for Compute." in ask(ann, product)
    assert AuditEvent.objects.filter(verb="certification.asked").count() == 1
    for _ in range(2):
        assert "Nobody has asked" in ask(ann, product, stop="yes")
    assert AuditEvent.objects.filter(verb="certification.unasked").count() == 1


@pytest.mark.slow
def test_what_is_in_force_is_not_asked_for(stranger: Client, market: Market) -> None:
    product = market.product()
    ask_to_certify(product=product, target="compute", by=person("Ann"))
    market.certified(market.release(product))
    text = read(stranger.get(product.get_absolute_url())).text
    assert "Nobody has asked" in text
    page = read(signed_in(person("Bob")).get(product.get_absolute_url()))
    assert "compute" not in [option.get("value") for option in page.all("option")]


@pytest.mark.slow
def test_what_is_refused(stranger: Client, market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    product, ann = market.product(), signed_in(person("Ann"))
    driver = market.product("Ferrule", "driver")
    owner = signed_in(market.owner(product))
    assert "(target-unknown)" in ask(ann, product, "native")
    assert "(target-unknown)" in ask(ann, driver)
    assert "(own-product)" in ask(owner, product)
    assert "others are counted here" in read(owner.get(product.get_absolute_url())).text
    assert "Ask for a certificate" not in read(ann.get(driver.get_absolute_url())).text
    monkeypatch.setitem(DEFAULTS, Setting.REQUESTS_A_DAY, lambda: 0)
    assert "(request-limit)" in ask(ann, product)
    path = f"{product.get_absolute_url()}ask/"
    assert stranger.post(path, {"target": "compute"})["Location"].startswith("/sign-in/")
    assert ann.get(path).status_code == 405
    assert ann.post("/products/no/body/ask/").status_code == 404
    assert CertificationRequest.objects.count() == 0


def test_what_may_be_asked_for_has_a_title() -> None:
    asked = [target for targets in ASKABLE.values() for target in targets]
    assert sorted(asked) == sorted(TITLES)
