"""Requirements: who meets them, what the others lack, and the same as a file."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from django.test import Client

from certification.models import Certificate
from certification.operations.certificates import revoke
from marketplace.catalogue.models import Product
from marketplace.site.pdf_sheets import writable
from marketplace.site.requirements import answers_to
from marketplace.site.requirements_form import REQUIREMENTS_MOST, measured_capabilities
from marketplace.site.requirements_pdf import answers_as_pdf
from tests.factories import approved_by_two, document, imported
from tests.site.market import Market
from tests.site.reading import read
from tests.site.standings import stands
from tests.site.test_every_page import check_page

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def market() -> Market:
    """Marram and Sedge are measured, Tarn is certified, Fescue shows nothing."""
    made = Market()
    for name, level, services, passed in (
        ("Marram", "native", ["dns", "compute"], ["network.ipv6", "identity.app_credential"]),
        ("Sedge", "connected", ["dns"], ["network.ipv6"]),
    ):
        stands(
            made.release(made.product(name, "backup", name)),
            level=level,
            services=services,
            passed=passed,
            measured_on=["gazpacho"],
        )
    made.certified(made.release(made.product("Tarn", "distribution", "Tarn")))
    made.product("Fescue", "backup", "Fescue")
    return made


def lacking(**wanted: list[str]) -> list[tuple[str, list[str]]]:
    found = answers_to(wanted, 10).first
    return [(one.product.name, [each.identifier for each in one.lacks]) for one in found]


def test_products_come_by_what_they_lack(market: Market) -> None:
    assert lacking(service=["dns", "compute"], capability=["network.ipv6"]) == [
        ("Marram", []),
        ("Sedge", ["service:compute"]),
    ]
    assert lacking(level=["integrated"]) == [("Marram", [])]
    assert lacking(openstack=["gazpacho"], target=["compute"]) == [
        ("Tarn", []),
        ("Marram", ["target:compute"]),
        ("Sedge", ["target:compute"]),
    ]
    assert lacking(assurance=["challenged"]) == []
    assert lacking(assurance=["self-reported"], category=["backup"]) == []
    assert lacking() == []


def test_every_count_agrees_with_asking_one_by_one(market: Market) -> None:
    wanted = {"service": ["dns", "compute"], "target": ["compute"], "level": ["connected"]}
    single = {
        f"{kind}:{value}": {one.product.name for one in answers_to({kind: [value]}, 10).first}
        for kind, values in wanted.items()
        for value in values
    }
    answers = answers_to(wanted, 10)
    assert [len(one.lacks) for one in answers.first] == sorted(len(o.lacks) for o in answers.first)
    for one in answers.first:
        met = {each for each, names in single.items() if one.product.name in names}
        assert {each.identifier for each in one.meets} == met
        assert {each.identifier for each in one.lacks} == set(single) - met


def test_a_revoked_certificate_meets_nothing(market: Market) -> None:
    assert lacking(target=["compute"]) == [("Tarn", [])]
    revoke(certificate=Certificate.objects.get(), by=market.reviewer, reason="Copied.")
    assert lacking(target=["compute"]) == []


def test_platform_holds_compute_and_object_storage() -> None:
    platforms = {"Demo Powered Platform": {"components": [{"name": "demo_compute"}]}}
    text = document("2031.06", "a", "b", platforms=platforms)
    market = Market(guideline=approved_by_two(imported(text).guideline))
    tarn = market.release(market.product("Tarn", "distribution", "Tarn"))
    market.certified(tarn, target="platform")
    assert lacking(target=["compute"]) == [("Tarn", [])]
    assert lacking(target=["object"]) == [("Tarn", [])]
    assert lacking(target=["dns", "platform"]) == [("Tarn", ["target:dns"])]
    [asked] = answers_to({"target": ["object"]}, 10).asked
    assert asked.words == "certified for Object Storage, alone or within Platform"


def test_the_page_says_it_and_keeps_it_in_the_address(stranger: Client, market: Market) -> None:
    assert "Choose at least one requirement" in read(stranger.get("/requirements/")).text
    query = "target=compute&openstack=gazpacho&category=distribution&category=backup"
    page = read(stranger.get(f"/requirements/?{query}"))
    assert "1 product meets all" in page.text and "3 meet something" in page.text
    assert "Lacks target:compute" in page.text
    [address] = [link for link in page.links if link.startswith("/requirements.csv?")]
    assert set(address.partition("?")[2].split("&")) == set(query.split("&"))
    check_page(stranger, f"/requirements/?{query}")
    page = read(stranger.get("/requirements/?level=highest&service=dns"))
    assert "those were left out" in page.text and "Marram" in page.text


def test_whoever_asked_nothing_yet_is_given_beginnings_that_are_understood(
    stranger: Client, market: Market
) -> None:
    beginnings = [
        link for link in read(stranger.get("/requirements/")).links if "/requirements/?" in link
    ]
    assert len(beginnings) >= 3
    for address in beginnings:
        text = read(stranger.get(address)).text
        assert "What you asked for" in text
        assert "those were left out" not in text


def test_it_is_taken_away_for_a_tender(stranger: Client, market: Market) -> None:
    answer = stranger.get("/requirements.csv?service=dns&service=compute")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [(row["name"], row["lacks"]) for row in rows] == [
        ("Marram", ""),
        ("Sedge", "service:compute"),
    ]
    assert rows[0]["list"] == "http://testserver/requirements.csv?service=dns&service=compute"
    text = stranger.get("/requirements.md?target=compute").content.decode()
    number = Certificate.objects.get().number
    assert "- `target:compute`: certified for Compute" in text
    assert f"| [Tarn](http://testserver/products/tarn/tarn/) | Tarn | nothing | {number} |" in text


def test_a_file_with_an_unknown_requirement_is_refused(stranger: Client, market: Market) -> None:
    answer = stranger.get("/requirements.csv?service=zz&level=native")
    assert answer.status_code == 400
    assert answer.json()["code"] == "requirement-unknown"
    assert list(answer.json()["faults"]) == ["service"]


def test_too_many_requirements_are_refused(stranger: Client, market: Market) -> None:
    ids = [value for value, _ in measured_capabilities()][: REQUIREMENTS_MOST + 1]
    query = "&".join(f"capability={one}" for one in ids)
    page = read(stranger.get(f"/requirements/?{query}"))
    assert f"at most {REQUIREMENTS_MOST}" in page.text
    assert stranger.get(f"/requirements.csv?{query}").status_code == 400


def test_a_pdf_for_a_tender_breaks_across_pages_and_runs_nothing(
    stranger: Client, market: Market
) -> None:
    """The same bytes each time; what its fonts lack is written plainly; markup stays text."""
    answer = stranger.get("/requirements.pdf?service=dns&capability=network.ipv6")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].endswith('requirements.pdf"')
    asked = answers_to({"service": ["dns"], "capability": ["network.ipv6"]}, 10)
    assert asked.asked[1].source.startswith("integration.")
    evil = Product(
        vendor=asked.first[0].product.vendor,
        slug="x",
        name="<img src='file:///etc/passwd'/> Őrség 雲 & <b>Łódź",
        category="backup",
    )
    many = replace(asked, first=(replace(asked.first[0], product=evil),) * 90, some=90)
    about = {"address": "http://testserver/requirements/", "host_url": "", "day": "2031-01-01"}
    first, second = answers_as_pdf(many, **about), answers_as_pdf(many, **about)
    assert first == second
    assert first != answers_as_pdf(many, **about | {"day": "2031-01-02"})
    assert first.count(b"/Type /Page\n") > 2
    assert writable(evil.name) == "<img src='file:///etc/passwd'/> Orség ? & <b>Lódz"
    refused = stranger.get("/requirements.pdf?service=zz")
    assert (refused.status_code, refused.json()["code"]) == (400, "requirement-unknown")
