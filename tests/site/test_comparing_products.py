"""Comparing products side by side: which lines there are, which differ, what cannot be compared."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from certification.engine.integration import Level
from certification.models import IntegrationStanding, Run, ServiceClaim
from certification.operations.review import approve, take
from certification.operations.sharing import share_run
from certification.operations.submissions import draft_submission, submit
from certification.queries import shown_standings
from certification.queries.comparison import find_compared
from marketplace.catalogue.models import Product, ProductRelease
from marketplace.site.comparison import MIXED, Comparison, compare
from marketplace.site.comparison_lines import Line
from tests.certification.kit_runs import Lab, lab, required
from tests.factories import person
from tests.site.market import Market
from tests.site.reading import read
from tests.site.test_every_page import check_page

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def at(db: None) -> Lab:
    return lab()


def shared(at: Lab, passed: frozenset[str], **about: object) -> Run:
    run = at.run(passed, **about)
    share_run(run=run, by=at.owner)
    return run


def second(at: Lab) -> Product:
    """Another product of the same vendor, of which nothing is measured."""
    return Product.objects.create(
        vendor=at.release.product.vendor,
        slug="sedge",
        name="Sedge",
        category="container-platform",
        sentence="Clusters too.",
    )


def address(*products: Product) -> str:
    return "/compare/?" + "&".join(f"p={one.vendor.slug}/{one.slug}" for one in products)


def compared(*products: Product) -> Comparison:
    return compare(find_compared([f"{one.vendor.slug}/{one.slug}" for one in products]))


def lines_of(comparison: Comparison) -> dict[tuple[str, str], Line]:
    return {(s.title, one.title): one for s in comparison.sections for one in s.lines}


def test_integrations_are_compared_line_by_line(at: Lab, stranger: Client) -> None:
    shared(at, required(at.rules, Level.INTEGRATED), failed={"dns.designate": "own resolver"})
    sedge = second(at)
    release = ProductRelease.objects.create(product=sedge, version="1.0")
    other = at.run(
        required(at.rules, Level.CONNECTED) | {"dns.designate"}, product="Sedge", version="1.0"
    )
    share_run(run=other, by=at.owner)
    assert IntegrationStanding.objects.filter(release=release).exists()
    lines = lines_of(compared(at.release.product, sedge))

    def said(section: str, title: str) -> list[str]:
        return [cell.said for cell in lines[section, title].cells]

    assert said("Measured", "Release")[1].startswith("1.0")
    assert said("Measured", "Stack figure") == ["38 of 100", "10 of 100"]
    assert said("Served by OpenStack?", "Names") == [
        "Parallel stack, 0 of 1 passed",
        "Served by OpenStack, 1 of 1 passed",
    ]
    assert said("Services used", "DNS (Designate)")[0] == "No call seen"
    assert said("Services used", "DNS (Designate)")[1].startswith("Used")
    assert said("Under stress", "5 of 100 answers are an error 503") == ["Passed", "Skipped"]
    assert said("Measured", "OpenStack releases tried") == ["2026.1 Gazpacho"] * 2
    same, differs = lines["Measured", "OpenStack releases tried"], lines["Measured", "Stack figure"]
    assert (same.differs, differs.differs) == (False, True)
    page = check_page(stranger, address(at.release.product, sedge))
    assert page.title == "Marram and Sedge"
    assert "They differ in" in page.text
    assert "Measured, not certified" in page.text


def test_the_release_that_speaks_is_the_certified_one(at: Lab) -> None:
    """The same as the product's page shows first."""
    at.declare()
    wanted = required(at.rules, Level.CONNECTED)
    run = shared(at, wanted, nonce=at.nonce())
    newer = ProductRelease.objects.create(product=at.release.product, version="6.0")
    shared(at, wanted, version="6.0")
    assert shown_standings().get().release == newer
    draft = draft_submission(
        release=at.release,
        run=run,
        guideline=at.guideline,
        target="connected",
        openstack_release="gazpacho",
        by=at.owner,
    )
    submit(submission=draft, by=at.owner)
    reviewer = person("Rae", staff_role="reviewer")
    draft.refresh_from_db()
    if draft.state == "submitted":
        take(submission=draft, by=reviewer)
        approve(submission=draft, by=reviewer, reason="Looked at.")
    assert shown_standings().get().release == at.release


class _Marks(HTMLParser):
    """Titles of the lines that carry the blue mark."""

    def __init__(self) -> None:
        super().__init__()
        self.marked: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr" and ("class", "group") not in attrs:
            self.marked.append(("class", "diff") in attrs)


def marks(client: Client, path: str) -> list[bool]:
    reader = _Marks()
    reader.feed(client.get(path).content.decode())
    return reader.marked[1:]


@pytest.fixture
def clouds() -> list[Product]:
    """Two certified clouds, one of them disputed with nobody, and one without a certificate."""
    market = Market()
    products = [market.product(name, "distribution", name) for name in ("Tarn", "Reed", "Mire")]
    market.certified(market.release(products[0]), challenged=True)
    market.certified(market.release(products[1]))
    market.release(products[2], "0.9")
    return products


