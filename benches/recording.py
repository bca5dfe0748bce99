"""What the recorder costs a product in time, throughput and memory: `python -m benches.recording`.

Server, recorder and client are processes of their own. The server does nothing at all, or takes
as long as a quick call of a real service (`PAUSE_S`). With the path of a clouds.yaml and a cloud's
name as arguments, calls to that cloud are measured too.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import multiprocessing
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import urlsplit

import httptools

from hallmark.recorder import Recorder, read_access

CALLS = 1500
CONNECTIONS = 8
STREAM_BYTES = 1 << 30
PIECE = bytes(1 << 18)
SMALL = json.dumps({"servers": [{"id": "x" * 32, "name": "y" * 20}] * 20}).encode()
PAUSE_S = 0.004
TARGET_MS, TARGET_SHARE, TARGET_MIB = 1.0, 0.5, 64


class _Cloud(asyncio.Protocol):
    """Answers with 1.4 kB of JSON, later at /v3/paused; takes bodies of any length."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._parser = httptools.HttpRequestParser(self)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        self._url = b""

    def on_url(self, part: bytes) -> None:
        self._url += part

    def on_message_complete(self) -> None:
        if self._url == b"/v3/paused":
            asyncio.get_running_loop().call_later(PAUSE_S, self._answer)
        else:
            self._answer()

    def _answer(self) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        self._transport.write(head % len(SMALL) + SMALL)


def _serve(told: Connection) -> None:
    async def serving() -> None:
        server = await asyncio.get_running_loop().create_server(_Cloud, "127.0.0.1", 0)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serving())


