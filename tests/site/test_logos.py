"""Logos are served as we drew them, for ever, and to everybody alike."""

from __future__ import annotations

import pytest
from django.test import Client

from marketplace.catalogue.pictures import redraw, store_picture
from tests.catalogue.pictures import picture

pytestmark = pytest.mark.django_db


def test_a_logo_is_served_with_what_keeps_it_a_picture() -> None:
    drawn = redraw(picture("JPEG"))
    address = f"/logos/{store_picture(drawn)}.png"
    answer = Client().get(address)
    assert answer.content == drawn
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == 'inline; filename="logo.png"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Cookie" not in answer.get("Vary", "") and not answer.cookies
    again = Client().get(address, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert Client().post(address).status_code == 405


@pytest.mark.parametrize(
    "name", ["0" * 64 + ".png", "0" * 63 + ".png", "0" * 64, "../settings.py", "A" * 64 + ".png"]
)
def test_what_is_not_there_is_not_served(name: str) -> None:
    assert Client().get(f"/logos/{name}").status_code == 404
