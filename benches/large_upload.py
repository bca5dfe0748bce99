"""A stream of 100 MB as it comes in: `python -m benches.large_upload`.

Ours is the service, which writes the evidence piece by piece and judges it later. Beside it the
same web server runs the least that a service does that takes the whole body into its memory: hash
it, keep it on the disk and scan it before it answers.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benches.scanning import TESTS, stream_of
from benches.service import cpu_seconds, running_service
from benches.uploading import wait_for
from certification.engine.formats import parse_report
from marketplace.config.local.redis import free_port

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ATTACHMENT_BYTES = 50_000
MOST_EXTRA_MB, TIMES_FASTER = 16, 2


def main() -> None:
    stream = stream_of(TESTS, ATTACHMENT_BYTES)
    out = sys.stdout.write
    out(f"{len(stream) / 1e6:.0f} MB; {'extra MB':>18} {'CPU s':>7} {'s':>6}, up to the answer\n")
    with running_service() as (service, _):
        web = service.processes["web"].pid
        _post(service.port, "/api/v1/runs/", stream[:-7])  # everything is imported and connected
        extra, cpu, spent = _measured(service.port, web, "/api/v1/runs/", stream)
        out(f"{'ours, in pieces':>20} {extra:>6.0f} {cpu:>7.2f} {spent:>6.2f}\n")
        began = time.perf_counter()
        wait_for(service, str(service.query(_NEWEST)[0][0]))
        out(f"{'its verdict':>20} {time.perf_counter() - began:>21.2f} s later\n")
    with _whole_body_server() as (port, web):
        _post(port, "/", stream[: 1 << 20])
        extra, cpu, spent = _measured(port, web, "/", stream)
        out(f"{'the whole body':>20} {extra:>6.0f} {cpu:>7.2f} {spent:>6.2f}\n")


_NEWEST = "SELECT id FROM certification_run ORDER BY received_at DESC LIMIT 1"


def _measured(port: int, web: int, address: str, stream: bytes) -> tuple[float, float, float]:
    """Growth of the peak memory of the serving process in MB, its CPU and the time, in seconds."""
    before, peak = cpu_seconds(web), _peak_mb(web)
    began = time.perf_counter()
    _post(port, address, stream)
    spent = time.perf_counter() - began
    return _peak_mb(web) - peak, cpu_seconds(web) - before, spent


def _post(port: int, address: str, stream: bytes) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("POST", address, body=stream, headers={"Content-Type": "a/b"})
    answer = connection.getresponse()
    told = answer.read()
    if answer.status != http.client.CREATED:
        raise SystemExit(f"{address} answered {answer.status}: {told[:200]!r}")
    connection.close()


def _peak_mb(web: int) -> float:
    """Of the one worker that the web server has."""
    (child,) = Path(f"/proc/{web}/task/{web}/children").read_text().split()
    lines = Path(f"/proc/{child}/status").read_text().splitlines()
    (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM"))
    return int(peak) / 1024


@contextmanager
def _whole_body_server() -> Iterator[tuple[int, int]]:
    port = free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", "benches.large_upload:whole_body"),
        *("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "4"),
        *("--no-control-socket", "--log-level", "error"),
    ]
    process = subprocess.Popen(command)
    try:
        for _ in range(600):
            try:
                _post(port, "/", stream_of(1, 0))
                break
            except OSError:
                time.sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def whole_body(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """The WSGI application that it is compared with."""
    body: bytes = environ["wsgi.input"].read()
    with tempfile.NamedTemporaryFile() as kept:
        kept.write(body)
        kept.flush()
        os.fsync(kept.fileno())
        digest = hashlib.sha256(body).hexdigest()
        tests = len(parse_report(body).entries)
    start_response("201 Created", [("Content-Type", "text/plain")])
    return [f"{digest} {tests}".encode()]


if __name__ == "__main__":
    main()
