"""Searching: beginnings, wrong letters, accents, certificates, tests; what is pointed out, what is
proposed; that nothing outdated is found."""

from __future__ import annotations

import random
import string

import pytest
from django.test import Client

from certification.operations.certificates import revoke
from certification.queries import listed_products
from certification.queries.proofs import covered_by
from marketplace.catalogue.models import Product, Vendor
from marketplace.catalogue.products import edit_product
from marketplace.catalogue.refusals import CatalogueRefused
from marketplace.site.filters import ProductFilter
from marketplace.site.search.finding import find, find_near
from marketplace.site.search.marking import marked
from marketplace.site.search.words import folded, words_of
from tests.factories import in_force
from tests.site.market import Market
from tests.site.reading import read
from tests.site.standings import stands

pytestmark = pytest.mark.django_db

NAMES = (
    "Łódź Cloud",
    "Marram Backup",
    "Sedge 2 for Kubernetes",
    "Tarn Storage",
    "Tern Storage",
    "Zürich Überwachung",
    "Fescue-Monitor",
    "K8s Gate",
)


@pytest.fixture
def products() -> list[Product]:
    kelp = Vendor.objects.create(name="Kelp Systems", slug="kelp")
    return [
        Product.objects.create(
            vendor=kelp,
            slug=f"product-{number}",
            name=name,
            category="backup" if number % 2 else "storage",
            sentence="Keeps what matters.",
        )
        for number, name in enumerate(NAMES)
    ]


def found(text: str) -> list[str]:
    rows = ProductFilter({"q": text}, listed_products()).qs
    return [product.name for product in rows]


def test_every_product_is_found_by_its_name_its_beginnings_and_with_one_letter_wrong(
    products: list[Product],
) -> None:
    dice = random.Random(20261121)
    for product in products:
        assert found(product.name)[0] == product.name
        for word in words_of(product.name):
            for length in range(3, len(word) + 1):
                assert product.pk in find(word[:length]).products, word[:length]
            if len(word) < 5 or not word.isalpha():
                continue
            for at in range(len(word)):
                wrong = dice.choice(string.ascii_lowercase.replace(word[at], ""))
                text = word[:at] + wrong + word[at + 1 :]
                assert product.pk in find(text).products, text


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("lodz", "Łódź Cloud"),
        ("UBERWACH", "Zürich Überwachung"),
        ("storage tern", "Tern Storage"),
        ("kubernets", "Sedge 2 for Kubernetes"),
        ("mrram", "Marram Backup"),
        ("fescue monitor", "Fescue-Monitor"),
        ("kelp sedge", "Sedge 2 for Kubernetes"),
        ("k8s", "K8s Gate"),
    ],
)
def test_the_nearest_comes_first(products: list[Product], text: str, first: str) -> None:
    assert found(text)[0] == first


def test_each_word_must_be_found(products: list[Product]) -> None:
    assert found("tarn") == ["Tarn Storage"]
    assert found("tarn kubernetes") == []
    assert found("!!!") == []
    assert len(found("  ")) == len(NAMES)
    assert find(" ".join(["storage"] * 40)).products == find("storage").products


def test_what_was_probably_meant_is_said(stranger: Client, products: list[Product]) -> None:
    page = read(stranger.get("/products/?q=kubernets&category=storage"))
    assert "Did you mean kubernetes" in page.text
    assert "/products/?q=kubernetes&category=storage" in page.links
    assert find("kubernetes").instead == ""
    assert find_near("storrige") == "storage"
    page = read(stranger.get("/products/?q=storrige"))
    assert "Nothing was found. Did you mean storage" in page.text
    page = read(stranger.get("/products/?q=mrram+zzz"))
    assert "Did you mean marram " in page.text
    assert find_near("qqqqqqqq") == ""
    assert "Did you mean" not in read(stranger.get("/products/?q=qqqqqqqq")).text


def test_an_empty_list_names_the_filter_to_give_up(
    stranger: Client, products: list[Product]
) -> None:
    page = read(stranger.get("/products/?q=tarn&category=storage&vendor=kelp"))
    assert "Remove one filter: Search text (4 products), Category (1 product)" in page.text


def test_what_changed_is_searched_at_once(products: list[Product]) -> None:
    assert found("plover") == []
    Product.objects.filter(name="K8s Gate").update(name="Plover Gate")
    assert found("plover") == ["Plover Gate"]
    assert found("k8s") == []


@pytest.mark.slow
def test_certificates_tests_services_and_capabilities_are_found() -> None:
    market = Market()
    certificate = market.certified(market.release(market.product("Reed Cloud", vendor="Reed")))
    tool = market.release(market.product("Marram", "backup", "Marram"))
    stands(tool, services=["load-balancer"], passed=["identity.app_credential"])
    assert found(certificate.number.lower()) == ["Reed Cloud"]
    assert found(certificate.number.rpartition("-")[2]) == ["Reed Cloud"]
    assert found("octavia") == ["Marram"]
    assert found("identity.app_cred") == ["Marram"]
    assert found("backup") == ["Marram"]


