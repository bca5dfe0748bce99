"""While the database is away: 503 with Retry-After, never half a deed. And who is well."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker

from certification.heartbeats import SILENCE_S, beat
from certification.models import Heartbeat
from tests.api.evidence import refstack_body

BODY = refstack_body(["a.b.test"])
RUN = "00000000-0000-0000-0000-000000000007"
PARTS = {"database", "broker", "worker", "sender", "dispatcher", "scheduler"}


@pytest.fixture
def database_away(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The server's socket is gone: every connection is refused by the real driver."""
    with django_db_blocker.unblock():
        connection.close()
        host = connection.settings_dict["HOST"]
        connection.settings_dict["HOST"] = "/nonexistent"
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["HOST"] = host


READS = [
    "/api/v1/runs/",
    f"/api/v1/runs/{RUN}/",
    f"/api/v1/runs/{RUN}/evaluations/",
    f"/api/v1/runs/{RUN}/evaluations/2026.11/object/",
    "/api/v1/guidelines/",
    "/api/v1/guidelines/2026.11/",
    "/v1/results",
    f"/v1/results/{RUN}",
    "/v1/guidelines",
    "/v1/guidelines/2026.11",
    "/v1/guidelines/2026.11/tests",
]
WAYS: list[dict[str, Any]] = [
    {},
    {"headers": {"Authorization": "Bearer hmk_any"}},
    {"headers": {"Cookie": "sessionid=abcdefghijklmnopqrstuvwxyz012345"}},
]


def assert_away(answer: Any, address: str) -> None:
    assert answer.status_code == 503, (address, answer.content)
    assert int(answer["Retry-After"]) > 0
    body = answer.json()
    assert body["code"] == (503 if address.startswith("/v1/") else "database-away")
    assert body.get("error", "database-away") == "database-away"
    assert "try again" in body["title"]


@pytest.mark.parametrize("way", WAYS, ids=["anonymous", "token", "session"])
def test_reads_answer_503(database_away: None, way: dict[str, Any]) -> None:
    for address in READS:
        assert_away(Client(**way).get(address), address)


@pytest.mark.parametrize("way", WAYS, ids=["anonymous", "token", "session"])
@pytest.mark.parametrize("address", ["/api/v1/runs/", "/v1/results"])
def test_uploads_answer_503_and_may_be_repeated(
    database_away: None, incoming: Path, address: str, way: dict[str, Any]
) -> None:
    for _ in range(2):
        answer = Client(**way).post(address, BODY, content_type="application/octet-stream")
        assert_away(answer, address)
    assert not incoming.exists() or list(incoming.iterdir()) == []


def test_the_process_is_alive_and_says_that_the_database_is_not(database_away: None) -> None:
    assert Client().get("/healthz").json() == {"status": "ok"}
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"].keys() == PARTS
    assert answer.json()["parts"]["database"] == "away"
    assert answer.json()["parts"]["broker"] == "ok"


def parts() -> tuple[int, dict[str, str]]:
    answer = Client().get("/readyz")
    assert answer["Content-Type"] == "application/json"
    assert answer.json()["status"] == ("ready" if answer.status_code == 200 else "not ready")
    return answer.status_code, answer.json()["parts"]


@pytest.mark.django_db
def test_the_service_is_ready_when_every_part_beats() -> None:
    well = dict.fromkeys(PARTS, "ok")
    silent = set(SILENCE_S)
    for part in SILENCE_S:
        assert parts() == (503, well | dict.fromkeys(silent, "away"))
        beat(part)
        silent.discard(part)
    assert parts() == (200, well)
    assert Client().head("/readyz").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("part", SILENCE_S)
def test_a_part_that_fell_silent_is_named(part: str) -> None:
    for every in SILENCE_S:
        beat(every)
    silence = timedelta(seconds=SILENCE_S[part] + 1)
    Heartbeat.objects.filter(part=part).update(at=Now() - silence)
    status, found = parts()
    assert (status, [name for name, said in found.items() if said == "away"]) == (503, [part])


@pytest.mark.django_db
def test_a_broker_that_is_away_is_named(settings: Settings) -> None:
    for part in SILENCE_S:
        beat(part)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    status, found = parts()
    assert (status, found["broker"], found["database"]) == (503, "away", "ok")


def test_health_asks_nobody_and_is_only_read() -> None:
    """Without the database fixture any query would fail this test."""
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    for address in ("/healthz", "/readyz"):
        assert Client().post(address).status_code == 405
