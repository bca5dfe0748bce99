"""The page of a certificate and the documents behind it."""

from __future__ import annotations

import hashlib
import json

import pytest
from django.test import Client

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
