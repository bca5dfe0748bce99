"""Vendors, products, releases and certificates: public, filtered as on the pages."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from certification.models import Certificate
from certification.operations.certificates import reinstate, revoke, suspend
from certification.queries.certificates import Standing, every_certificate, stand, standing_in
from marketplace.catalogue.models import Product
from tests.factories import person
from tests.site.market import Market

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
API = "/api/v1/"


@pytest.fixture
def market(db: None) -> Market:
    return Market()


def get(path: str, **query: str) -> Any:
    answer = Client().get(API + path, query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def refused(path: str, status: int, **query: str) -> Any:
    answer = Client().get(API + path, query)
    assert answer.status_code == status
    return answer.json()


def slugs(**query: str) -> list[str]:
    return [row["slug"] for row in get("products/", **query)["results"]]


def test_vendors_are_listed_by_name_once_they_list_a_product(market: Market) -> None:
    market.product("Tarn Cloud", vendor="Tarn")
    market.product("Tarn Backup", vendor="Tarn", category="backup")
    kelp = market.product("Kelp Cloud", vendor="Kelp").vendor
    market.vendor("Silent")
    assert [row["name"] for row in get("vendors/")["results"]] == ["Kelp", "Tarn"]
    assert [row["name"] for row in get("vendors/", q="tar")["results"]] == ["Tarn"]
    assert get(f"vendors/{kelp.slug}/")["url"].endswith(f"/vendors/{kelp.slug}/")
    assert refused("vendors/nobody/", 404)["code"] == "not-found"


def test_a_product_says_what_it_is_and_what_is_certified(market: Market) -> None:
    product = market.product()
    certificate = market.certified(market.release(product), challenged=True)
    found = get(f"products/{product.vendor.slug}/{product.slug}/")
    assert found["programme"] == "powered"
    assert [row["version"] for row in found["releases"]] == ["4.2"]
    assert found["releases"][0]["openstack_releases"] == ["gazpacho"]
    [row] = found["certificates"]
    assert row["number"] == certificate.number
    assert (row["standing"], row["target"], row["assurance"]) == (
        "in-force",
        "compute",
        "challenged",
    )
    assert found["simulated"] is row["simulated"] is False
    assert refused(f"products/{product.vendor.slug}/none/", 404)["code"] == "not-found"


def test_a_product_carries_what_its_vendor_says(market: Market) -> None:
    product = market.product(category="training")
    said = {"formats": ["classroom"], "days": 5, "dates": "https://kelp.example/dates"}
    Product.objects.filter(pk=product.pk).update(
        facts=said, regions=["europe"], deployment=["hosted"]
    )
    [row] = get("products/")["results"]
    whole = get(f"products/{product.vendor.slug}/{product.slug}/")
    for found in (row, whole):
        assert (found["facts"], found["regions"], found["deployment"]) == (
            said,
            ["europe"],
            ["hosted"],
        )


def test_products_are_filtered_as_on_the_page(market: Market) -> None:
    certified = market.product("Tarn Cloud")
    market.certified(market.release(certified))
    plain = market.product("Reed Backup", category="backup", vendor="Reed")
    assert slugs() == [certified.slug, plain.slug]
    assert slugs(sort="name") == [plain.slug, certified.slug]
    for query in ({"q": "reed"}, {"category": "backup"}, {"certified": "no"}):
        assert slugs(**query) == [plain.slug]
    for query in ({"target": "compute"}, {"openstack": "gazpacho"}, {"certified": "yes"}):
        assert slugs(**query) == [certified.slug]
    page = Client().get("/products/", {"category": "backup"}).content.decode()
    assert (plain.name in page, certified.name in page) == (True, False)
    for query in ({"category": "none"}, {"certified": "maybe"}, {"q": "\0"}, {"vendor": "x"}):
        assert refused("products/", 400, **query)["code"] == "invalid"


def test_a_list_of_products_costs_the_same_however_long(
    market: Market, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        market.release(market.product(f"Tarn {number}"))
    assert get("products/")["count"] == 6  # this process takes the new products in
    with django_assert_max_num_queries(5):
        assert len(get("products/")["results"]) == 6
    first = get("products/", page_size="4")
    assert (first["count"], len(first["results"])) == (6, 4)
    assert len(get("products/", page_size="4", page="2")["results"]) == 2
    for page in ("3", "0", "x", "\0"):
        assert refused("products/", 404, page_size="4", page=page)["code"] == "not-found"


def test_releases_are_found_by_product_and_openstack_release(market: Market) -> None:
    product, other = market.product(), market.product("Reed", vendor="Reed")
    release = market.release(product)
    market.release(other, "1.0")
    found = get("releases/", vendor=product.vendor.slug, product=product.slug)["results"]
    assert [row["id"] for row in found] == [release.pk]
    assert len(get("releases/", openstack="gazpacho")["results"]) == 2
    assert get("releases/", openstack="zed")["results"] == []
    assert get(f"releases/{release.pk}/")["version"] == "4.2"
    assert refused(f"releases/{10**30}/", 404)["code"] == "not-found"
    assert refused("releases/", 400, openstack="none")["code"] == "invalid"


def test_a_certificate_is_found_by_number_and_by_digest(market: Market) -> None:
    certificate = market.certified(market.release(market.product()))
    row = get(f"certificates/{certificate.number}/")
    assert get(f"certificates/{certificate.number.lower()}/") == row
    answer = Client().get(row["statement"])
    assert answer["Content-Type"] == "application/json"
    assert answer.content == bytes(Certificate.objects.get().statement)
    digest = hashlib.sha256(answer.content).hexdigest()
    assert row["statement_sha256"] == digest
    assert get(f"certificates/by-digest/{digest}/") == row
    assert json.loads(answer.content)["predicate"]["verificationResult"] == "PASSED"
    for path in ("HM-2026-999999/", f"by-digest/{'0' * 64}/", "HM-2026-999999/statement/"):
        assert refused(f"certificates/{path}", 404)["code"] == "not-found"


def test_certificates_are_filtered_by_how_they_stand(market: Market) -> None:
    """The filter and the word in each row agree, for every state there is."""
    made: dict[str, Certificate] = {}
    for days, standing in ((0, "in-force"), (330, "expiring"), (400, "expired")):
        product = market.product(f"Aged {days}", vendor=f"Aged {days}")
        made[standing] = market.certified(market.release(product), days_ago=days)
    stopped = market.certified(market.release(market.product("Stopped", vendor="Stopped")))
    made["suspended"] = suspend(certificate=stopped, by=market.reviewer, reason="In doubt.")
    gone = market.certified(market.release(market.product("Gone", vendor="Gone")))
    made["revoked"] = revoke(certificate=gone, by=market.reviewer, reason="Untrue.")
    release = market.release(market.product("Twice", vendor="Twice"))
    made["superseded"] = market.certified(release)
    newer = market.certified(release)
    assert made.keys() == {one.value for one in Standing}
    everything = get("certificates/")["results"]
    assert len(everything) == 7
    for standing, certificate in made.items():
        rows = get("certificates/", standing=standing)["results"]
        expected = {certificate.number} | ({newer.number} if standing == "in-force" else set())
        assert {row["number"] for row in rows} == expected
        assert rows == [row for row in everything if row["standing"] == standing]
        assert len(stand(standing_in(every_certificate(), Standing(standing)))) == len(rows)
    [row] = get("certificates/", standing="revoked")["results"]
    assert row["reason"] == "Untrue."
    assert refused("certificates/", 400, standing="lapsed")["code"] == "invalid"


def test_a_suspended_certificate_that_stands_again_says_so(market: Market) -> None:
    certificate = market.certified(market.release(market.product()))
    suspend(certificate=certificate, by=market.reviewer, reason="In doubt.")
    for word in (person("Second", staff_role="reviewer"), market.admin):
        reinstate(certificate=certificate, by=word, reason="Cleared.")
    assert get(f"certificates/{certificate.number}/")["standing"] == "in-force"


def test_certificates_are_filtered_by_what_they_are_about(market: Market) -> None:
    product = market.product()
    certificate = market.certified(market.release(product))
    run = certificate.run
    for query in (
        {"vendor": product.vendor.slug},
        {"product": product.slug},
        {"guideline": "2031.06"},
        {"target": "compute"},
        {"assurance": "self-reported"},
        {"evidence_sha256": run.evidence_sha256},
        {"statement_sha256": certificate.statement_sha256},
    ):
        assert len(get("certificates/", **query)["results"]) == 1, query
        [name] = query
        if name != "assurance":
            assert get("certificates/", **{name: "other"})["results"] == []


def test_nothing_is_changed_through_what_is_read(market: Market) -> None:
    product = market.product()
    for path in ("vendors/", "products/", "releases/", "certificates/"):
        for method in ("post", "put", "patch", "delete"):
            answer = getattr(Client(), method)(API + path, {}, content_type="application/json")
            assert answer.status_code == 405, (path, method)
    assert list(Product.objects.all()) == [product]
    assert product.created_at <= timezone.now()


def test_a_trial_says_in_every_row_that_it_is_simulated(market: Market, settings: Settings) -> None:
    settings.DEMO = True
    market.certified(market.release(market.product()))
    [row] = get("products/")["results"]
    assert row["simulated"] is row["certificates"][0]["simulated"] is True
    assert get("certificates/")["results"][0]["simulated"] is True
