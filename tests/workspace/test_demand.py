"""What buyers ask for, on the vendor's page; and what a session does while the database is away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError
from django.db.models.functions import Now
from django.test import Client

from marketplace.catalogue.asking import ask_to_certify
from marketplace.catalogue.models import CertificationRequest
from tests.factories import join, person
from tests.site.conftest import signed_in
from tests.site.reading import read
from tests.workspace.stories import story

pytestmark = pytest.mark.django_db


def test_a_vendor_reads_how_many_ask_for_what_and_whether_it_grows() -> None:
    told = story()
    page = f"/workspace/vendors/{told.vendor.slug}/"
    assert "What buyers ask for" not in read(told.client.get(page)).text
    for number in range(3):
        ask_to_certify(product=told.product, target="compute", by=person(f"B{number}"))
    ask_to_certify(product=told.product, target="dns", by=person("Dee"))
    oldest = CertificationRequest.objects.filter(target="compute").order_by("pk")[:1]
    CertificationRequest.objects.filter(pk__in=oldest.values("pk")).update(
        asked_at=Now() - timedelta(days=40)
    )
    text = read(told.client.get(page)).text
    assert "3 buyers ask for Compute 2031.06" in text
    assert "2 in the last 30 days, more than in the 30 before (1)" in text
    assert "1 buyer asks for" in text and "1 in the last 30 days, none in the 30 before" in text
    join(told.vendor, vic := person("Vic"), "viewer")
    owners, viewers = told.client.get(page).content, signed_in(vic).get(page).content
    webhooks = f"{page}webhooks/".encode()
    assert webhooks in owners and webhooks not in viewers
    assert b"/workspace/notices/settings/" in viewers
    assert signed_in(person("Sten")).get(page).status_code == 404


def test_a_session_that_cannot_be_kept_is_the_databases_absence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is saved by the middleware, beyond all views."""

    def away(*_: object, **__: object) -> None:
        raise OperationalError

    client = Client(raise_request_exception=False)
    ann = person("Ann")
    ann.set_password("a long enough sentence")
    ann.save()
    given = {"username": ann.email, "password": "a long enough sentence"}
    with monkeypatch.context() as patched:
        patched.setattr(SessionStore, "save", away)
        answer = client.post("/sign-in/", given)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert b"database-away" in answer.content
    with monkeypatch.context() as patched:
        patched.setattr(SessionStore, "save", lambda *_, **__: 1 / 0)
        assert client.post("/sign-in/", given).status_code == 500
    assert client.post("/sign-in/", given).status_code == 302