def test_clouds_are_compared_by_targets_and_what_their_runs_proved(
    clouds: list[Product], stranger: Client
) -> None:
    comparison = compared(*clouds)
    lines = lines_of(comparison)
    said = {title: [c.said for c in one.cells] for (_, title), one in lines.items()}
    assert said["Certificate"] == ["Certified", "Certified", "Listed, claims only"]
    assert said["Compute"] == [
        "Certified, guideline 2031.06",
        "Certified, guideline 2031.06",
        "Not certified",
    ]
    assert said["Assurance"] == ["Challenged", "Self-reported", "none"]
    assert said["demo"] == [
        "1 of 1 capabilities",
        "1 of 1 capabilities",
        "Not part of its certificate",
    ]
    assert said["Releases"] == ["4.2", "4.2", "0.9"]
    assert not lines["Releases", "Releases"].differs
    check_page(stranger, address(*clouds))


def test_only_lines_that_differ_are_marked_and_can_be_shown_alone(
    clouds: list[Product], stranger: Client
) -> None:
    path = address(*clouds)
    everything = marks(stranger, path)
    comparison = compared(*clouds)
    assert everything.count(True) == comparison.differing
    assert len(everything) == comparison.total > comparison.differing
    alone = marks(stranger, f"{path}&only=differences")
    assert alone == [True] * comparison.differing
    page = read(stranger.get(path))
    assert f"{path}&only=differences" in page.links
    assert path in read(stranger.get(f"{path}&only=differences")).links


def test_programmes_are_mixed_only_in_what_both_have(
    clouds: list[Product], stranger: Client
) -> None:
    backup = Product.objects.create(
        vendor=clouds[0].vendor, slug="vault", name="Vault", category="backup", sentence="Copies."
    )
    comparison = compared(clouds[0], backup)
    assert [section.title for section in comparison.sections] == ["Standing"]
    assert MIXED in check_page(stranger, address(clouds[0], backup)).text


def test_products_are_taken_away_and_added_by_plain_links(
    clouds: list[Product], stranger: Client
) -> None:
    tarn, reed, mire = clouds
    page = read(stranger.get(address(*clouds)))
    for left in ((reed, mire), (tarn, mire), (tarn, reed)):
        assert address(*left) in page.links
    added = address(*clouds).replace("/compare/", "/products/")
    assert added in page.links
    listing = read(stranger.get(added))
    ticked = [a["value"] for a in listing.all("input", type="checkbox", name="p") if "checked" in a]
    assert sorted(ticked) == ["mire/mire", "reed/reed", "tarn/tarn"]
    elsewhere = read(stranger.get(f"{added}&q=tarn"))
    assert "2 more are ticked outside this page" in elsewhere.text
    assert [a["value"] for a in elsewhere.all("input", type="hidden", name="p")][-2:] == [
        "reed/reed",
        "mire/mire",
    ]


def test_the_tick_is_in_the_list_of_products_and_nowhere_else(
    clouds: list[Product], stranger: Client
) -> None:
    for path, ticks in (("/products/", 3), ("/vendors/tarn/", 0), ("/", 0)):
        page = read(stranger.get(path))
        assert len(page.all("input", type="checkbox", name="p")) == ticks, path


#: Query, status, and what is said.
REFUSED = [
    ("", 200, "Tick 2 to 4 products"),
    ("p=tarn/tarn", 200, "Choose at least one more product"),
    ("p=tarn/tarn&p=tarn/tarn", 200, "Choose at least one more product"),
    ("p=tarn/tarn&p=no/such", 404, "No such product: no/such"),
    ("p=tarn/tarn&p=%00", 404, "No such product"),
    ("p=tarn/tarn&p=<b>&p=reed/reed", 404, "No such product: <b>"),
    ("p=tarn", 404, "No such product: tarn"),
    ("&".join(f"p=a/{n}" for n in range(5)), 400, "5 products; 4 at most"),
    ("&".join(f"p=a/{n}" for n in range(900)), 400, "4 at most"),
]


@pytest.mark.usefixtures("clouds")
def test_what_cannot_be_compared_says_why(stranger: Client) -> None:
    for query, status, words in REFUSED:
        page = check_page(stranger, f"/compare/?{query}", status)
        assert words in page.text, query
    unknown = read(stranger.get("/compare/?p=tarn/tarn&p=no/such&p=reed/reed"))
    assert "/compare/?p=tarn/tarn&p=reed/reed" in unknown.links


def test_the_same_comparison_comes_as_json(clouds: list[Product], stranger: Client) -> None:
    path = address(*clouds).replace("/compare/", "/api/v1/compare/")
    answer = stranger.get(path).json()
    assert [one["product"] for one in answer["products"]] == ["tarn", "reed", "mire"]
    lines = {one["title"]: one for s in answer["sections"] for one in s["lines"]}
    assert lines["Assurance"] == {
        "title": "Assurance",
        "differs": True,
        "cells": ["Challenged", "Self-reported", "none"],
    }
    assert stranger.get("/api/v1/compare/?p=tarn/tarn&p=no/such").status_code == 404


