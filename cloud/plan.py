"""Where everything of one small cloud lies, and at which ports it answers."""

from __future__ import annotations

import secrets
import socket
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from marketplace.config.local.errors import StartError

HOST = "127.0.0.1"
REGION = "RegionOne"
CHECKOUT = Path(__file__).resolve().parents[1]
ENVIRONMENT = CHECKOUT / ".cloud" / "environment"
#: What listens, in the order of the ports that follow the first one.
LISTENERS = (
    *("keystone", "glance", "placement", "swift", "nova", "neutron", "cinder"),
    *("account", "container", "object"),
)


@dataclass(frozen=True)
class Plan:
    """One cloud. `folder` is its own; `environment` holds the installed services and is shared.

    The passwords are new with every start: a cloud that was stopped never comes back.
    """

    folder: Path
    environment: Path
    ports: dict[str, int]
    password: str = field(default_factory=lambda: secrets.token_hex(12), repr=False)
    service_password: str = field(default_factory=lambda: secrets.token_hex(12), repr=False)

    def url(self, listener: str, path: str = "") -> str:
        return f"http://{HOST}:{self.ports[listener]}{path}"

    @property
    def identity_url(self) -> str:
        return self.url("keystone", "/v3")

    def settings(self, service: str) -> Path:
        return self.folder / "etc" / service

    def state(self, service: str) -> Path:
        """Where a service keeps what it must not lose while it runs."""
        return self.folder / "data" / service

    def log(self, name: str) -> Path:
        return self.folder / "log" / name

    def program(self, name: str) -> str:
        """Path of a program of the installed services."""
        return str(self.environment / "bin" / name)


def choose_ports(first: int) -> dict[str, int]:
    """Ten ports from `first` on; 0 = whichever are free. Raises StartError (port-taken)."""
    with ExitStack() as held:
        ports = {}
        for place, name in enumerate(LISTENERS):
            listener = held.enter_context(socket.socket())
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            wanted = first + place if first else 0
            try:
                listener.bind((HOST, wanted))
            except OSError as error:
                raise StartError(
                    "port-taken",
                    f"The port {wanted} of {HOST} is not free ({error.strerror}). The cloud needs "
                    f"{len(LISTENERS)} ports in a row: give another first one, or none.",
                ) from error
            ports[name] = listener.getsockname()[1]
    return ports
