"""`make run` from the first check to the last process stopped."""

import http.client
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from marketplace.config.local import beside
from marketplace.config.local.configuration import Configuration
from marketplace.config.local.errors import StartError
from marketplace.config.local.folder import DataFolder, choose_folder
from marketplace.config.local.log import Log
from marketplace.config.local.parts import LOGIN, Plan, environment, hallmark_plan
from marketplace.config.local.postgres import launch_postgres
from marketplace.config.local.reach import postgres_user
from marketplace.config.local.redis import launch_redis
from marketplace.config.local.supervisor import PartEndedError, StopAsked, Supervisor

CHECKOUT = Path(__file__).resolve().parents[3]
REMIND_SECONDS = 15
ASK_SECONDS = 0.25


def run(
    environ: Mapping[str, str] = os.environ,
    plan: Callable[[Configuration], Plan] = hallmark_plan,
    checkout: Path = CHECKOUT,
) -> int:
    """Exit status: 0 when somebody asked us to stop, 1 when something went wrong."""
    log = Log(sys.stdout)
    try:
        configuration = Configuration.read(environ)
        user = "-" if configuration.database_url else postgres_user()
        folder = DataFolder(choose_folder(checkout, environ, user))
        folder.hold(configuration.address)
        configuration.check_port()
        log.line(f"Data folder: {folder.path}")
        supervisor = Supervisor(log, environment=environ, folder=checkout)
        with supervisor.signals():
            return _supervise(supervisor, configuration, folder, plan(configuration))
    except StartError as error:
        for line in str(error).splitlines():
            log.line(line)
        return 1


def _supervise(
    supervisor: Supervisor, configuration: Configuration, folder: DataFolder, plan: Plan
) -> int:
    """Like `run`. Whatever happens, in the end nothing of ours is running."""
    log, began = supervisor.log, time.monotonic()
    try:
        _start_servers(supervisor, configuration, folder)
        logins = _start_parts(supervisor, plan, Readiness(configuration, log))
        seconds = time.monotonic() - began
        log.line("")
        log.line(f"Hallmark is ready after {seconds:.1f} s: {configuration.address}/")
        for line in logins:
            log.line(line)
        log.line("Stop it with Ctrl-C.")
        log.line("")
        for part in plan.behind:
            supervisor.start(part)
        supervisor.forever()
    except StopAsked as asked:
        log.line(f"Stopping ({asked}); once more to insist")
        return 0
    except PartEndedError as ended:
        log.line("")
        log.line(f"part-ended: {ended}, so everything stops. Its last lines:")
        for line in ended.child.last_lines():
            log.line(line, ended.child.part.name)
        return 1
    finally:
        supervisor.stop()
        beside.take_back(folder.path)
        folder.release()
        log.line("All parts have stopped.")


def _start_servers(
    supervisor: Supervisor, configuration: Configuration, folder: DataFolder
) -> None:
    database_url, redis_url = configuration.database_url, configuration.redis_url
    if not database_url:
        first = not (folder.path / "postgres").exists()
        with supervisor.log.step(f"{'Creating' if first else 'Starting'} a private PostgreSQL"):
            server = launch_postgres(folder.path, durable=True)
            supervisor.adopt(server)
            database_url = server.url
    if not redis_url:
        with supervisor.log.step("Starting a private Redis"):
            server = launch_redis(folder.path)
            supervisor.adopt(server)
            redis_url = server.url
    supervisor.environment = environment(
        configuration,
        folder,
        supervisor.environment,
        database_url=database_url,
        redis_url=redis_url,
    )
    beside.leave(folder.path, supervisor.environment)


def _start_parts(supervisor: Supervisor, plan: Plan, ready: Callable[[], bool]) -> list[str]:
    """The logins that the steps told."""
    logins: list[str] = []
    for step in plan.steps:
        with supervisor.log.step(f"Running {step.name}"):
            printed = supervisor.complete(step)
        logins += [line for line in printed if line.startswith(LOGIN)]
    with supervisor.log.step(f"Starting {', '.join(part.name for part in plan.running)}"):
        for part in plan.running:
            supervisor.start(part)
        supervisor.until(ready)
    return logins


class Readiness:
    """Whether /readyz answers 200; says now and then what it answers instead."""

    def __init__(self, configuration: Configuration, log: Log) -> None:
        self.configuration = configuration
        self.log = log
        self.ask_at = 0.0
        self.remind_at = time.monotonic() + REMIND_SECONDS

    def __call__(self) -> bool:
        if time.monotonic() < self.ask_at:
            return False
        status, answer = self._ask()
        self.ask_at = time.monotonic() + ASK_SECONDS
        if status != http.client.OK and time.monotonic() > self.remind_at:
            self.remind_at = time.monotonic() + REMIND_SECONDS
            self.log.line(f"Still waiting; {self.configuration.address}/readyz: {answer}")
        return status == http.client.OK

    def _ask(self) -> tuple[int, str]:
        """Status (0 = no answer) and the beginning of the answer."""
        near = self.configuration
        connection = http.client.HTTPConnection(near.near_host, near.port, timeout=3)
        try:
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            return answer.status, f"{answer.status} {answer.read(500).decode('utf-8', 'replace')}"
        except (OSError, http.client.HTTPException) as error:
            return 0, str(error) or type(error).__name__
        finally:
            connection.close()
