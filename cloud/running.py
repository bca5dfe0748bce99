"""The cloud while it runs: its processes, the order of their start, and their end."""

from __future__ import annotations

import http.client
import os
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from cloud import database
from cloud.configuration import write_all
from cloud.configuration.swift import BACK_ENDS, DEVICE
from cloud.packages import INSIDE, install, one_at_a_time
from cloud.plan import HOST, REGION, Plan
from cloud.reach import write_clouds
from marketplace.config.local.child import Child, Part, describe
from marketplace.config.local.errors import StartError
from marketplace.config.local.server import Server

READY_SECONDS = 240
STEP_SECONDS = 600
TURN_SECONDS = 0.2
#: Service type to the service and the path at which the catalogue names it.
CATALOGUE = {
    "image": ("glance", ""),
    "placement": ("placement", ""),
    "object-store": ("swift", "/v1/AUTH_$(project_id)s"),
    "network": ("neutron", ""),
    "block-storage": ("cinder", "/v3"),
    "compute": ("nova", "/v2.1"),
}
#: What an up-and-running service says to a stranger who asks for its first page.
ALIVE = frozenset({200, 300, 401, 404})


class Cloud:
    """Start it, watch it, stop it: from one thread, whose end ends every process of the cloud."""

    def __init__(self, plan: Plan, say: Callable[[str], None]) -> None:
        self._plan = plan
        self._say = say
        self._children: list[Child] = []
        self._server: Server | None = None
        self._temporary: Path | None = None
        self._environment = _environment(plan)

    def start(self) -> None:
        """Returns when everything answers and the shelves are full. Raises StartError."""
        with one_at_a_time():
            install(self._plan.environment, self._say)
            self._start_database()
        self._start_services()

    def watch(self) -> None:
        """Returns only by an exception: StartError (service-ended) when a process is gone."""
        while True:
            self._turn()

    def stop(self) -> None:
        """End every process, the database last. May be called at any time, and twice."""
        for child in self._children:
            child.ask_to_stop()
        for child in self._children:
            child.stop()
        self._children.clear()
        if self._server is not None:
            self._server.stop()
            self._server = None
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)
            self._temporary = None

    def _start_database(self) -> None:
        plan = self._plan
        folder, temporary = database.choose_folder(plan)
        self._temporary = folder if temporary else None
        if not database.copy_kept(plan.environment, folder):
            self._make_tables(folder)
            database.keep(plan.environment, folder)
        self._say("starting the database")
        self._server = database.launch(folder)
        write_all(plan, database.names_to_urls(self._server))

    def _make_tables(self, folder: Path) -> None:
        self._say("making the tables (once; about half a minute)")
        self._server = database.launch(folder)
        urls = database.names_to_urls(self._server)
        write_all(self._plan, urls)
        database.create(self._server, folder)
        self._complete(database.table_steps(self._plan, urls))
        database.fill_cells(self._server, folder)
        self._server.stop()
        self._server = None
        shutil.rmtree(self._plan.folder / "etc")

    def _start_services(self) -> None:
        plan = self._plan
        write_clouds(plan)
        self._say("starting the services")
        # Identity comes first, and nova last: it signs in as soon as it starts.
        self._complete({"bootstrap": _bootstrap(plan), "rings": self._rings()})
        self._serve("keystone")
        for name in BACK_ENDS:
            self._serve_swift(name, f"{name}-server.conf")
        self._serve_swift("proxy", "proxy-server.conf")
        for service in ("glance", "placement", "neutron", "cinder"):
            self._serve(service)
        self._until_ready("keystone", "/v3")
        self._complete({"catalogue": self._catalogue()})
        self._serve("nova")
        for service in ("glance", "placement", "neutron", "cinder", "nova"):
            self._until_ready(service, "/")
        self._until_ready("swift", "/info")
        self._say("filling the shelves")
        self._complete({"shelves": self._inside("small_shelves.py")})

    def _rings(self) -> list[str]:
        ports = [f"{name}={self._plan.ports[name]}" for name in BACK_ENDS]
        folder = str(self._plan.settings("swift"))
        return self._inside("small_rings.py", folder, HOST, DEVICE, *ports)

    def _catalogue(self) -> list[str]:
        entries = (
            f"{kind}={service}={self._plan.url(service, path)}"
            for kind, (service, path) in CATALOGUE.items()
        )
        return self._inside("small_catalog.py", *entries)

    def _inside(self, script: str, *words: str) -> list[str]:
        """A command of ours that runs with the installed services."""
        return [self._plan.program("python"), str(INSIDE / script), *words]

    def _serve(self, service: str) -> None:
        plan = self._plan
        port = str(plan.ports[service])
        log = str(plan.log(f"{service}.access.jsonl"))
        words = (service, port, str(plan.settings(service)), log)
        self._children.append(self._launch(service, self._inside("small_serve.py", *words)))

    def _serve_swift(self, name: str, file: str) -> None:
        command = [
            self._plan.program(f"swift-{name}-server"),
            str(self._plan.settings("swift") / file),
            "--verbose",
        ]
        self._children.append(self._launch(f"swift-{name}", command))

    def _launch(self, name: str, command: list[str]) -> Child:
        return Child(
            Part(name, tuple(command)),
            environment=self._environment,
            folder=self._plan.folder,
            output=self._plan.log(f"{name}.log"),
        )

    def _complete(self, steps: Mapping[str, list[str]]) -> None:
        """Run commands side by side to their end. Raises StartError (step-failed, step-slow)."""
        deadline = time.monotonic() + STEP_SECONDS
        running = [self._launch(name, command) for name, command in steps.items()]
        self._children.extend(running)
        while running:
            self._turn(besides=running)
            for child in [one for one in running if one.ended()]:
                running.remove(child)
                self._children.remove(child)
                if (status := child.finish(0)) != 0:
                    raise StartError("step-failed", _account(child, describe(status)))
            if time.monotonic() > deadline:
                raise StartError("step-slow", _account(running[0], f"{STEP_SECONDS} s are over"))

    def _until_ready(self, service: str, path: str) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not _answers(self._plan.ports[service], path):
            self._turn()
            if time.monotonic() > deadline:
                raise StartError("service-slow", f"{service} did not answer in {READY_SECONDS} s.")

    def _turn(self, besides: list[Child] | None = None) -> None:
        time.sleep(TURN_SECONDS)
        for child in self._children:
            if child not in (besides or ()) and child.ended():
                raise StartError("service-ended", _account(child, describe(child.finish(0))))
        if self._server is not None and self._server.child.ended():
            raise StartError("service-ended", "The database ended; see its log.")


