"""The whole service as real processes, each of which a test may kill and start again."""

from __future__ import annotations

import io
import os
import secrets
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg2
import psycopg2.extensions

from marketplace.config.local.parts import CELERY, SENDER
from marketplace.config.local.redis import CONFIGURATION, free_port, redis_program

CHECKOUT = Path(__file__).resolve().parents[2]
PYTHON = sys.executable
_TEMPLATE, _UNDER_WAY, _TEMPLATE_LOCK = "journey_migrated", "journey_migrating", 20261121


@dataclass
class Service:
    """Web, worker, dispatcher, scheduler and a Redis of their own over one fresh database."""

    folder: Path
    server_url: str
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._connection: psycopg2.extensions.connection | None = None
        self.port, self.redis_port, self.dns_port = free_port(), free_port(), free_port()
        self.redis_password = secrets.token_hex(16)
        self.base = f"http://127.0.0.1:{self.port}"
        self.database = f"journey_{secrets.token_hex(4)}"
        self.database_url = self._address_of(self.database)
        self.environment = os.environ | {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": f"redis://:{self.redis_password}@127.0.0.1:{self.redis_port}/0",
            "EVIDENCE_DIR": str(self.folder / "evidence"),
            "HALLMARK_MODE": "demo",
            "PUBLIC_URL": self.base,
            # Nothing answers there unless a test starts a name server.
            "DNS_SERVERS": f"127.0.0.1:{self.dns_port}",
            "PYTHONUNBUFFERED": "1",
        }
        self.commands = {
            "web": (
                *(PYTHON, "-m", "gunicorn", "marketplace.config.wsgi:application"),
                *("--bind", f"127.0.0.1:{self.port}", "--workers", "1", "--threads", "4"),
                *("--worker-class", "gthread", "--no-control-socket"),
            ),
            "worker": (PYTHON, "-m", "celery", *CELERY),
            "sender": (PYTHON, "-m", "celery", *SENDER),
            "dispatcher": (PYTHON, "manage.py", "dispatch"),
            "scheduler": (PYTHON, "manage.py", "schedule"),
            "redis": (redis_program(), str(self._redis_configuration())),
        }

    def _redis_configuration(self) -> Path:
        file = self.folder / "redis.conf"
        file.write_text(
            CONFIGURATION.format(port=self.redis_port, password=self.redis_password).replace(
                "dir .", f"dir {self.folder}"
            )
        )
        return file

    def prepare(self) -> None:
        connection = psycopg2.connect(self.server_url)
        connection.autocommit = True
        with connection.cursor() as cursor:
            # The first service of a server migrates for all of them.
            cursor.execute("SELECT pg_advisory_lock(%s)", [_TEMPLATE_LOCK])
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_TEMPLATE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {_UNDER_WAY}")
                self._manage("migrate", self._address_of(_UNDER_WAY))
                cursor.execute(f"ALTER DATABASE {_UNDER_WAY} RENAME TO {_TEMPLATE}")
            cursor.execute(f"CREATE DATABASE {self.database} TEMPLATE {_TEMPLATE}")
        connection.close()
        self._manage("prepare_demo", self.database_url)

    def _manage(self, command: str, database_url: str) -> None:
        subprocess.run(
            [PYTHON, "manage.py", command],
            cwd=CHECKOUT,
            env=self.environment | {"DATABASE_URL": database_url},
            check=True,
            capture_output=True,
        )

    def _address_of(self, database: str) -> str:
        return urlunsplit(urlsplit(self.server_url)._replace(path=f"/{database}"))

    def start(self, *names: str) -> None:
        for name in names or tuple(self.commands):
            with (self.folder / f"{name}.log").open("ab") as log:
                self.processes[name] = subprocess.Popen(
                    self.commands[name],
                    cwd=CHECKOUT,
                    env=self.environment,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )

    def kill(self, *names: str) -> None:
        """SIGKILL to the part and to all its children: no last word."""
        for name in names:
            process = self.processes.pop(name)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def wait_until_ready(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        said = "nothing"
        while time.monotonic() < deadline:
            try:
                answer = httpx.get(f"{self.base}/readyz", timeout=5)
                said = answer.text
                if answer.status_code == httpx.codes.OK:
                    return
            except httpx.TransportError as error:
                said = str(error)
            time.sleep(0.1)
        raise AssertionError(f"not ready after {seconds} s: {said}")

    def query(self, statement: str) -> list[tuple[object, ...]]:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg2.connect(self.database_url)
            self._connection.autocommit = True
        with self._connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())

    def copy(self, statement: str, rows: io.StringIO) -> None:
        """COPY's text form into a table; the constraints hold as for any row."""
        self.query("SELECT 1")
        assert self._connection is not None
        rows.seek(0)
        with self._connection.cursor() as cursor:
            cursor.copy_expert(statement, rows)

    def settled_run(self, run_id: str, seconds: float = 90) -> dict[str, object]:
        deadline = time.monotonic() + seconds
        found: dict[str, object] = {}
        while time.monotonic() < deadline:
            found = httpx.get(f"{self.base}/api/v1/runs/{run_id}/", timeout=10).json()
            if found.get("settled"):
                return found
            time.sleep(0.1)
        raise AssertionError(
            f"run {run_id} is not settled after {seconds} s: {found}; {self.condition()}"
        )

    def condition(self) -> str:
        """Which parts have died, with their last lines."""
        dead = [name for name, process in self.processes.items() if process.poll() is not None]
        last = {name: (self.folder / f"{name}.log").read_text()[-1500:] for name in dead}
        return f"dead parts: {last or 'none'}"

    def stop(self) -> None:
        self.kill(*list(self.processes))
        if self._connection is not None:
            self._connection.close()