def _record(told: Connection, auth_url: str) -> None:
    """A recorder in a process of its own, as `hallmark record` has it; tells its peak memory."""
    with Recorder(auth_url=auth_url) as recorder:
        told.send(recorder.auth_url)
        while told.recv() == "memory":
            told.send(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


@contextmanager
def running(target: Callable[..., None], *words: str) -> Iterator[tuple[Connection, object]]:
    """The other process, and the first thing that it tells."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=target, args=(theirs, *words), daemon=True)
    process.start()
    try:
        yield ours, ours.recv()
    finally:
        process.terminate()
        process.join()


def delays(url: str, headers: dict[str, str] | None = None, calls: int = CALLS) -> list[float]:
    """Milliseconds of each call over one connection."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc)
    spent = []
    for _ in range(calls):
        began = time.perf_counter()
        connection.request("GET", parts.path, headers=headers or {})
        connection.getresponse().read()
        spent.append((time.perf_counter() - began) * 1000)
    connection.close()
    return spent


def shares(direct: str, through: str) -> str:
    rates = [(rate(direct), rate(through)) for _ in range(3)]
    plain, recorded = (statistics.median(one) for one in zip(*rates, strict=True))
    return f"direct {plain:.0f}, recorded {recorded:.0f} calls/s: {recorded / plain:.0%}"


def rate(url: str, headers: dict[str, str] | None = None, calls: int = CALLS // 2) -> float:
    """Calls a second over eight connections at once, in one asyncio client."""

    async def one(calls: int) -> None:
        parts = urlsplit(url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        lines = [f"GET {parts.path} HTTP/1.1", f"Host: {parts.netloc}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        request = "\r\n".join([*lines, "", ""]).encode()
        for _ in range(calls):
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0])
            await reader.readexactly(length)
        writer.close()

    async def all_of_them() -> None:
        await asyncio.gather(*(one(calls) for _ in range(CONNECTIONS)))

    began = time.perf_counter()
    asyncio.run(all_of_them())
    return CONNECTIONS * calls / (time.perf_counter() - began)


def upload(url: str) -> float:
    """MB a second of one gibibyte put."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc)
    began = time.perf_counter()
    pieces = (PIECE for _ in range(STREAM_BYTES // len(PIECE)))
    length = {"Content-Length": str(STREAM_BYTES), "Content-Type": "a/b"}
    connection.request("PUT", parts.path, pieces, length)
    connection.getresponse().read()
    spent = time.perf_counter() - began
    connection.close()
    return STREAM_BYTES / spent / 1e6


def compare(direct: str, through: str, headers: dict[str, str] | None = None) -> str:
    """Alternating, so that what else the machine does hits both."""
    plain: list[float] = []
    recorded: list[float] = []
    for _ in range(6):
        plain += delays(direct, headers, CALLS // 6 if headers is None else 20)
        recorded += delays(through, headers, CALLS // 6 if headers is None else 20)
    before, after = statistics.median(plain), statistics.median(recorded)
    return f"p50 direct {before:.2f} ms, recorded {after:.2f} ms: +{after - before:.2f} ms"


def measure_small_cloud() -> None:
    with running(_serve) as (_, port):
        direct = f"http://127.0.0.1:{port}/v3/servers"
        with running(_record, f"http://127.0.0.1:{port}/v3") as (pipe, auth_url):
            through = f"{auth_url}/servers"
            delays(through, calls=100)
            print(f"one connection: {compare(direct, through)} (target +{TARGET_MS:.0f} ms)")
            print(f"{CONNECTIONS} connections, empty server: {shares(direct, through)}")
            paused = shares(f"http://127.0.0.1:{port}/v3/paused", f"{auth_url}/paused")
            what = f"{CONNECTIONS} connections, {PAUSE_S * 1000:.0f} ms a call"
            print(f"{what}: {paused} (target {TARGET_SHARE:.0%})")
            pipe.send("memory")
            before = pipe.recv()
            fast, slow = upload(direct), upload(through)
            pipe.send("memory")
            print(
                f"1 GiB put: direct {fast:.0f}, recorded {slow:.0f} MB/s; peak memory "
                f"{before} -> {pipe.recv()} MiB (target +{TARGET_MIB} MiB)"
            )


def measure_cloud(clouds: Path, name: str) -> None:
    """Lists of servers on a real cloud, asked for with a token of its user."""
    access = read_access(name, {"OS_CLIENT_CONFIG_FILE": str(clouds)})
    with running(_record, access.auth_url) as (_, auth_url):
        places = []
        for place in (access.auth_url, str(auth_url)):
            token, catalog = _token(place, dict(access.entry["auth"]))
            places.append((f"{catalog['compute']}/servers", {"X-Auth-Token": token}))
        (direct, headers), (through, _) = places
        print(f"{name}, GET /servers: {compare(direct, through, headers)}")
        rates = [(rate(direct, headers, 10), rate(through, headers, 10)) for _ in range(3)]
        plain, recorded = (statistics.median(one) for one in zip(*rates, strict=True))
        print(f"{name}, {CONNECTIONS} connections: {plain:.0f}, {recorded:.0f} calls/s")


def _token(auth_url: str, auth: dict[str, str]) -> tuple[str, dict[str, str]]:
    domain = {"id": auth["user_domain_id"]}
    user = {"name": auth["username"], "password": auth["password"], "domain": domain}
    identity = {"methods": ["password"], "password": {"user": user}}
    scope = {"project": {"name": auth["project_name"], "domain": domain}}
    parts = urlsplit(auth_url)
    connection = http.client.HTTPConnection(parts.netloc)
    body = json.dumps({"auth": {"identity": identity, "scope": scope}})
    headers = {"Content-Type": "application/json"}
    connection.request("POST", f"{parts.path}/auth/tokens", body, headers)
    answer = connection.getresponse()
    catalog = json.loads(answer.read())["token"]["catalog"]
    connection.close()
    public = {
        entry["type"]: one["url"]
        for entry in catalog
        for one in entry["endpoints"]
        if one["interface"] == "public"
    }
    return answer.headers["X-Subject-Token"], public


def main() -> None:
    measure_small_cloud()


if __name__ == "__main__":
    main()
    if len(sys.argv) > 2:
        measure_cloud(Path(sys.argv[1]), sys.argv[2])