def test_the_api_compares_as_many_as_the_page(stranger: Client) -> None:
    """Counted before anything is looked up: what is unknown counts, a repetition does not."""
    product = Market().product()
    asked = [f"p=kelp/{product.slug}", *(f"p=a/{number}@{number}" for number in range(60))]
    for query in (asked[0], "&".join(asked[:5]), "&".join(asked), "&".join(asked[:1] * 9)):
        with CaptureQueriesContext(connection) as made:
            answer = stranger.get(f"/api/v1/compare/?{query}")
        assert answer.status_code == 400
        assert answer.json()["code"] == "compare-two-to-four"
        assert "2 to 4 products" in answer.json()["title"]
        assert not [one for one in made if "catalogue_product" in one["sql"]]
    assert stranger.get(f"/api/v1/compare/?{'&'.join(asked[:4])}").status_code == 404


def test_two_releases_of_one_product_are_compared(stranger: Client) -> None:
    """Each column is about its own release alone; a version that is not there is unknown."""
    market = Market()
    older = market.release(market.product())
    newer = market.release(older.product, "4.3 beta")
    market.certified(older)
    base = "kelp/tarn-cloud"
    found = find_compared([f"{base}@4.2", f"{base}@4.3 beta", base])
    assert [one.title for one in found] == ["Tarn Cloud 4.2", "Tarn Cloud 4.3 beta", "Tarn Cloud"]
    assert [len(one.in_force) for one in found] == [1, 0, 1]
    assert [one.version for one in found] == ["4.2", newer.version, ""]
    path = f"/compare/?p={base}@4.2&p={base}@4.3%20beta"
    page = check_page(stranger, path)
    assert page.title.startswith("Tarn Cloud 4.2 and Tarn Cloud 4.3 beta")
    assert page.text.count("Not certified") == 1
    plain = read(stranger.get(f"/compare/?p={base}&p={base}@4.2"))
    assert f"/compare/?p={base}@4.3+beta&p={base}@4.2" in plain.links
    unknown = stranger.get(f"/compare/?p={base}@9&p={base}@4.2")
    assert unknown.status_code == 404 and f"{base}@9" in read(unknown).text
    answer = stranger.get(f"/api/v1/compare/?p={base}@4.2&p={base}@4.3%20beta").json()
    assert [one["release"] for one in answer["products"]] == ["4.2", "4.3 beta"]


def test_claims_are_greyed_and_a_measurement_disputes_them(at: Lab, stranger: Client) -> None:
    shared(at, required(at.rules, Level.CONNECTED))
    sedge = second(at)
    release = ProductRelease.objects.create(product=sedge, version="1.0")
    for of, service in ((at.release, "alarm"), (release, "dns"), (release, "alarm")):
        ServiceClaim.objects.create(release=of, service=service, claimed_by=at.owner)
    lines = lines_of(compared(at.release.product, sedge))
    alarm, dns = lines["Services used", "Alarm (Aodh)"], lines["Services used", "DNS (Designate)"]
    assert [(cell.said, cell.is_claim) for cell in alarm.cells] == [
        ("Disputed", True),
        ("Declared by the vendor", True),
    ]
    assert [cell.is_claim for cell in dns.cells] == [False, True]
    html = stranger.get(address(at.release.product, sedge)).content.decode()
    assert html.count('data-l="Sedge" class="declared"') == 2
    other = Product.objects.create(
        vendor=sedge.vendor, slug="bent", name="Bent", category="container-platform", sentence="x"
    )
    claims = lines_of(compared(sedge, other))
    assert claims["Services claimed", "DNS (Designate)"].differs


def test_a_comparison_is_taken_away_as_shown(stranger: Client) -> None:
    market = Market()
    market.certified(market.release(market.product()))
    market.release(market.product("Reed", vendor="Reed"))
    query = "p=kelp/tarn-cloud&p=reed/reed"
    page = read(stranger.get(f"/compare/?{query}"))
    assert f"/compare.csv?{query}" in page.links
    answer = stranger.get(f"/compare.csv?{query}")
    assert answer["Content-Disposition"] == 'attachment; filename="hallmark-comparison.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    by_line = {(row["section"], row["line"]): row for row in rows}
    standing = by_line["Standing", "Certificate"]
    assert (standing["kelp/tarn-cloud"], standing["reed/reed"], standing["differs"]) == (
        "Certified",
        "Listed, claims only",
        "yes",
    )
    declared = by_line["Standing", "OpenStack releases declared"]["reed/reed"]
    assert declared == "2026.1 Gazpacho (claimed, not measured)"
    assert standing["list"] == f"http://testserver/compare/?{query}"
    differing = stranger.get(f"/compare.json?{query}&only=differences").json()
    assert all(row["differs"] for row in differing["lines"])
    assert 0 < len(differing["lines"]) < len(rows)
    assert differing["filters"] == {
        "p": ["kelp/tarn-cloud", "reed/reed"],
        "only": ["differences"],
    }
    for refused in ("p=kelp/tarn-cloud", "p=kelp/tarn-cloud&p=no/such", "p=a&p=b", ""):
        assert stranger.get(f"/compare.csv?{refused}").status_code == 404, refused
