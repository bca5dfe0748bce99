"""The page of a certificate and the documents behind it."""

from __future__ import annotations

import hashlib
import json

import pytest
from django.test import Client

from certification.operations.sharing import share_run
from tests.site.market import Market
from tests.site.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_the_page_says_what_the_statement_says_and_that_it_is_unsigned(stranger: Client) -> None:
    market = Market()
    certificate = market.certified(market.release(market.product()), challenged=True)
    page = read(stranger.get(certificate.get_absolute_url()))
    assert page.title.startswith(f"Certificate {certificate.number}")
    assert "It is not yet signed" in page.text
    assert certificate.statement_sha256 in page.text
    assert "the same evaluation, byte for byte" in page.text
    assert "It belongs to this product : yes" in page.text
    assert "Challenged" in page.text
    assert "2026.1 Gazpacho Declared by the vendor" in page.text
    assert "Passed demo.Tests.a Passed demo.Tests.b" in page.text
    assert certificate.run.get_absolute_url() not in page.links


def test_its_run_leads_back_to_it(stranger: Client) -> None:
    market = Market()
    product = market.product()
    certificate = market.certified(market.release(product))
    share_run(run=certificate.run, by=market.owner(product))
    page = read(stranger.get(certificate.run.get_absolute_url()))
    assert f"Certificate {certificate.number} of Tarn Cloud 4.2 rests on this run" in page.text
    assert {certificate.get_absolute_url(), product.get_absolute_url()} <= set(page.links)
    other = share_run(run=market.passing_run(certificate.release), by=market.owner(product))
    assert "rests on this run" not in read(stranger.get(other.get_absolute_url())).text


def test_the_documents_come_byte_for_byte(stranger: Client) -> None:
    market = Market()
    certificate = market.certified(market.release(market.product()))
    page = certificate.get_absolute_url()
    statement = stranger.get(f"{page}statement.json")
    assert hashlib.sha256(statement.content).hexdigest() == certificate.statement_sha256
    assert statement["Content-Disposition"].endswith(f'"{certificate.number}.json"')
    described = stranger.get(f"{page}product.json")
    subject = json.loads(statement.content)["subject"][0]["digest"]["sha256"]
    assert hashlib.sha256(described.content).hexdigest() == subject


@pytest.mark.parametrize("ending", ["", "statement.json", "product.json"])
def test_an_unknown_number_is_404(stranger: Client, ending: str) -> None:
    assert stranger.get(f"/certificates/HM-2026-999999/{ending}").status_code == 404
    assert stranger.get(f"/certificates/anything/{ending}").status_code == 404
