"""Reports of false claims: sent by a person, read by staff alone, settled once by somebody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from marketplace.catalogue.models import AuditEvent, ClaimReport, Product, User
from marketplace.catalogue.programme_vocabulary import DEFAULTS, Setting
from marketplace.catalogue.refusals import CatalogueRefused
from marketplace.catalogue.reporting import report_claim, settle_report
from tests.factories import join, person
from tests.site.conftest import signed_in
from tests.site.market import Market
from tests.site.reading import read

pytestmark = pytest.mark.django_db
TEXT = "It says that it serves DNS. It does not."


@pytest.fixture
def market() -> Market:
    return Market()


@pytest.fixture
def product(market: Market) -> Product:
    return market.product()


@pytest.fixture
def report(product: Product) -> ClaimReport:
    return report_claim(product=product, text=TEXT, by=person("Ann"))


def settle(client: Client, report: ClaimReport, **fields: str) -> str:
    given = {"finding": "upheld", "outcome": "We looked: no DNS."} | fields
    answer = client.post(f"/staff/reports/{report.pk}/settle/", given, follow=True)
    assert answer.redirect_chain[0] == ("/staff/reports/", 303)
    return read(answer).text


@pytest.mark.slow
def test_a_report_goes_to_staff_and_is_not_public(
    stranger: Client, market: Market, product: Product
) -> None:
    ann, path = signed_in(person("Ann")), f"{product.get_absolute_url()}report/"
    assert path in read(stranger.get(product.get_absolute_url())).links
    page = read(ann.get(path))
    assert (page.title, page.unlabelled()) == ("Report a false claim", [])
    answer = ann.post(path, {"text": TEXT})
    assert (answer.status_code, answer["Location"]) == (303, product.get_absolute_url())
    staff = read(signed_in(market.reviewer).get("/staff/reports/"))
    assert TEXT in staff.text
    assert staff.unlabelled() == []
    assert TEXT not in stranger.get(product.get_absolute_url()).content.decode()
    assert TEXT not in str(AuditEvent.objects.get(verb="claim.reported").facts)


@pytest.mark.slow
def test_staff_settle_it_once(market: Market, report: ClaimReport) -> None:
    client = signed_in(market.reviewer)
    assert "is settled" in settle(client, report)
    assert "(report-settled)" in settle(client, report, finding="dismissed")
    report.refresh_from_db()
    assert (report.finding, report.settled_by) == ("upheld", market.reviewer)
    text = read(client.get("/staff/reports/")).text
    assert "Nothing is reported." in text and "the claim was false" in text
    assert AuditEvent.objects.filter(verb="claim.report-settled").count() == 1
    # Settled, so it may be told again.
    report_claim(product=report.product, text=TEXT, by=report.person)


@pytest.mark.slow
def test_a_settlement_needs_a_finding_and_words(market: Market, report: ClaimReport) -> None:
    client = signed_in(market.reviewer)
    for fields in ({"finding": "maybe"}, {"outcome": " "}, {"outcome": "x" * 2001}):
        assert "(report-outcome)" in settle(client, report, **fields)
    report.refresh_from_db()
    assert report.settled_at is None


@pytest.mark.slow
def test_nobody_settles_their_own(market: Market, report: ClaimReport) -> None:
    mine = report_claim(product=report.product, text=TEXT, by=market.reviewer)
    client = signed_in(market.reviewer)
    assert "(own-report)" in settle(client, mine)
    join(report.product.vendor, market.reviewer, "viewer")
    assert TEXT not in read(client.get("/staff/reports/")).text
    assert client.post(f"/staff/reports/{report.pk}/settle/").status_code == 404
    with pytest.raises(CatalogueRefused, match="Only staff"):
        settle_report(report=report, finding="upheld", outcome="x", by=market.reviewer)


@pytest.mark.slow
def test_who_is_no_staff_meets_no_such_page(stranger: Client, report: ClaimReport) -> None:
    for client, status in ((stranger, 302), (signed_in(report.person), 404)):
        assert client.get("/staff/reports/").status_code == status
        assert client.post(f"/staff/reports/{report.pk}/settle/").status_code == status
    assert stranger.get(f"{report.product.get_absolute_url()}report/").status_code == 302


@pytest.mark.slow
def test_what_is_refused(product: Product) -> None:
    ann = person("Ann")
    client, path = signed_in(ann), f"{product.get_absolute_url()}report/"
    for text in ("", "  ", "x" * 2001):
        assert client.post(path, {"text": text}).status_code == 400, len(text)
    client.post(path, {"text": TEXT})
    answer = client.post(path, {"text": TEXT})
    assert (answer.status_code, "(report-open)" in read(answer).text) == (400, True)
    assert client.get("/products/no/body/report/").status_code == 404
    assert ClaimReport.objects.count() == 1


@pytest.mark.slow
def test_so_many_a_day(market: Market) -> None:
    ann = person("Ann")
    for number in range(int(DEFAULTS[Setting.REPORTS_A_DAY]())):
        report_claim(product=market.product(f"P{number}"), text=TEXT, by=ann)
    with pytest.raises(CatalogueRefused) as refused:
        report_claim(product=market.product(), text=TEXT, by=ann)
    assert refused.value.code == "report-limit"
    _a_day_later(ann)
    report_claim(product=market.product("Another"), text=TEXT, by=ann)


def _a_day_later(person: User) -> None:
    past = timezone.now() - timedelta(days=1, minutes=1)
    ClaimReport.objects.filter(person=person).update(reported_at=past)
