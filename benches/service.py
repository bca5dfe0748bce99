"""The whole service on private servers, and the CPU time that it spends."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from marketplace.config.local.reach import temporary_folder
from marketplace.config.local.server import Server
from marketplace.config.local.servers import start_postgres
from tests.journeys.service import Service

TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@contextmanager
def running_service() -> Iterator[tuple[Service, Server]]:
    """The service and its PostgreSQL, which keeps every commit as `make run` does."""
    folder = temporary_folder()
    database = start_postgres(folder, durable=True)
    try:
        (folder / "service").mkdir()
        service = Service(folder / "service", database.url)
        service.prepare()
        try:
            service.start()
            service.wait_until_ready()
            yield service, database
        finally:
            service.stop()
    finally:
        database.stop()
        shutil.rmtree(folder, ignore_errors=True)


def cpu_seconds(*roots: int) -> float:
    """User and system time of the processes and all their living and reaped descendants."""
    parents: dict[int, list[int]] = {}
    spent: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(entry.name))
        spent[int(entry.name)] = sum(map(int, fields[11:15])) / TICKS_PER_S
    total, waiting = 0.0, list(roots)
    while waiting:
        pid = waiting.pop()
        total += spent.get(pid, 0.0)
        waiting += parents.get(pid, [])
    return total
