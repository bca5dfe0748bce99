"""Lists as files: the same rows as the page, named, whole, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.test import Client

from certification.operations.certificates import revoke
from marketplace.catalogue.bulk.rows import read_row
from marketplace.catalogue.bulk.shapes import RawRow
from marketplace.catalogue.models import Product
from marketplace.catalogue.products import create_product
from marketplace.site.exports import Export, neutralised, to_csv, to_json
from tests.site.market import Market

pytestmark = pytest.mark.django_db


def text_of(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode()


def csv_rows(client: Client, path: str) -> list[dict[str, str]]:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return list(csv.DictReader(io.StringIO(text_of(answer))))


def json_of(client: Client, path: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(text_of(client.get(path)))
    return document


@pytest.fixture
def market() -> Market:
    made = Market()
    made.certified(made.release(made.product("Tarn Cloud")))
    made.product("Lapwing Backup", "backup", "Lapwing")
    return made


@pytest.mark.slow
def test_products_as_filtered(stranger: Client, market: Market) -> None:
    rows = csv_rows(stranger, "/products.csv")
    assert [row["name"] for row in rows] == ["Tarn Cloud", "Lapwing Backup"]
    tarn, lapwing = rows
    assert (tarn["certified"], tarn["target"], tarn["openstack_releases_declared"]) == (
        "yes",
        "compute",
        "gazpacho",
    )
    assert (lapwing["certified"], lapwing["target"], lapwing["standing"]) == ("no", "", "")
    assert tarn["address"] == "http://testserver/products/kelp/tarn-cloud/"
    assert tarn["simulated"] == "no"
    [only] = csv_rows(stranger, "/products.csv?category=backup&page=7&unheard=of")
    assert only["list"] == "http://testserver/products.csv?category=backup"
    document = json_of(stranger, "/products.json?category=backup&sort=name")
    assert document["filters"] == {"category": ["backup"], "sort": ["name"]}
    assert [row["product"] for row in document["products"]] == ["lapwing-backup"]
    assert document["products"][0]["openstack_releases_declared"] == []


@pytest.mark.slow
def test_facts_have_columns_of_their_own_and_can_be_imported_again(
    stranger: Client, market: Market
) -> None:
    facts = {
        "data_centres": ["=Oslo 2", "Bergen, east"],
        "availability_zones": 3,
        "hypervisors": ["kvm", "xen"],
        "price_list": "https://kelp.example/prices",
    }
    kelp = Product.objects.get(slug="tarn-cloud")
    Product.objects.filter(pk=kelp.pk).update(
        category="public-cloud", facts=facts, regions=["europe"], deployment=["hosted"]
    )
    tarn, lapwing = csv_rows(stranger, "/products.csv")
    assert (tarn["regions"], tarn["deployment"]) == ("europe", "hosted")
    assert tarn["fact_hypervisors"] == "kvm; xen"
    assert tarn["fact_data_centres"] == "'=Oslo 2; Bergen, east"
    assert {text for column, text in lapwing.items() if column.startswith("fact_")} == {""}
    row = {"vendor": "Moss", "product": "Moss", "category": "public-cloud", "sentence": "x"}
    given = {
        column.removeprefix("fact_"): text.removeprefix("'")
        for column, text in tarn.items()
        if column.startswith("fact_")
    }
    read, faults = read_row(RawRow("list:2", row, given))
    assert faults == [] and read is not None
    assert read.facts == facts
    document = json_of(stranger, "/products.json?category=public-cloud")
    assert document["products"][0]["facts"] == facts


@pytest.mark.slow
def test_a_vendors_products_certificates_and_guidelines(stranger: Client, market: Market) -> None:
    assert [row["vendor"] for row in csv_rows(stranger, "/vendors/kelp/products.csv")] == ["kelp"]
    [row] = csv_rows(stranger, "/certificates.csv?standing=in-force&vendor=kelp")
    assert (row["target"], row["in_force"], row["disputed"]) == ("compute", "yes", "no")
    assert csv_rows(stranger, "/certificates.csv?standing=revoked") == []
    [guideline] = json_of(stranger, "/guidelines.json")["guidelines"]
    assert (guideline["guideline"], guideline["state"]) == ("2031.06", "approved")


@pytest.mark.slow
def test_what_was_revoked_is_not_certified_in_any_file(stranger: Client, market: Market) -> None:
    [one] = csv_rows(stranger, "/certificates.csv")
    product = market.certified(market.release(market.product("Gone Cloud")))
    revoke(certificate=product, by=market.reviewer, reason="=Copied.")
    rows = csv_rows(stranger, "/products.csv?q=gone")
    assert [(r["certified"], r["standing"], r["target"]) for r in rows] == [("no", "revoked", "")]
    gone, before = csv_rows(stranger, "/certificates.csv")
    assert (gone["in_force"], gone["reason"]) == ("no", "'=Copied.")
    assert before == one


def test_an_unknown_filter_makes_no_file(stranger: Client) -> None:
    for path in ("/products.csv?category=zz", "/products.json?q=%00", "/certificates.csv?target=z"):
        answer = stranger.get(path)
        assert answer.status_code == 400, path
        assert answer.json()["code"] == "filter-unknown", path


def test_what_is_not_there(stranger: Client) -> None:
    for path in ("/products.xml", "/vendors/nobody/products.csv"):
        assert stranger.get(path).status_code == 404, path
    assert stranger.post("/products.csv").status_code == 405


def test_an_empty_list_is_a_whole_file(stranger: Client) -> None:
    answer = stranger.get("/products.csv")
    assert text_of(answer).startswith("vendor,product,name,")
    assert answer["Content-Disposition"] == 'attachment; filename="hallmark-products.csv"'
    assert json_of(stranger, "/products.json")["products"] == []


@pytest.mark.slow
def test_a_demo_says_so_in_each_row(stranger: Client, market: Market, settings: Any) -> None:
    settings.DEMO = True
    assert {row["simulated"] for row in csv_rows(stranger, "/products.csv")} == {"yes"}
    assert json_of(stranger, "/certificates.json")["simulated"] is True
    assert "simulated" in stranger.get("/products.csv")["Content-Disposition"]


@pytest.mark.slow
def test_a_long_list_asks_the_database_once_a_portion(
    stranger: Client, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("marketplace.site.export_rows.PORTION", 2)
    owner = market.vendor("Kelp").memberships.get().user
    for name in ("A", "B", "C"):
        create_product(
            vendor=market.vendor("Kelp"),
            name=f"Cloud {name}",
            category="backup",
            sentence="It is.",
            by=owner,
        )
    assert len(csv_rows(stranger, "/products.csv")) == 5
    assert len(json_of(stranger, "/certificates.json")["certificates"]) == 1


@pytest.mark.parametrize("first", "=+-@|%\t\r")
def test_no_cell_is_a_formula(first: str) -> None:
    assert neutralised(f"{first}SUM(A1)") == f"'{first}SUM(A1)"
    assert neutralised(f"a{first}") == f"a{first}"


def test_the_written_forms() -> None:
    rows = [{"name": '-1", x', "parts": ["a", "b"], "address": "/x/", "kept": None}]
    export = Export("things", ("name", "parts", "kept", "address"), rows, "/t.csv", {}, True, "h:")
    assert "".join(to_csv(export)) == (
        'name,parts,kept,address,simulated,list\r\n"\'-1"", x",a b,,h:/x/,yes,h:/t.csv\r\n'
    )
    document = json.loads("".join(to_json(export)))
    assert document["things"][0]["name"] == '-1", x'
    assert list(document) == ["list", "filters", "simulated", "things"]
