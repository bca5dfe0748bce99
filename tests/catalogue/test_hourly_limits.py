"""How often an address or a person may do something within an hour (S24)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from marketplace.catalogue.limits import TooMany, count_one, network_of
from marketplace.catalogue.models import HourlyCount, User
from tests.api.people import make_token
from tests.certification.conftest import evidence_folder, nothing_remembered
from tests.factories import new_evidence, person
from tests.site.conftest import signed_in
from tests.site.reading import read

__all__ = ["evidence_folder", "nothing_remembered"]

ANN = {"email": "ann@kelp.example", "display_name": "Ann", "password": "tidal-orchard-91"}
LOW = {"sign-in": 1, "sign-up": 1, "upload-anonymous": 1, "upload": 1}


@pytest.fixture
def low(settings: Settings, db: None) -> None:
    settings.LIMITS_AN_HOUR = settings.LIMITS_AN_HOUR | LOW


def refused(answer: Any) -> bool:
    if answer.status_code != 429:
        return False
    assert 0 < int(answer["Retry-After"]) <= 3600
    assert "too-many" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    return True


def native(**headers: str) -> Any:
    return Client().post(
        "/api/v1/runs/", new_evidence(), content_type="application/octet-stream", headers=headers
    )


def refstack(**headers: str) -> Any:
    return Client().post("/v1/results", b"{}", content_type="application/json", headers=headers)


def test_signing_up_has_a_limit_for_each_address(low: None) -> None:
    assert not refused(Client().post("/sign-up/", ANN))
    other = ANN | {"email": "bob@kelp.example"}
    answer = Client().post("/sign-up/", other)
    assert refused(answer)
    assert read(answer).title == "Too many at once"
    assert User.objects.count() == 1
    assert not refused(Client(REMOTE_ADDR="192.0.2.7").post("/sign-up/", other))


def test_reading_the_forms_counts_nothing(low: None) -> None:
    for _ in range(3):
        assert Client().get("/sign-up/").status_code == 200
    assert not HourlyCount.objects.exists()


def test_signing_in_has_one_whatever_the_name(low: None) -> None:
    assert Client().post("/sign-in/", {"username": "a", "password": "b"}).status_code == 200
    assert refused(Client().post("/sign-in/", {"username": "c", "password": "d"}))


def test_anonymous_uploads_have_one_over_all_three_ways(low: None) -> None:
    assert native().status_code == 201
    for answer in (native(), refstack(), Client().post("/upload/")):
        assert refused(answer)
    assert native().json()["code"] == "too-many"


def test_whoever_says_who_it_is_has_a_limit_of_its_own(low: None) -> None:
    assert native().status_code == 201
    ann = person("Ann")
    _, bearer = make_token(ann)
    assert native(**bearer).status_code == 201
    assert refused(native(**bearer))
    client = signed_in(ann)
    assert client.post("/upload/").status_code == 400
    assert refused(client.post("/upload/"))


def test_a_made_up_credential_is_no_way_around(low: None) -> None:
    assert native().status_code == 201
    assert refused(native(Authorization="Basic eDp5"))
    assert refused(native(**{"X-Signature": "00"}))
    assert native(Authorization="Bearer made-up").status_code == 401
    assert refused(refstack(**{"X-Signature": "00"}))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("no address", "unknown"),
    ],
)
def test_what_counts_as_one_caller(address: str, network: str) -> None:
    assert network_of(address) == network


def test_the_next_hour_begins_anew_and_yesterday_is_forgotten(db: None) -> None:
    count_one(deed="x", who="a", most=1)
    with pytest.raises(TooMany):
        count_one(deed="x", who="a", most=1)
    HourlyCount.objects.update(hour=timezone.now() - timedelta(hours=25))
    count_one(deed="x", who="a", most=1)
    assert HourlyCount.objects.count() == 1


@pytest.fixture
def cleaned(transactional_db: None) -> Iterator[None]:
    yield
    HourlyCount.objects.all().delete()


@pytest.mark.slow
def test_many_at_once_pass_no_further(cleaned: None) -> None:
    passed: list[int] = []

    def one() -> None:
        try:
            count_one(deed="x", who="a", most=5)
            passed.append(1)
        except TooMany:
            pass
        finally:
            connection.close()

    threads = [Thread(target=one) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 5
