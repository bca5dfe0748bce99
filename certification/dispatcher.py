"""Turns leased queue entries into Celery tasks; the only code that publishes (trust.md R2).

It listens for new entries and sweeps besides, so that a lost notification costs seconds. An entry
whose lease ends unfinished is published again. When Redis has lost its data, which a marker key
shows, all leases are given back at once.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import time
from types import FrameType

import redis
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from kombu.exceptions import OperationalError as BrokerAway

from certification import queue, tasks
from certification.heartbeats import beat
from certification.lanes import Lane

logger = logging.getLogger(__name__)

SWEEP_S = 5.0
BACKLOG_SWEEP_S = 0.25
LEASE_S = 30.0
#: Published and unfinished entries at a time: enough for the workers, few enough that leases hold.
#: Each lane has its own, so that mails for a server that hangs take no room of runs.
WINDOW = 64
SENDING_WINDOW = 16
#: Which part's sign of life goes through which lane.
BEATING = {Lane.JUDGING: "worker", Lane.SENDING: "sender"}
MARKER = "hallmark:dispatcher"


class Dispatcher:
    def __init__(self) -> None:
        self.stopping = False
        self._woken, self._wake = os.pipe()
        self.redis = redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2
        )

    def stop(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002 - signal's form
        self.stopping = True
        os.write(self._wake, b"!")

    def run(self) -> None:
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        while not self.stopping:
            try:
                self._listen()
                self._serve()
            except (OperationalError, InterfaceError) as error:
                logger.warning("database away, trying again in 1 s: %s", error)
                connection.close()
                time.sleep(1)

    def _listen(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {queue.CHANNEL}")
        logger.info("dispatcher listens")

    def _serve(self) -> None:
        last_beat = 0.0
        while not self.stopping:
            if time.monotonic() - last_beat >= SWEEP_S:
                last_beat = time.monotonic()
                self._beat()
            full = self.publish_due()
            self._wait(BACKLOG_SWEEP_S if full else SWEEP_S)

    def _beat(self) -> None:
        beat("dispatcher")
        try:
            if not self.redis.exists(MARKER):
                self.redis.set(MARKER, "1")
                lost = queue.give_back()
                if lost:
                    logger.warning("broker came back empty: %d entries are published again", lost)
            for lane, part in BEATING.items():
                tasks.worker_beat.apply_async(
                    kwargs={"part": part}, queue=lane.value, expires=SWEEP_S * 2, retry=False
                )
        except (redis.RedisError, BrokerAway, OSError) as error:
            logger.warning("broker away: %s", error)

    def publish_due(self) -> bool:
        """Publish what is due; true if more may be waiting than a window holds."""
        windows = {Lane.JUDGING: WINDOW, Lane.SENDING: SENDING_WINDOW}
        full = [self._publish(lane, window) for lane, window in windows.items()]
        return any(full)

    def _publish(self, lane: Lane, window: int) -> bool:
        room = window - queue.leases_out(lane)
        if room <= 0:
            return True
        ids = queue.lease_due(limit=room, seconds=LEASE_S, lane=lane)
        for position, entry_id in enumerate(ids):
            try:
                tasks.work.apply_async(kwargs={"entry_id": entry_id}, queue=lane.value, retry=False)
            except (BrokerAway, redis.RedisError, OSError) as error:
                logger.warning("broker away, %d entries wait: %s", len(ids) - position, error)
                queue.give_back(ids[position:])
                time.sleep(1)
                return False
        return len(ids) == room

    def _wait(self, seconds: float) -> None:
        """Until a notification comes, or the time is over."""
        raw = connection.connection
        if raw is None or raw.closed:
            raise InterfaceError("the connection is closed")
        # A notification may have come in with the answer to a query: then the socket is quiet.
        if not raw.notifies and raw in select.select([raw, self._woken], [], [], seconds)[0]:
            raw.poll()
        raw.notifies.clear()
