"""Searching and taking lists away are counted by address; reading pages is not."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.site.reading import read

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("deed", "path", "others"),
    [
        ("search", "/products/?q=tarn", ("/products/", "/products/?q=", "/products.csv")),
        ("export", "/products.csv", ("/products/", "/guidelines.csv", "/products/?q=tarn")),
        ("export", "/requirements.pdf", ("/requirements/",)),
        ("export", "/shortlist.md", ("/shortlist/", "/compare/")),
    ],
)
def test_too_many_are_told_when_it_goes_on(
    stranger: Client, settings: Any, deed: str, path: str, others: tuple[str, ...]
) -> None:
    settings.LIMITS_AN_HOUR = settings.LIMITS_AN_HOUR | {deed: 2}
    assert [stranger.get(path).status_code for _ in range(3)] == [200, 200, 429]
    refused = stranger.get(path)
    assert 1 <= int(refused["Retry-After"]) <= 3600
    assert refused["Cache-Control"] == "no-store"
    assert "more than 2 times within an hour" in read(refused).text
    for other in others:
        assert stranger.get(other).status_code == 200, other
    assert stranger.get(path, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_programs_are_told_in_json(stranger: Client, settings: Any) -> None:
    settings.LIMITS_AN_HOUR = settings.LIMITS_AN_HOUR | {"search": 0}
    for path in ("/api/v1/products/?q=tarn", "/products/catalogue.json?q=tarn"):
        refused = stranger.get(path)
        assert refused.status_code == 429 and refused.json()["code"] == "too-many", path
        assert int(refused["Retry-After"]) > 0