@pytest.mark.slow
def test_tests_and_capabilities_lead_to_those_certified_for_them() -> None:
    market = Market(guideline=in_force("2031.06", "a", "b"))
    market.product("Sedge", vendor="Sedge")
    certificate = market.certified(market.release(market.product("Reed Cloud", vendor="Reed")))
    [covered] = covered_by([(certificate.guideline_id, "compute")]).values()
    assert set(covered.tests) >= {"a", "b"}
    codes = [one for one in (*covered.capabilities, *covered.tests) if not one.isalnum()]
    assert codes
    for code in codes:
        assert found(code) == ["Reed Cloud"], code
        assert find(code).by_code
        assert found(code[:-1]) == ["Reed Cloud"], code
        assert find(code).instead == "", code
    assert not find("reed cloud").by_code and not find(certificate.number).by_code
    revoke(certificate=certificate, by=market.reviewer, reason="Copied.")
    assert found(codes[0]) == []


@pytest.mark.slow
def test_the_number_of_a_certificate_leads_to_its_standing(stranger: Client) -> None:
    """Whether or not anything is found: an invented number is no certificate of ours."""
    market = Market()
    market.certified(market.release(market.product("Reed Cloud", vendor="Reed")))
    page = read(stranger.get("/products/?q=hm-1999-000001"))
    assert "HM-1999-000001 is the number of a certificate" in page.text
    assert "/verify/?q=HM-1999-000001" in page.links
    assert "number of a certificate" not in read(stranger.get("/products/?q=reed")).text


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("Łódź Cloud", ("lodz",), "<mark>Łódź</mark> Cloud"),
        ("<i>Tarn & co", ("tarn",), "&lt;i&gt;<mark>Tarn</mark> &amp; co"),
        ("Backups", ("backup",), "<mark>Backups</mark>"),
        ("Nothing", (), "Nothing"),
    ],
)
def test_what_was_searched_is_pointed_out_and_escaped(
    text: str, words: tuple[str, ...], shown: str
) -> None:
    assert marked(text, words) == shown


def test_folding() -> None:
    assert folded("Łódź Œuvre STRASSE ﬁ") == "lodz oeuvre strasse fi"
    assert words_of("A-b_c 9.1") == ["a", "b", "c", "9", "1"]


def test_vendors_say_where_a_product_is_sold_and_runs() -> None:
    market = Market()
    product = market.product("Reed Cloud", vendor="Reed")
    facts = {"name": "Reed Cloud", "category": "distribution", "sentence": "It is.", "website": ""}
    owner = market.owner(product)

    def edit(**places: list[str]) -> None:
        edit_product(product=product, by=owner, open_source=False, **facts, **places)

    edit(regions=["europe", "africa", "europe"], deployment=["hosted"])
    edit()
    product.refresh_from_db()
    assert (product.regions, product.deployment) == (["africa", "europe"], ["hosted"])
    for places, code in (({"regions": ["moon"]}, "region"), ({"deployment": [""]}, "deployment")):
        with pytest.raises(CatalogueRefused) as refused:
            edit(**places)
        assert refused.value.code == code


@pytest.mark.slow
def test_places_sources_and_freshness_narrow_the_list(stranger: Client) -> None:
    market = Market()
    fresh = market.product("Reed Cloud", vendor="Reed")
    market.certified(market.release(fresh))
    market.product("Marram", "backup", "Marram")
    Product.objects.filter(pk=fresh.pk).update(
        regions=["europe", "africa"],
        deployment=["hosted"],
        open_source=True,
        facts={"hypervisors": ["kvm", "xen"], "support_hours": "all-hours", "pricing": ["free"]},
    )
    for query, names in (
        ("region=europe&region=asia-pacific", ["Reed Cloud"]),
        ("region=asia-pacific", []),
        ("deployment=hosted", ["Reed Cloud"]),
        ("hypervisor=kvm", ["Reed Cloud"]),
        ("hypervisor=kvm&hypervisor=lxc", ["Reed Cloud"]),
        ("hypervisor=lxc", []),
        ("support=all-hours&pricing=free", ["Reed Cloud"]),
        ("support=business-hours", []),
        ("open_source=yes", ["Reed Cloud"]),
        ("open_source=no", ["Marram"]),
        ("fresh=30", ["Reed Cloud"]),
        ("fresh=365&category=backup", []),
    ):
        rows = stranger.get(f"/api/v1/products/?{query}").json()["results"]
        assert [row["name"] for row in rows] == names, query
        page = read(stranger.get(f"/products/?{query}"))
        assert f"{len(names)} product" in page.text, query
    text = read(stranger.get("/products/")).text
    assert "Europe 1 product" in text and "30 days 1 product" in text
    assert "KVM 1 product" in text and "Day and night, all week 1 product" in text
    assert "LXC" not in text
    chosen = read(stranger.get("/products/?hypervisor=kvm&support=all-hours"))
    assert "declares KVM" in chosen.text and "support: day and night, all week" in chosen.text
    assert stranger.get("/api/v1/products/?hypervisor=steam").status_code == 400
