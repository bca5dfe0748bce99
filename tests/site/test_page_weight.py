"""Pages go compressed to visitors, and plain to who has a session."""

from __future__ import annotations

import gzip

import pytest
from django.test import Client

from tests.factories import person

pytestmark = pytest.mark.django_db
#: Bytes of a page over the wire, without its style sheet of 8 kB; 60 kB is the limit of both.
MOST = 50_000


def test_visitors_get_small_pages(stranger: Client) -> None:
    for path in ("/", "/products/", "/products.csv"):
        answer = stranger.get(path, headers={"accept-encoding": "gzip, br"})
        assert answer["Content-Encoding"] == "gzip" and "Accept-Encoding" in answer["Vary"], path
        body = answer.getvalue()
        assert len(body) < MOST, path
        assert stranger.get(path).headers.get("Content-Encoding") is None
        assert gzip.decompress(body)


def test_who_has_a_session_gets_them_plain(client: Client) -> None:
    client.force_login(person("Rae"))
    answer = client.get("/products/", headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200 and "Content-Encoding" not in answer


def test_what_others_keep_is_plain(stranger: Client) -> None:
    for path in ("/products/catalogue.json", "/guidelines.json", "/feeds/market.atom"):
        answer = stranger.get(path, headers={"accept-encoding": "gzip"})
        assert answer.status_code == 200 and "Content-Encoding" not in answer, path
