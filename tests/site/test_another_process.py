"""A web process with warm memory learns within seconds what another process has changed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from django.db import connection

from certification.operations.certificates import revoke
from marketplace.catalogue.models import Product
from marketplace.config.local.redis import free_port
from tests.site.market import Market

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
CHECKOUT = Path(__file__).resolve().parents[2]
SECONDS = 5.0


@pytest.fixture
def web() -> Iterator[httpx.Client]:
    """Of one worker, over the database of this test."""
    port, at = free_port(), connection.settings_dict
    login = f"{at['USER']}:{at['PASSWORD']}" if at["PASSWORD"] else at["USER"]
    place = f"?host={at['HOST']}" if at["HOST"].startswith("/") else ""
    host = "" if place else f"{at['HOST']}:{at['PORT']}"
    url = f"postgresql://{login}@{host}/{at['NAME']}{place}"
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "marketplace.config.wsgi:application"),
            *("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "2"),
            "--no-control-socket",
        ],
        cwd=CHECKOUT,
        env=os.environ | {"DATABASE_URL": url, "HALLMARK_MODE": "test"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
            _wait_for(client)
            yield client
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(client: httpx.Client) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            client.get("/robots.txt")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the web process does not answer")


#: Each place that says whether a product is certified, and what it says while it is.
SAYING = {
    "/products/?certified=yes": ">1 product<",
    "/products/?target=compute": ">1 product<",
    "/products/catalogue.json": '"certified":true',
    "/products/catalogue.json?certified=yes": '"count":1',
    "/products/catalogue.json?q=tarn&assurance=self-reported": '"count":1',
    "/api/v1/products/?certified=yes": '"count":1',
    "/api/v1/certificates/?standing=in-force": "HM-",
    "/products.csv?certified=yes": "tarn-cloud",
    "/products.json?target=compute": '"certified": true',
    "/certificates.csv?standing=in-force": "HM-",
    "/badges/kelp/tarn-cloud.svg": "self-reported, release 4.2",
    "/badges/kelp/tarn-cloud.json": '"certified": true',
    "/products/kelp/tarn-cloud/": "Certified until",
    "/vendors/kelp/": 'class="rev"',
    "/": "1 certified release",
    "/products/kelp/tarn-cloud/badge/": "st-in-force",
    "/compare/?p=kelp/tarn-cloud&p=reed/sedge": "Compute 2031.06<small>release 4.2",
    "/requirements/?target=compute": 'href="/products/kelp/tarn-cloud/"',
    "/statistics/": "1 certificate in force.",
}


#: What stands by a certificate in force alone.
SOLEMN = ("Certified until", "days left", 'class="rev"', "it is in force", "st-verified")


def test_a_revoked_certificate_is_certified_nowhere_within_seconds(web: httpx.Client) -> None:
    market = Market()
    certificate = market.certified(market.release(market.product()))
    market.product("Sedge", vendor="Reed")
    said = {path: web.get(path).text for path in SAYING}
    for path, words in SAYING.items():
        assert words in said[path], (path, words, said[path][:3000])
    revoke(certificate=certificate, by=market.reviewer, reason="The evidence was copied.")
    began = time.monotonic()
    time.sleep(1.1)  # what programs ask for again and again may be a second old
    for path, words in SAYING.items():
        text = web.get(path).text
        assert text != said[path], path
        for solemn in (words, *SOLEMN):
            assert not solemn or solemn not in text, (path, solemn, text[-700:])
    assert "evoked" in web.get("/feeds/products/kelp/tarn-cloud.atom").text
    assert time.monotonic() - began < SECONDS
    Product.objects.filter(slug="sedge").update(name="Plover", sentence="It is.")
    time.sleep(1.1)
    assert '"count":1' in web.get("/products/catalogue.json?q=plover").text
    assert '"count":0' in web.get("/products/catalogue.json?q=sedge").text
