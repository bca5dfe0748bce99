"""The market in numbers: what is counted, how it is drawn, what is downloaded."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from django.test import Client
from django.utils import timezone

from certification.operations.certificates import revoke
from certification.queries.statistics_over_time import MONTHS
from marketplace.catalogue.models import Product
from marketplace.site.market_statistics import market_statistics
from marketplace.site.spreadsheet import csv_text
from tests.site.market import Market
from tests.site.reading import read
from tests.site.standings import stands
from tests.site.test_every_page import check_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> Market:
    """Four measured products, one of them with two measured releases; two certified clouds."""
    made = Market()
    products = [made.product(name, "backup", name) for name in ("Marram", "Sedge", "Bent", "Rush")]
    modes = ("served", "served", "parallel", "not-applicable")
    for product, mode in zip(products, modes, strict=True):
        stands(
            made.release(product),
            level="native" if mode == "served" else "listed",
            evidence_class=2,
            measured_on=["gazpacho", "flamingo"] if mode == "parallel" else ["gazpacho"],
            passed=["resilience.retry"] if mode == "served" else [],
            concerns={"secrets": mode},
            axes={"secrets": mode},
        )
    stands(made.release(products[0], "9"), level="connected", concerns={"secrets": "optional"})
    made.certified(made.release(made.product("Tarn", "distribution", "Tarn")), challenged=True)
    made.certified(made.release(made.product("Reed", "public-cloud", "Reed")))
    return made


def table(client: Client, name: str) -> dict[str, list[str]]:
    answer = client.get(f"/statistics/{name}.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="hallmark-{name}.csv"'
    heading, *rows = csv.reader(StringIO(answer.content.decode(), newline=""))
    return {heading[0]: heading[1:]} | {title: counts for title, *counts in rows}


@pytest.mark.slow
@pytest.mark.usefixtures("market")
def test_each_product_counts_once(stranger: Client) -> None:
    concerns = table(stranger, "concerns")
    assert concerns["Concern"] == [
        "Served by OpenStack",
        "Optional",
        "Parallel stack",
        "Not proved",
        "Not applicable",
    ]
    assert concerns["Secrets and keys"] == ["1", "1", "1", "0", "1"]
    assert table(stranger, "axes")["Secrets"] == ["1", "0", "1", "0", "1"]
    assert table(stranger, "levels")["Native"] == ["1"]
    assert table(stranger, "levels")["Connected"] == ["1"]
    assert table(stranger, "levels")["Listed"] == ["2"]
    assert table(stranger, "evidence")["Challenged"] == ["3"]
    tried = table(stranger, "tried")
    assert list(tried) == ["OpenStack release", "2026.1 Gazpacho", "2025.2 Flamingo"]
    assert tried["2026.1 Gazpacho"] == ["3"]
    assert table(stranger, "stress")["5 of 100 answers are an error 503"] == ["1"]


@pytest.mark.slow
@pytest.mark.usefixtures("market")
def test_certificates_of_clouds_are_counted(stranger: Client) -> None:
    assert table(stranger, "powered-targets")["Compute"] == ["2"]
    assert table(stranger, "powered-openstack")["2026.1 Gazpacho"] == ["2"]
    assert table(stranger, "powered-assurance") == {
        "Assurance": ["Certificates"],
        "Live": ["0"],
        "Challenged": ["1"],
        "Self-reported": ["1"],
    }


@pytest.mark.slow
@pytest.mark.usefixtures("market")
def test_each_plot_has_its_table_and_its_file(stranger: Client) -> None:
    page = check_page(stranger, "/statistics/")
    market = market_statistics(timezone.now())
    assert len(market.tables) == 12
    for one in market.tables:
        assert f"{one.title} as a table" in page.text
        assert f"/statistics/{one.name}.csv" in page.links
    assert len(page.all("table")) == len(market.tables)
    assert "4 measured products" in page.text and "2 certificates in force" in page.text


@pytest.mark.slow
def test_months_tell_what_was_in_force_at_their_end(stranger: Client) -> None:
    """Issued four months ago and revoked today: the last month has it no more, the others do."""
    made = Market()
    lasting = made.certified(made.release(made.product("Tarn")), days_ago=125)
    short = made.certified(made.release(made.product("Reed")), days_ago=125)
    revoke(certificate=short, by=made.reviewer, reason="Copied.")
    rows = list(table(stranger, "months-in-force").items())
    assert rows[0] == ("Month", ["Certificates in force"])
    counts = [int(count) for _, [count] in rows[1:]]
    assert len(counts) == MONTHS
    assert counts[-1] == 1 and counts[-2] == 2 and counts[-4] == 2 and counts[0] == 0
    runs = table(stranger, "months-runs")
    assert runs[f"{lasting.issued_at:%B %Y}"] == ["2"]
    products = table(stranger, "months-products")
    assert products[f"{timezone.now():%B %Y}"] == ["2"]
    page = read(stranger.get("/statistics/"))
    assert "Certificates in force as a table" in page.text
    drawn = page.all("svg", **{"class": "months"})[0]
    assert "2 at most" in drawn["aria-label"]


@pytest.mark.slow
@pytest.mark.usefixtures("market")
def test_bars_are_as_long_as_their_numbers() -> None:
    [concerns] = [one for one in market_statistics(timezone.now()).tables if one.name == "concerns"]
    [secrets] = [row for row in concerns.rows if row.title == "Secrets and keys"]
    drawn = [(part.left, part.width, part.fill) for part in secrets.segments]
    assert drawn == [
        ("0", "25", "served"),
        ("25", "25", "option"),
        ("50", "25", "parallel"),
        ("75", "25", "na"),
    ]


def test_an_empty_market_says_so(stranger: Client) -> None:
    page = check_page(stranger, "/statistics/")
    assert "No product on top of OpenStack was measured" in page.text
    assert "No cloud or distribution holds a certificate" in page.text
    assert Product.objects.count() == 0


def test_an_unknown_table_is_not_there(stranger: Client) -> None:
    for name in ("concerns", "no-such", "powered-targets", "months-in-force"):
        assert stranger.get(f"/statistics/{name}.csv").status_code == 404, name


@pytest.mark.parametrize("first", list("=+-@|%\t\r\n"))
def test_no_cell_is_a_formula(first: str) -> None:
    [[cell, number]] = csv.reader(StringIO(csv_text([[f"{first}1+1", -3]]), newline=""))
    assert cell == f"'{first}1+1"
    assert number == "-3"


def test_plain_cells_stay_as_they_are() -> None:
    assert csv_text([["a, b", 'say "x"', 3]]) == '"a, b","say ""x""",3\r\n'


@pytest.mark.usefixtures("db")
def test_the_footer_leads_to_the_statistics(stranger: Client) -> None:
    assert "/statistics/" in read(stranger.get("/")).links
