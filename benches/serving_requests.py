"""The measuring part of `benches.serving`: requests to one gunicorn worker, over one connection
that stays open."""

from __future__ import annotations

import http.client
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.core.management import call_command

from benches.catalogue_filling import Filling
from benches.service import cpu_seconds
from certification.models import Certificate
from marketplace.config.local.redis import free_port

SIZES = (2_000, 20_000, 200_000)
#: Times fewer requests a second than the bare view, at most.
TARGETS = {"catalogue JSON with facets": 6.0, "cached page": 2.0, "304": 2.0, "badge": 3.0}
ROUNDS, REQUESTS = 3, 120
LISTED = "/products/catalogue.json"


def main() -> None:
    call_command("migrate", verbosity=0)
    filling = Filling()
    most = int(sys.argv[1]) if len(sys.argv) > 1 else SIZES[-1]
    for size in (size for size in SIZES if size <= most):
        filling.fill_up_to(size)
        with _server() as (port, pid):
            _measure(size, port, pid)


@contextmanager
def _server() -> Iterator[tuple[int, int]]:
    port = free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", "benches.serving_app:application"),
        *("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "2"),
        *("--keep-alive", "60", "--timeout", "300", "--no-control-socket"),
        *("--log-level", "error"),
    ]
    process = subprocess.Popen(command)
    try:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                _Client(port).answer(LISTED)
                break
            except OSError:
                time.sleep(0.2)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


class _Client:
    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)

    def answer(self, address: str, headers: Mapping[str, str] | None = None) -> str:
        """Its ETag."""
        self._connection.request("GET", address, headers=dict(headers or {}))
        answered = self._connection.getresponse()
        answered.read()
        if answered.status not in (200, 304):
            raise RuntimeError(f"{address} answered {answered.status}")
        return answered.headers.get("ETag", "")


def _measure(size: int, port: int, pid: int) -> None:
    """Wall time for requests a second, and the server's CPU, which noise moves less: the best round
    of each."""
    client = _Client(port)
    standing = Certificate.objects.in_force().select_related("release__product__vendor").first()
    if standing is None:
        raise RuntimeError("no certificate is in force")
    product = standing.release.product
    etag = client.answer(LISTED)
    ways: dict[str, tuple[str, dict[str, str]]] = {
        "bare view": ("/bare", {}),
        "catalogue JSON with facets": ("/uncached?category=storage", {}),
        "cached page": (LISTED, {}),
        "304": (LISTED, {"If-None-Match": etag}),
        "badge": (f"/badges/{product.vendor.slug}/{product.slug}.svg", {}),
    }
    wall = dict.fromkeys(ways, float("inf"))
    cpu = dict.fromkeys(ways, float("inf"))
    for _ in range(ROUNDS):
        for name, (address, headers) in ways.items():
            began, used = time.perf_counter(), cpu_seconds(pid)
            for _ in range(REQUESTS):
                client.answer(address, headers)
            wall[name] = min(wall[name], (time.perf_counter() - began) / REQUESTS)
            cpu[name] = min(cpu[name], (cpu_seconds(pid) - used) / REQUESTS)
    _tell(size, wall, cpu)


def _tell(size: int, wall: dict[str, float], cpu: dict[str, float]) -> None:
    bare = wall.pop("bare view")
    sys.stdout.write(f"\n{size:,} products; bare view {1 / bare:,.0f} requests a second\n")
    for name, spent in wall.items():
        times, target = spent / bare, TARGETS[name]
        word = "met" if times <= target else "MISSED"
        sys.stdout.write(
            f"{name:28} {1 / spent:8,.0f} a second, {times:4.1f} times fewer, at most {target:g}: "
            f"{word}; CPU {cpu[name] * 1000:.1f} ms, {cpu[name] / max(cpu['bare view'], 1e-4):.1f} "
            "times\n"
        )
