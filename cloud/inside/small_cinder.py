"""What stands behind Cinder's API: scheduler and volumes, over the message bus in memory."""

from __future__ import annotations

import threading

from cinder import service
from cinder.common import constants
from oslo_config import cfg

_turn = threading.Lock()
#: Kept for as long as the process lives.
_parts: list[service.Service] = []


class _Part(service.Service):
    """Cinder keeps the row of its heartbeat on the class, and here two parts share the class."""

    def start(self) -> None:
        super().start()
        self._row = service.Service.service_id

    def report_state(self) -> None:
        with _turn:
            service.Service.service_id = self._row
            super().report_state()


def start() -> None:
    """Volumes before the scheduler, which waits for the first report of a backend."""
    backend = cfg.CONF.enabled_backends[0]
    volumes = _Part.create(
        host=f"{cfg.CONF.host}@{backend}",
        service_name=backend,
        binary=constants.VOLUME_BINARY,
        coordination=True,
    )
    volumes.start()
    scheduler = _Part.create(binary=constants.SCHEDULER_BINARY)
    scheduler.start()
    _parts.extend((volumes, scheduler))
