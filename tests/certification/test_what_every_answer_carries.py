"""A strict content policy with every answer; 503 and nothing stored while the database is away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client

from certification.models import Run
from tests.factories import new_evidence

EVERYWHERE = ["/", "/healthz", "/readyz", "/guidelines/", "/api/v1/runs/", "/nowhere", "/sign-in/"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", EVERYWHERE)
def test_the_content_policy_allows_nothing_from_elsewhere(path: str, client: Client) -> None:
    policy = dict(
        part.strip().partition(" ")[::2]
        for part in client.get(path).headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert not any("unsafe" in value or "http" in value for value in policy.values())


@contextmanager
def database_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    connection.close()
    with monkeypatch.context() as away:
        away.setitem(connection.settings_dict, "HOST", "/nonexistent")
        yield


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/", "/guidelines/", "/workspace/", "/v1/results"])
def test_a_page_without_database_asks_to_come_again(
    path: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.cookies["sessionid"] = "somebody"
    with database_away(monkeypatch):
        answer = client.get(path)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "database-away" in answer.content.decode() or path == "/v1/results"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_an_upload_without_database_is_refused_and_may_be_repeated(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = new_evidence()
    facts = {"data": raw, "content_type": "application/octet-stream"}
    with database_away(monkeypatch):
        answer = client.post("/api/v1/runs/", **facts)  # type: ignore[arg-type] # keywords of it
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert not Run.objects.exists()
    assert client.post("/api/v1/runs/", **facts).status_code == 201  # type: ignore[arg-type]
    assert Run.objects.count() == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_process_answers_without_database(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database_away(monkeypatch):
        assert client.get("/healthz").status_code == 200
