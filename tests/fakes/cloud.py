"""The whole fake cloud: an OpenStack in memory, behind ports of 127.0.0.1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.fakes.aodh import Aodh
from tests.fakes.barbican import Barbican
from tests.fakes.cinder import Cinder
from tests.fakes.designate import Designate
from tests.fakes.glance import Glance
from tests.fakes.gnocchi import Gnocchi
from tests.fakes.heat import Heat
from tests.fakes.keystone import Keystone
from tests.fakes.manila import Manila
from tests.fakes.neutron import Neutron
from tests.fakes.nova import Nova
from tests.fakes.octavia import Octavia
from tests.fakes.service import Service
from tests.fakes.swift import Swift
from tests.fakes.wire import Answer, Request, Wire

KINDS: tuple[type[Service], ...] = (
    Glance, Nova, Cinder, Neutron, Swift, Octavia, Designate, Barbican, Manila, Heat, Gnocchi, Aodh,
)  # fmt: skip
ADMIN, DEMO, PASSWORD = "admin", "demo", "only-a-test"


@dataclass(frozen=True, slots=True)
class Noted:
    """One call that a service answered."""

    service: str
    method: str
    target: str
    status: int
    agent: str
    request_id: str


class FakeCloud:
    """Use it as a context. `settle_s` is how long a server builds and a volume is created.

    `services` are the service types beside identity; all by default. Users `admin` and `demo` have
    a project of their own name, and the password is `PASSWORD`.
    """

    def __init__(
        self,
        *,
        services: Iterable[str] | None = None,
        regions: tuple[str, ...] = ("RegionOne",),
        settle_s: float = 0.02,
    ) -> None:
        self.settle_s = settle_s
        self.regions = regions
        self.calls: list[Noted] = []
        wanted = set(services) if services is not None else {one.type for one in KINDS}
        self.identity = Keystone(self, regions[0])
        self._services = {
            (one.type, region): one(self, region)
            for region in regions
            for one in KINDS
            if one.type in wanted
        }
        self._wire: Wire | None = None

    def __enter__(self) -> Self:
        self._wire = Wire()
        for service in (self.identity, *self._services.values()):
            service.origin = f"http://127.0.0.1:{self._wire.listen(service.handle)}"
        self.identity.populate(ADMIN, DEMO, PASSWORD)
        for region in self.regions:
            if ("network", region) in self._services:
                self.service("network", region).populate()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._wire is not None
        self._wire.close()

    @property
    def auth_url(self) -> str:
        return self.identity.origin + "/v3"

    def service(self, service_type: str, region: str = "") -> Any:
        return self._services[service_type, region or self.regions[0]]

    def has(self, service_type: str) -> bool:
        return (service_type, self.regions[0]) in self._services

    def services(self) -> tuple[Service, ...]:
        return self.identity, *self._services.values()

    def note(self, service: Service, request: Request, answer: Answer) -> None:
        agent = request.headers.get("user-agent", "")
        request_id = answer.headers.get("x-openstack-request-id", "")
        noted = Noted(
            service.type, request.method, request.target, answer.status, agent, request_id
        )
        self.calls.append(noted)

    def write_clouds_yaml(self, folder: Path) -> Path:
        """Clouds `fake-admin` and `fake-demo`."""
        path = folder / "clouds.yaml"
        path.write_text("clouds:\n" + "".join(self._entry(name) for name in (ADMIN, DEMO)))
        return path

    def _entry(self, user: str) -> str:
        auth = {
            "auth_url": self.auth_url,
            "username": user,
            "password": PASSWORD,
            "project_name": user,
            "user_domain_name": "Default",
            "project_domain_name": "Default",
        }
        lines = "".join(f"      {name}: {value}\n" for name, value in auth.items())
        return f"  fake-{user}:\n    region_name: {self.regions[0]}\n    auth:\n{lines}"
