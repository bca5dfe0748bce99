"""A stream of 100 MB as it comes in: `python -m benches.large_upload`.

Ours is the service, which writes the evidence piece by piece and judges it later. Beside it the
same web server runs the least that a service does that takes the whole body into its memory: hash
it, keep it on the disk, and scan it before it answers (which it can, because it has it; that is
a tenth of its time). It writes no row and asks no database, which ours does. Both answer when the
bytes are safe on the disk. They take turns, with another stream each time.

The floor is what no server can leave out: take the bytes from a socket, hash them, write them and
wait for the disk, in one thread without a web server.
"""

from __future__ import annotations

import hashlib
import http.client
import mmap
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benches.scanning import TESTS, stream_of
from benches.service import cpu_seconds, running_service
from benches.uploading import wait_for
from certification.disk_blocks import BLOCK_BYTES, BlockWriter
from certification.engine.formats import parse_report
from marketplace.config.local.redis import free_port

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ATTACHMENT_BYTES = 50_000
ROUNDS = 5
MOST_EXTRA_MB, TIMES_FASTER = 16, 2
_NEWEST = "SELECT id FROM certification_run ORDER BY received_at DESC LIMIT 1"


def main() -> None:
    out = sys.stdout.write
    ours, theirs, floors = _Figures(), _Figures(), _Figures()
    verdicts: list[float] = []
    with running_service() as (service, _), _whole_body_server() as (port, whole):
        web = service.processes["web"].pid
        for number in range(-1, ROUNDS):
            # The first is small: everything is imported and connected, and the peak is still low.
            stream = stream_of(TESTS + number if number >= 0 else 1, ATTACHMENT_BYTES)
            mine = _measured(service.port, web, "/api/v1/runs/", stream)
            began = time.perf_counter()
            wait_for(service, str(service.query(_NEWEST)[0][0]))
            judged_s = time.perf_counter() - began
            other = _measured(port, whole, "/", stream)
            if number < 0:
                continue
            ours.add(mine)
            theirs.add(other)
            floors.add(_floor(stream))
            verdicts.append(judged_s)
    out(f"{'101 MB, medians of ' + str(ROUNDS):>22} {'extra MB':>9} {'CPU s':>7} {'s':>6}\n")
    for name, figures in (("ours", ours), ("the whole body", theirs), ("the floor", floors)):
        out(f"{name:>22} {figures}\n")
    out(f"verdict {statistics.median(verdicts):.2f} s after our answer\n")
    out(f"the whole body takes {theirs.cpu_s / ours.cpu_s:.1f} times our CPU, ")
    out(f"{theirs.spent_s / ours.spent_s:.1f} times our time\n")
    out(f"targets: {MOST_EXTRA_MB} MB, {TIMES_FASTER} times\n")


class _Figures:
    """Growth of the peak memory in MB, CPU and time in seconds, of several uploads.

    The peak grows but once, so of the memory the most counts.
    """

    def __init__(self) -> None:
        self._all: list[tuple[float, float, float]] = []

    def add(self, measured: tuple[float, float, float]) -> None:
        self._all.append(measured)

    @property
    def cpu_s(self) -> float:
        return statistics.median(cpu for _, cpu, _ in self._all)

    @property
    def spent_s(self) -> float:
        return statistics.median(spent for _, _, spent in self._all)

    def __str__(self) -> str:
        extra = max(extra for extra, _, _ in self._all)
        return f"{extra:>9.0f} {self.cpu_s:>7.2f} {self.spent_s:>6.2f}"


def _floor(stream: bytes) -> tuple[float, float, float]:
    """Receive, hash, write past the page cache, wait for the disk; nothing is copied."""
    sending, receiving = socket.socketpair()
    sender = threading.Thread(target=_send, args=(sending, stream))
    block = memoryview(mmap.mmap(-1, BLOCK_BYTES))
    with receiving, tempfile.TemporaryFile(buffering=0) as kept:
        sender.start()
        began, cpu = time.perf_counter(), time.thread_time()
        digest, writer = hashlib.sha256(), BlockWriter(kept.fileno())
        while received := receiving.recv_into(block):
            digest.update(block[:received])
            writer.write(block[:received])
        writer.finish()
        spent = time.perf_counter() - began, time.thread_time() - cpu
    sender.join()
    return 0, spent[1], spent[0]


def _send(sending: socket.socket, stream: bytes) -> None:
    with sending:
        sending.sendall(stream)


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
