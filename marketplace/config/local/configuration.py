"""What the environment says about `make run`."""

import errno
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from marketplace.config.local.errors import StartError

DEFAULT_PORT = 8000
ANY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 - recognised here, chosen only by the user


@dataclass(frozen=True)
class Configuration:
    """Where to listen, and the servers to use instead of private ones ("" = private)."""

    host: str
    port: int
    database_url: str
    redis_url: str

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Configuration":
        """Raises StartError: port-invalid, mode-refused."""
        mode = environ.get("HALLMARK_MODE") or "demo"
        if mode != "demo":
            raise StartError(
                "mode-refused",
                f"`make run` is the demo, and HALLMARK_MODE is {mode}. Unset it; for production "
                "see docker-compose.yml.",
            )
        return cls(
            host=environ.get("HOST") or "127.0.0.1",
            port=_port(environ.get("PORT") or str(DEFAULT_PORT)),
            database_url=environ.get("DATABASE_URL", ""),
            redis_url=environ.get("REDIS_URL", ""),
        )

    @property
    def bind(self) -> str:
        return f"{_bracketed(self.host)}:{self.port}"

    @property
    def near_host(self) -> str:
        """The host as reached from this machine."""
        if self.host in ANY_ADDRESS:
            return "127.0.0.1" if self.host == ANY_ADDRESS[0] else "::1"
        return self.host

    @property
    def address(self) -> str:
        return f"http://{_bracketed(self.near_host)}:{self.port}"

    @property
    def allowed_hosts(self) -> str:
        """Host headers to answer to; with a wildcard address nobody knows our names."""
        if self.host in ANY_ADDRESS:
            return "*"
        return ",".join(("localhost", "127.0.0.1", "[::1]", _bracketed(self.host)))

    def check_port(self) -> None:
        """Raises StartError: port-taken, address-invalid."""
        try:
            family, kind, protocol, _, where = socket.getaddrinfo(
                self.host, self.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
            with socket.socket(family, kind, protocol) as probe:
                # As the web server does: a port in TIME_WAIT is free.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(where)
        except OSError as error:
            raise self._port_error(error) from error

    def _port_error(self, error: OSError) -> StartError:
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            why = "is in use" if error.errno == errno.EADDRINUSE else "is not open to this user"
            other = self.port + 1 if 1024 <= self.port < 65535 else DEFAULT_PORT + 1
            return StartError(
                "port-taken",
                f"Port {self.port} on {self.host} {why}. Choose another: PORT={other} make run",
            )
        return StartError(
            "address-invalid",
            f"Cannot listen on HOST={self.host} ({error.strerror}). Unset HOST to use 127.0.0.1.",
        )


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise StartError("port-invalid", f"PORT={text} is not a port: use 1 to 65535.")
    return int(text)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
