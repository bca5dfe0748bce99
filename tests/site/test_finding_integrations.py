"""Finding measured products: what narrows the list, what each choice counts, what helps when
nothing is found."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from certification.models import ServiceClaim
from certification.queries import every_measurement, listed_products, shown_standings
from marketplace.catalogue.models import Product
from marketplace.site.facets import FACETS, NARROWING, facets_of
from marketplace.site.filters import ProductFilter
from marketplace.site.measured_choices import rules, service_choices, without_choices
from tests.site.market import Market
from tests.site.reading import Page, read
from tests.site.standings import stands

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def market() -> Market:
    """Marram leaves all to OpenStack but its secrets; Sedge brings its own identity; Bent has no
    logins; Fescue only claims; Tarn is a cloud."""
    made = Market()
    marram, sedge, bent, fescue = (
        made.release(made.product(name, "container-platform", name))
        for name in ("Marram", "Sedge", "Bent", "Fescue")
    )
    made.certified(made.release(made.product("Tarn", "distribution", "Tarn")))
    stands(
        marram,
        level="native",
        evidence_class=3,
        services=["compute", "load-balancer", "dns"],
        passed=["identity.app_credential", "network.ipv6"],
        measured_on=["gazpacho", "hibiscus"],
        concerns={
            "user_identity": "served",
            "service_identity": "optional",
            "secrets": "parallel",
        },
    )
    stands(
        sedge,
        level="integrated",
        evidence_class=2,
        services=["compute", "load-balancer"],
        passed=["identity.app_credential"],
        measured_on=["gazpacho"],
        concerns={
            "user_identity": "parallel",
            "service_identity": "served",
            "secrets": "served",
        },
    )
    stands(
        bent,
        level="listed",
        evidence_class=1,
        services=["compute"],
        measured_on=["flamingo"],
        concerns={
            "user_identity": "not-applicable",
            "service_identity": "served",
            "secrets": "not-proved",
        },
    )
    for service in ("dns", "load-balancer"):
        ServiceClaim.objects.create(
            release=fescue, service=service, claimed_by=made.owner(fescue.product)
        )
    return made


def shown(page: Page) -> list[str]:
    names = ("Marram", "Sedge", "Bent", "Fescue", "Tarn")
    return [name for level, words in page.headings if level == 2 for name in names if name in words]


#: Query and whom it finds, by name.
FOUND = [
    ("integrates=load-balancer", ["Marram", "Sedge"]),
    ("integrates=load-balancer&integrates=dns", ["Marram"]),
    ("integrates=key-manager", []),
    ("without=user_identity", ["Marram"]),
    ("without=service_identity", ["Bent", "Marram", "Sedge"]),
    ("without=identity", ["Bent", "Marram"]),
    ("without=secrets", ["Sedge"]),
    ("without=identity&without=secrets", []),
    ("works=application-credential", ["Marram", "Sedge"]),
    ("works=application-credential&works=ipv6", ["Marram"]),
    ("level=native&level=listed", ["Bent", "Marram"]),
    ("tried=gazpacho", ["Marram", "Sedge"]),
    ("tried=hibiscus&tried=flamingo", ["Bent", "Marram"]),
    ("tried=gazpacho&openstack=gazpacho&certified=no", ["Marram", "Sedge"]),
    ("evidence=live", ["Marram"]),
    ("evidence=self-reported&evidence=challenged", ["Bent", "Sedge"]),
    ("level=native&vendor=sedge", []),
    ("integrates=compute&q=sedge", ["Sedge"]),
]
UNKNOWN = ("integrates=zz", "without=%00", "level=9", "tried=zz", "works=;", "evidence=E3")


def test_measured_products_are_found_by_what_was_measured(stranger: Client, market: Market) -> None:
    for query, expected in FOUND:
        page = read(stranger.get(f"/products/?sort=name&{query}"))
        assert shown(page) == expected, query
        rows = stranger.get(f"/api/v1/products/?sort=name&{query}").json()["results"]
        assert [row["name"] for row in rows] == expected, query


def test_an_unknown_choice_is_said_and_left_out(stranger: Client, market: Market) -> None:
    for query in UNKNOWN:
        page = read(stranger.get(f"/products/?{query}"))
        assert "Not every filter" in page.text, query
        assert len(shown(page)) == 5, query


def test_claims_never_count_as_measured(stranger: Client, market: Market) -> None:
    assert "Fescue" not in shown(read(stranger.get("/products/?integrates=dns")))
    page = read(stranger.get("/products/?q=fescue"))
    assert "Listed, claims only" in page.text and "measured:" not in page.text


def test_a_measured_product_says_what_it_reaches_and_has_no_seal(
    stranger: Client, market: Market
) -> None:
    page = read(stranger.get("/products/?q=marram"))
    assert "measured: Native, live, 50 of 100" in page.text
    assert "Measured, not certified" in page.text
    assert page.all("svg", role="img") == []
    assert "no level yet" in read(stranger.get("/products/?q=bent")).text


def test_what_our_laboratory_measured_says_so(stranger: Client, market: Market) -> None:
    Product.objects.filter(name="Marram").update(measured_by_us=True)
    page = read(stranger.get("/products/?q=marram"))
    assert "small test cloud without a data plane; vendor not asked" in page.text


def test_where_nothing_is_found_the_filter_to_give_up_is_named(
    stranger: Client, market: Market
) -> None:
    page = read(stranger.get("/products/?level=native&integrates=key-manager&p=a/b"))
    assert "Remove one filter: Integrates with, measured (1 product)" in page.text
    assert "/products/?level=native&p=a%2Fb" in page.links
    lost = read(stranger.get("/products/?level=native&category=backup&vendor=tarn"))
    assert "It takes removing more than one filter" in lost.text and "/products/" in lost.links


def test_each_filter_in_force_reads_on_its_own(stranger: Client, market: Market) -> None:
    page = read(stranger.get("/products/?integrates=dns&without=user_identity&tried=gazpacho"))
    labels = [link["aria-label"] for link in page.all("a") if "aria-label" in link]
    assert {
        "Without integrates with DNS (Designate)",
        "Without no own user identity and rights",
        "Without tried on 2026.1 Gazpacho",
    } <= set(labels)


def test_of_two_measured_releases_the_newest_speaks(market: Market) -> None:
    product = market.product("Thrift", "container-platform")
    old, new = (market.release(product, version) for version in ("1", "2"))
    of_it = shown_standings().filter(release__product=product)
    stands(old, level="connected")
    assert of_it.get().release == old
    stands(new, level="listed")
    assert of_it.get().release == new


def random_market(market: Market, dice: random.Random) -> None:
    """Fourteen products, most of them measured, with everything drawn by lot."""
    services = [value for value, _ in service_choices()[:6]]
    for number in range(14):
        product = market.product(
            f"Product {number}",
            dice.choice(["backup", "container-platform", "distribution"]),
            dice.choice(["Kelp", "Reed"]),
        )
        release = market.release(product)
        if dice.random() < 0.8:
            stands(
                release,
                level=dice.choice(["listed", "connected", "integrated", "native"]),
                evidence_class=dice.randint(1, 3),
                services=dice.sample(services, dice.randint(0, 6)),
                passed=dice.sample(["identity.app_credential", "network.ipv6"], dice.randint(0, 2)),
                measured_on=dice.sample(["gazpacho", "flamingo"], dice.randint(0, 2)),
                concerns={one.id: dice.choice(_MODES) for one in rules().concerns},
            )


_MODES = ["served", "optional", "parallel", "not-proved", "not-applicable"]


def questions(dice: random.Random) -> Iterator[str]:
    values = {
        "integrates": [value for value, _ in service_choices()[:6]],
        "without": [value for value, _ in without_choices()],
        "works": ["application-credential", "ipv6"],
        "level": ["native", "listed"],
        "tried": ["gazpacho", "flamingo"],
        "evidence": ["live", "challenged"],
        "category": ["backup", "distribution"],
        "vendor": ["kelp"],
    }
    yield ""
    for _ in range(3):
        names = dice.sample(list(values), dice.randint(1, 3))
        yield "&".join(f"{name}={dice.choice(values[name])}" for name in names)


def test_every_count_is_what_following_it_shows(db: None) -> None:
    """A choice of a widening facet shows what it counts when it stands alone in its facet; one of a
    narrowing facet when it is added."""
    dice = random.Random(20261121)
    random_market(Market(), dice)
    counted = 0
    for query in questions(dice):
        for facet in facets_of(QueryDict(query)):
            for choice in facet.choices:
                asked = QueryDict(query, mutable=True)
                if facet.name in NARROWING:
                    asked.setlist(facet.name, {*asked.getlist(facet.name), choice.value})
                else:
                    asked.setlist(facet.name, [choice.value])
                found = ProductFilter(asked, listed_products()).qs.count()
                assert choice.products == found, (query, facet.name, choice)
                counted += 1
    assert counted > 80


def test_what_is_not_offered_would_show_nothing(db: None) -> None:
    dice = random.Random(7)
    random_market(Market(), dice)
    for name in ("without", "integrates", "level"):
        offered = {c.value for f in facets_of(QueryDict("")) if f.name == name for c in f.choices}
        choices = ProductFilter.base_filters[name].extra["choices"]()
        for value in {value for value, _ in choices} - offered:
            asked = QueryDict(f"{name}={value}")
            assert not ProductFilter(asked, listed_products()).qs.exists(), value


def test_the_question_of_the_page_and_of_the_counts_is_one(market: Market) -> None:
    """`without` is asked in SQL and counted in Python; both must mean the same."""
    for value, _ in without_choices():
        asked = ProductFilter(QueryDict(f"without={value}"), listed_products())
        groups = {"identity": ("user_identity", "service_identity")}.get(value, (value,))
        expected = {one.product_id for one in every_measurement() if one.is_without_own(groups)}
        assert set(asked.qs.values_list("pk", flat=True)) == expected, value


def test_more_products_and_facets_need_no_more_queries(stranger: Client, market: Market) -> None:
    def queries(query: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as taken:
            assert stranger.get(f"/products/?{query}").status_code == 200
        return len(taken)

    before = queries("")
    for number in range(10):
        stands(market.release(market.product(f"More {number}", "backup", "More")))
    assert queries("") == before
    assert queries("integrates=compute&without=secrets") <= before


def test_every_facet_has_a_filter() -> None:
    assert set(FACETS) | {"q", "sort"} == set(ProductFilter.base_filters)
