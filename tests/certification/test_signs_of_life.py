"""Each part says that it is alive; `readyz` says who is not."""

from __future__ import annotations

import json
import signal
import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.http import HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from certification import scheduler, tasks
from certification.heartbeats import SILENCE_S, beat, parts_alive
from certification.models import Heartbeat, QueueEntry
from marketplace.config import health

pytestmark = pytest.mark.django_db


def answer(view: Callable[..., HttpResponse]) -> tuple[int, dict[str, Any]]:
    response = view(RequestFactory().get("/"))
    return response.status_code, json.loads(response.content)


def all_beat() -> None:
    for part in SILENCE_S:
        beat(part)


def test_a_part_that_never_spoke_is_away() -> None:
    assert parts_alive() == dict.fromkeys(SILENCE_S, False)


def test_a_part_is_alive_until_it_is_silent_too_long() -> None:
    all_beat()
    assert parts_alive() == dict.fromkeys(SILENCE_S, True)
    Heartbeat.objects.filter(part="dispatcher").update(at=Now() - timedelta(seconds=19))
    assert parts_alive()["dispatcher"]
    Heartbeat.objects.filter(part="dispatcher").update(at=Now() - timedelta(seconds=21))
    assert parts_alive() == dict.fromkeys(SILENCE_S, True) | {"dispatcher": False}
    beat("dispatcher")
    assert parts_alive()["dispatcher"]
    assert Heartbeat.objects.count() == len(SILENCE_S)


def test_the_workers_task_is_its_beat() -> None:
    tasks.worker_beat()
    assert parts_alive() == dict.fromkeys(SILENCE_S, False) | {"worker": True}
    tasks.worker_beat(part="sender")
    assert parts_alive()["sender"]


def test_the_process_answers_for_itself_alone() -> None:
    assert answer(health.process) == (200, {"status": "ok"})


def test_the_service_is_ready_when_every_part_is_there() -> None:
    all_beat()
    parts = ("database", "broker", *SILENCE_S)
    assert answer(health.ready) == (200, {"status": "ready", "parts": dict.fromkeys(parts, "ok")})


@pytest.mark.parametrize("silent", list(SILENCE_S))
def test_a_silent_part_is_named(silent: str) -> None:
    all_beat()
    Heartbeat.objects.filter(part=silent).delete()
    status, said = answer(health.ready)
    assert status == 503
    assert said["status"] == "not ready"
    assert [part for part, state in said["parts"].items() if state == "away"] == [silent]


def test_a_broker_that_is_away_is_named(settings: Settings) -> None:
    all_beat()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.REDIS_URL = f"redis://127.0.0.1:{probe.getsockname()[1]}/0"
        status, said = answer(health.ready)
    assert status == 503
    assert said["parts"]["broker"] == "away"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_without_database_nothing_is_known_and_nothing_raised(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nonexistent")
    try:
        status, said = answer(health.ready)
    finally:
        monkeypatch.undo()
    assert status == 503
    away = dict.fromkeys(("database", *SILENCE_S), "away")
    assert said == {"status": "not ready", "parts": away | {"broker": "ok"}}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_scheduler_queues_recurring_work_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """It beats, enqueues, and stops when told to; a second one beside it adds nothing."""
    handlers = []
    monkeypatch.setattr(signal, "signal", lambda _number, deed: handlers.append(deed))
    monkeypatch.setattr(scheduler, "BEAT_S", 0.05)

    def run() -> None:
        try:
            scheduler.run()
        finally:
            connection.close()

    both = [threading.Thread(target=run) for _ in range(2)]
    for thread in both:
        thread.start()
    while len(handlers) < 4 or not parts_alive()["scheduler"]:
        assert any(thread.is_alive() for thread in both)
    for handler in handlers:
        handler(15, None)
    for thread in both:
        thread.join(5)
    kinds = QueueEntry.objects.filter(subject="recurring").values_list("kind", flat=True)
    assert sorted(kinds) == sorted(scheduler.PERIOD_S)
    assert QueueEntry.Kind.DELETE_EXPIRED_RUNS in kinds