def _environment(plan: Plan) -> dict[str, str]:
    """Nothing of the caller's OS_ variables may reach the services."""
    return {
        "PATH": os.pathsep.join([plan.program(""), "/usr/bin", "/bin"]),
        "HOME": str(plan.folder),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(INSIDE),
        "PYTHONDONTWRITEBYTECODE": "1",
        "no_proxy": HOST,
        "OS_CLIENT_CONFIG_FILE": str(plan.folder / "clouds.yaml"),
        "OS_BOOTSTRAP_PASSWORD": plan.password,
        "DEMO_PASSWORD": plan.password,
        "SERVICE_PASSWORD": plan.service_password,
    }


def _bootstrap(plan: Plan) -> list[str]:
    """Makes the first user, and identity's own entry in the catalogue."""
    settings = str(plan.settings("keystone") / "keystone.conf")
    command = [plan.program("keystone-manage"), "--config-file", settings, "bootstrap"]
    for kind in ("public", "internal"):
        command += [f"--bootstrap-{kind}-url", plan.identity_url]
    return [*command, "--bootstrap-region-id", REGION]


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status in ALIVE
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _account(child: Child, why: str) -> str:
    said = "\n".join(child.last_lines())
    return f"{child.part.name} ended ({why}). It said:\n{said}"
