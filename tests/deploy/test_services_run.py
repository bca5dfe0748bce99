"""Each service's own command and health check, run as docker-compose.yml says, on this machine.

They run on a copy of what the image holds. Only what a container would be is replaced: addresses
of the servers, folders, the port.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg2
import pytest

from marketplace.config.local.redis import free_port, redis_program
from tests.deploy.composition import (
    CHECKOUT,
    composition,
    filled_in_variables,
    image_contents,
)

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.xdist_group("deploy")]
PARTS = ("web", "worker", "sender", "dispatcher", "scheduler")
READY_S = 60


class Stack:
    def __init__(self, folder: Path, server_url: str) -> None:
        self.folder = folder
        self.services: dict[str, Any] = composition(filled_in_variables())["services"]
        self.port, self.redis_port = free_port(), free_port()
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.database = f"deploy_{secrets.token_hex(4)}"
        said = self.services["web"]["environment"]
        self.host = urlsplit(said["PUBLIC_URL"]).netloc
        redis_url = said["REDIS_URL"].replace("redis:6379", f"127.0.0.1:{self.redis_port}")
        self.application = self._image()
        bin_folder = self._programs()
        self.environment = {
            **said,
            "PATH": f"{bin_folder}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "DATABASE_URL": urlunsplit(urlsplit(server_url)._replace(path=f"/{self.database}")),
            "REDIS_URL": redis_url,
            "EVIDENCE_DIR": str(folder / "evidence"),
            "STATIC_ROOT": str(folder / "static"),
            "PORT": str(self.port),
        }
        self._create_database(server_url)

    def _image(self) -> Path:
        folder = self.folder / "app"
        for name in image_contents():
            source, place = CHECKOUT / name, folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, place)
        return folder

    def _programs(self) -> Path:
        """A `redis-server` that keeps to this machine, whatever else it is told."""
        folder = self.folder / "bin"
        folder.mkdir()
        program = folder / "redis-server"
        program.write_text(
            f'#!/bin/sh\nexec {redis_program()} "$@" --port {self.redis_port} '
            f"--bind 127.0.0.1 --dir {self.folder}\n"
        )
        program.chmod(0o755)
        return folder

    def _create_database(self, server_url: str) -> None:
        connection = psycopg2.connect(server_url)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {self.database}")
        connection.close()

    def start(self, name: str) -> None:
        # What this machine replaces wins.
        environment = self.services[name].get("environment", {}) | self.environment
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                self.services[name]["command"],
                cwd=self.application,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def run(self, command: list[str], **changes: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.application,
            env=self.environment | changes,
            capture_output=True,
            text=True,
            check=False,
        )

    def check(self, name: str) -> subprocess.CompletedProcess[str]:
        """The service's health check, once."""
        test = self.services[name]["healthcheck"]["test"]
        assert test[0] == "CMD"
        return self.run(test[1:])

    def get(self, path: str) -> httpx.Response:
        """As the proxy asks: for the public host, over TLS."""
        headers = {"Host": self.host, "X-Forwarded-Proto": "https"}
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", headers=headers, timeout=5)

    def wait_until_ready(self) -> None:
        deadline, said = time.monotonic() + READY_S, "nothing"
        while time.monotonic() < deadline:
            try:
                answer = self.get("/readyz")
                said = answer.text
                if answer.status_code == httpx.codes.OK:
                    return
            except httpx.TransportError as error:
                said = str(error)
            time.sleep(0.2)
        logs = "\n".join(file.read_text() for file in self.folder.glob("*.log"))
        raise AssertionError(f"not ready after {READY_S} s: {said}\n{logs}")

    def stop(self) -> None:
        for process in self.running.values():
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    made = Stack(tmp_path_factory.mktemp("deploy"), os.environ["DATABASE_URL"])
    try:
        collected = made.run(["python", "manage.py", "collectstatic", "--noinput"])
        assert collected.returncode == 0, collected.stderr
        made.start("redis")
        migrated = made.run(made.services["migrate"]["command"])
        assert migrated.returncode == 0, migrated.stderr
        for part in PARTS:
            assert made.services[part]["command"][0] == "python"
        silent = made.check("worker")
        assert silent.returncode == 1, "a part that never spoke passes for alive"
        assert "silent" in silent.stderr
        for part in PARTS:
            made.start(part)
        made.wait_until_ready()
        yield made
    finally:
        made.stop()


def test_the_service_gets_ready_and_every_health_check_passes(stack: Stack) -> None:
    answer = stack.get("/readyz")
    assert answer.status_code == 200
    assert set(answer.json()["parts"].values()) == {"ok"}
    for part in PARTS:
        checked = stack.check(part)
        assert checked.returncode == 0, checked.stderr


def test_a_health_check_says_what_is_away(stack: Stack) -> None:
    nowhere = "postgresql:///hallmark?host=/nonexistent"
    checked = stack.run(["python", "manage.py", "alive", "worker"], DATABASE_URL=nowhere)
    assert checked.returncode == 1
    assert "The database does not answer" in checked.stderr
    assert "Traceback" not in checked.stderr
    checked = stack.run(["python", "deploy/answers.py"], PORT=str(free_port()))
    assert checked.returncode == 1
    assert "/healthz does not answer" in checked.stderr
    checked = stack.run(["python", "deploy/answers.py"], PUBLIC_URL="https://other.example")
    assert checked.returncode == 1
    assert "is other.example among ALLOWED_HOSTS?" in checked.stderr


def test_pages_and_collected_files_are_served(stack: Stack) -> None:
    home = stack.get("/")
    assert home.status_code == 200
    assert home.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    style = stack.get("/static/site/hallmark.css")
    assert style.status_code == 200
    assert style.headers["Content-Type"].startswith("text/css")


def test_an_upload_is_judged(stack: Stack) -> None:
    evidence = (CHECKOUT / "tests/data/runs/identity-serial.v2.gz").read_bytes()
    headers = {"Host": stack.host, "X-Forwarded-Proto": "https"}
    base = f"http://127.0.0.1:{stack.port}/api/v1/runs/"
    receipt = httpx.post(base, content=evidence, headers=headers, timeout=10)
    assert receipt.status_code == 201, receipt.text
    assert receipt.json()["url"].startswith(f"https://{stack.host}/runs/")
    deadline = time.monotonic() + READY_S
    while not (run := stack.get(f"/api/v1/runs/{receipt.json()['id']}/").json())["settled"]:
        assert time.monotonic() < deadline, run
        time.sleep(0.1)
    assert run["state"] == "verified"


def test_another_host_is_refused(stack: Stack) -> None:
    answer = httpx.get(f"http://127.0.0.1:{stack.port}/", timeout=5)
    assert answer.status_code == 400
