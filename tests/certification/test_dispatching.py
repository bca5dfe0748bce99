"""The dispatcher turns due entries into messages in the real Redis, and survives losing it."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
import redis
from django.conf import settings
from django.db import connection
from pytest_django import Settings

from certification import dispatcher as dispatching
from certification import queue
from certification.dispatcher import MARKER, Dispatcher
from certification.heartbeats import parts_alive
from certification.models import QueueEntry
from marketplace.config.celery import app
from tests.factories import entry_of, upload

pytestmark = pytest.mark.django_db

QUEUE = app.conf.task_default_queue


@pytest.fixture(autouse=True)
def broker(settings: Settings) -> Iterator[redis.Redis]:
    """The real Redis: a database of it for each test worker, empty before and after."""
    number = 1 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    settings.REDIS_URL = urlsplit(settings.REDIS_URL)._replace(path=f"/{number}").geturl()
    app.conf.update(broker_url=settings.REDIS_URL)
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.flushdb()
    yield client
    client.flushdb()
    client.close()


@pytest.fixture
def dispatcher() -> Iterator[Dispatcher]:
    made = Dispatcher()
    yield made
    made.redis.close()


def messages(broker: redis.Redis, task: str = "hallmark.work") -> list[dict[str, Any]]:
    """Keyword arguments of the messages that wait for a worker, oldest first."""
    found = []
    for raw in reversed(broker.lrange(QUEUE, 0, -1)):
        message = json.loads(raw)
        if message["headers"]["task"] == task:
            assert message["content-type"] == "application/json"
            _args, kwargs, _embed = json.loads(base64.b64decode(message["body"]))
            found.append(kwargs)
    return found


def waiting(count: int) -> list[int]:
    for number in range(count):
        queue.enqueue(QueueEntry.Kind.VERIFY_RUN, f"run {number}")
    return list(QueueEntry.objects.order_by("pk").values_list("pk", flat=True))


def test_a_due_entry_becomes_one_message(broker: redis.Redis, dispatcher: Dispatcher) -> None:
    entry = entry_of(upload())
    assert dispatcher.publish_due() is False
    assert messages(broker) == [{"entry_id": entry.pk}]
    assert queue.leases_out() == 1
    dispatcher.publish_due()
    assert len(messages(broker)) == 1


def test_a_message_carries_the_id_and_nothing_of_the_run(
    broker: redis.Redis, dispatcher: Dispatcher
) -> None:
    run = upload(b"test: secret-looking-name\nsuccess: secret-looking-name\n")
    dispatcher.publish_due()
    [raw] = broker.lrange(QUEUE, 0, -1)
    sent = str(raw) + str(base64.b64decode(json.loads(raw)["body"]))
    assert "secret-looking-name" not in sent
    assert run.evidence_sha256 not in sent


def test_an_entry_whose_lease_ends_is_published_again(
    broker: redis.Redis, dispatcher: Dispatcher
) -> None:
    [entry_id] = waiting(1)
    dispatcher.publish_due()
    QueueEntry.objects.update(leased_until=QueueEntry.objects.get().created_at)
    dispatcher.publish_due()
    assert messages(broker) == [{"entry_id": entry_id}] * 2


def test_no_more_is_published_than_the_window_holds(
    broker: redis.Redis, dispatcher: Dispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatching, "WINDOW", 3)
    ids = waiting(5)
    assert dispatcher.publish_due() is True
    assert dispatcher.publish_due() is True
    assert [message["entry_id"] for message in messages(broker)] == ids[:3]
    queue.finish(QueueEntry.objects.get(pk=ids[0]))
    queue.finish(QueueEntry.objects.get(pk=ids[1]))
    assert dispatcher.publish_due() is True
    assert [message["entry_id"] for message in messages(broker)] == ids


def test_a_beat_asks_the_worker_for_one_through_the_broker(
    broker: redis.Redis, dispatcher: Dispatcher
) -> None:
    dispatcher._beat()
    assert parts_alive()["dispatcher"]
    assert not parts_alive()["worker"]
    assert len(messages(broker, "hallmark.worker_beat")) == 1


def test_a_broker_that_lost_everything_gets_everything_again(
    broker: redis.Redis, dispatcher: Dispatcher
) -> None:
    ids = waiting(2)
    dispatcher._beat()
    dispatcher.publish_due()
    dispatcher._beat()
    assert queue.leases_out() == 2, "while the marker stands nothing is given back"
    broker.flushdb()
    dispatcher._beat()
    assert queue.leases_out() == 0
    assert broker.exists(MARKER)
    dispatcher.publish_due()
    assert [message["entry_id"] for message in messages(broker)] == ids


def url_of_test_database() -> str:
    given = connection.settings_dict
    login = f"{quote(given['USER'])}:{quote(given['PASSWORD'])}"
    place = urlencode({"host": given["HOST"], "port": given["PORT"] or 5432})
    return f"postgresql://{login}@/{given['NAME']}?{place}"


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_without_a_broker_leases_are_given_back() -> None:
    waiting(3)
    program = (
        "import django; django.setup()\n"
        "import marketplace.config.celery\n"
        "from certification.dispatcher import Dispatcher\n"
        "dispatcher = Dispatcher()\n"
        "dispatcher._beat()\n"
        "print('full' if dispatcher.publish_due() else 'waiting')\n"
    )
    environment = os.environ | {
        "DATABASE_URL": url_of_test_database(),
        "REDIS_URL": f"redis://127.0.0.1:{closed_port()}/0",
    }
    answer = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert answer.stdout == "waiting\n", answer.stderr
    assert "broker away, 3 entries wait" in answer.stderr
    assert queue.leases_out() == 0
    assert len(queue.lease_due(limit=5, seconds=30)) == 3


class Listening:
    """The dispatcher itself, serving in a thread with a connection of its own."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self.dispatcher = dispatcher
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self._serve)

    def _serve(self) -> None:
        try:
            self.dispatcher._listen()
            self.dispatcher._beat()
            self.ready.set()
            self.dispatcher._serve()
        finally:
            connection.close()

    def __enter__(self) -> Listening:
        self.thread.start()
        assert self.ready.wait(5)
        time.sleep(0.1)  # it waits for notifications now
        return self

    def __exit__(self, *_: object) -> None:
        self.dispatcher.stop(15, None)
        self.thread.join(dispatching.SWEEP_S / 2)
        assert not self.thread.is_alive(), "it stops at once"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_commit_of_an_upload_wakes_the_dispatcher(
    broker: redis.Redis, dispatcher: Dispatcher
) -> None:
    with Listening(dispatcher):
        begun = time.monotonic()
        entry = entry_of(upload())
        while not messages(broker) and time.monotonic() - begun < dispatching.SWEEP_S:
            time.sleep(0.01)
        assert time.monotonic() - begun < dispatching.SWEEP_S / 2
        assert messages(broker) == [{"entry_id": entry.pk}]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_notification_that_came_with_an_answer_is_not_slept_over(dispatcher: Dispatcher) -> None:
    dispatcher._listen()
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {queue.CHANNEL}")
        cursor.execute("SELECT 1")
    begun = time.monotonic()
    dispatcher._wait(2)
    assert time.monotonic() - begun < 0.5
    dispatcher._wait(0.05)
    assert time.monotonic() - begun > 0.05, "one notification wakes once"


def until(happens: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def listeners() -> list[int]:
    """Sessions that listen for work on this test's database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_process_goes_on_after_its_database_connection_was_killed(broker: redis.Redis) -> None:
    process = subprocess.Popen(
        [sys.executable, "manage.py", "dispatch"],
        cwd=settings.CHECKOUT,
        env=os.environ | {"DATABASE_URL": url_of_test_database(), "REDIS_URL": settings.REDIS_URL},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: parts_alive()["dispatcher"])
        for pid in listeners():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
        entry = entry_of(upload())
        until(lambda: messages(broker) == [{"entry_id": entry.pk}])
        process.terminate()
        assert process.wait(dispatching.SWEEP_S / 2) == 0
    finally:
        process.kill()
        process.wait()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_lost_database_connection_is_noticed(dispatcher: Dispatcher) -> None:
    dispatcher._listen()
    connection.close()
    with pytest.raises(Exception, match="closed"):
        dispatcher._wait(1)
