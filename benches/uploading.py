"""What an upload with its verdict costs, and how soon it is there: `python -m benches.uploading`.

RefStack's own cost, without any verdict, is measured beside it by a public-API benchmark; see
docs/benchmarks.md for the command.
"""

from __future__ import annotations

import json
import statistics
import time

import httpx

from benches.scanning import stream_of
from benches.service import cpu_seconds, running_service
from certification.guidelines import shipped_inventories
from marketplace.config.local.server import Server
from tests.journeys.service import Service

UPLOADS = 40
#: By both ways: refstack-client's, judged as it comes in, and a stream for the worker.
REFSTACK, NATIVE = "/v1/results/", "/api/v1/runs/"
SIZES = (350, 1500)


def body_of(results: int, number: int) -> bytes:
    tests = next(iter(shipped_inventories().values()))[:results]
    return json.dumps(
        {
            "cpid": f"bench-{number}",
            "duration_seconds": number,
            "results": [{"name": name, "uuid": uuid} for name, uuid in tests],
        }
    ).encode()


def upload_all(service: Service, bodies: list[bytes], address: str = REFSTACK) -> list[float]:
    """Upload one after the other; milliseconds from each 201 to its verdict."""
    delays = []
    with httpx.Client(base_url=service.base, timeout=30) as client:
        for body in bodies:
            answer = client.post(address, content=body, headers={"Content-Type": "a/b"})
            assert answer.status_code == 201, answer.text
            began = time.perf_counter()
            run_id = answer.json()["test_id" if address == REFSTACK else "id"]
            wait_for(service, run_id)
            delays.append((time.perf_counter() - began) * 1000)
    return delays


def wait_for(service: Service, run_id: str) -> None:
    """Ask the database, every few milliseconds, so that asking costs the web server nothing."""
    while service.query(f"SELECT state FROM certification_run WHERE id = '{run_id}'") != [
        ("verified",)
    ]:
        time.sleep(0.005)


def main() -> None:
    with running_service() as (service, database):
        upload_all(service, [body_of(350, -number - 1) for number in range(-8, 0)])
        upload_all(service, [stream_of(50 + number, 0) for number in range(8)], NATIVE)
        print(f"{'results':>16} {'CPU ms':>8} {'database':>9} {'verdict p50 ms':>15} {'p95':>6}")
        for offset, size in enumerate(SIZES):
            bodies = [body_of(size, 1000 * (offset + 1) + number) for number in range(UPLOADS)]
            _measure(service, database, f"{size}", bodies, REFSTACK)
        streams = [stream_of(SIZES[0] + number, 0) for number in range(UPLOADS)]
        _measure(service, database, f"{SIZES[0]}, a stream", streams, NATIVE)


def _measure(
    service: Service, database: Server, title: str, bodies: list[bytes], address: str
) -> None:
    parts = [process.pid for process in service.processes.values()]
    before, before_db = cpu_seconds(*parts), cpu_seconds(database.child.pid)
    delays = sorted(upload_all(service, bodies, address))
    spent = (cpu_seconds(*parts) - before) / len(bodies) * 1000
    spent_db = (cpu_seconds(database.child.pid) - before_db) / len(bodies) * 1000
    print(
        f"{title:>16} {spent + spent_db:>8.1f} {spent_db:>9.1f} "
        f"{statistics.median(delays):>15.0f} {delays[int(0.95 * len(delays)) - 1]:>6.0f}"
    )


if __name__ == "__main__":
    main()
