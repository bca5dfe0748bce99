"""What waits for servers of others never delays a verdict."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection
from pytest_django import Settings

from certification import queue
from certification.dispatcher import BEATING, SENDING_WINDOW, Dispatcher
from certification.lanes import SENT_OUT, Lane
from certification.models import QueueEntry
from marketplace.config.celery import app
from marketplace.config.local.parts import CELERY, SENDER
from marketplace.notices.models import Mail
from tests.factories import in_force, person, subunit, upload
from tests.notices.telling import a_telling, tell_now
from tests.notices.test_senders_that_die import environment

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db
def test_each_lane_leases_its_own_and_every_kind_has_one() -> None:
    for number, kind in enumerate(QueueEntry.Kind.values):
        queue.enqueue(QueueEntry.Kind(kind), f"{number}")
    sent = set(queue.lease_due(limit=50, seconds=30, lane=Lane.SENDING))
    judged = set(queue.lease_due(limit=50, seconds=30))
    kinds = dict(QueueEntry.objects.values_list("pk", "kind"))
    assert {kinds[pk] for pk in sent} == set(SENT_OUT)
    assert sent | judged == set(kinds) and not sent & judged
    assert (queue.leases_out(Lane.SENDING), queue.leases_out()) == (len(sent), len(judged))


def test_the_parts_serve_the_lanes_that_the_dispatcher_publishes_to() -> None:
    assert CELERY[CELERY.index("--queues") + 1] == app.conf.task_default_queue == Lane.JUDGING
    assert SENDER[SENDER.index("--queues") + 1] == Lane.SENDING
    assert set(BEATING) == set(Lane)


@contextmanager
def silent_server() -> Iterator[int]:
    """Takes every connection and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        yield int(listening.getsockname()[1])


@contextmanager
def workers(port: int, folder: Path, evidence: str) -> Iterator[None]:
    places = {"REDIS_URL": app.conf.broker_url, "EVIDENCE_DIR": evidence}
    with (folder / "workers.log").open("wb") as log:
        started = [
            subprocess.Popen(
                [sys.executable, "-m", "celery", *command],
                cwd=CHECKOUT,
                env=environment(port) | places,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            for command in (CELERY, SENDER)
        ]
        try:
            yield
        finally:
            for process in started:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_with_a_mail_server_that_hangs_a_verdict_still_appears(
    tmp_path: Path, settings: Settings, evidence_folder: Path
) -> None:
    """More mails than senders wait when the run comes; each hangs until the server's time-out."""
    url = urlsplit(django_settings.REDIS_URL)._replace(path="/9").geturl()
    settings.REDIS_URL = url
    before, app.conf.broker_url = app.conf.broker_url, url
    redis.Redis.from_url(url).flushdb()
    guideline = in_force("2031.06", "a", "b")
    ann = person("Ann")
    for number in range(2 * SENDING_WINDOW):
        tell_now(a_telling(ann, occasion=f"event:{number}"))
    dispatcher = Dispatcher()
    try:
        with silent_server() as port, workers(port, tmp_path, str(evidence_folder)):
            dispatcher.publish_due()
            _wait(lambda: _tried_mails() >= 4)
            run = upload(subunit(a="success", b="success"), by=ann)
            dispatcher.publish_due()
            _wait(lambda: run.evaluations.filter(guideline=guideline).exists())
            assert set(Mail.objects.values_list("state", flat=True)) == {"waiting"}
            assert Mail.objects.filter(tries__gt=0).count() <= 4, "the senders hang"
    finally:
        dispatcher.redis.close()
        app.conf.broker_url = before
        connection.close()


def _tried_mails() -> int:
    return QueueEntry.objects.filter(kind="send_mail", starts__gt=0).count()


def _wait(true: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.05)
