"""A small cloud for the recorder's tests: real sockets, answers as the tests write them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from hallmark.recorder import Recorder

PROJECT = "31c9d5045bd84337b7250751322ee266"
TOKEN = "gAAAA-the-token"

Answering = Callable[["Handler"], None]


@dataclass
class Seen:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int


@dataclass
class Upstream:
    """`answers` by method and path; others get 404. `seen` are the requests as they came."""

    answers: dict[tuple[str, str], Answering] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0
    ended: int = 0
    port: int = 0

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def on(self, method: str, path: str, answering: Answering) -> None:
        self.answers[method, path] = answering

    def paths(self) -> list[str]:
        return [f"{one.method} {one.target}" for one in self.seen]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body go out in two writes; without this the second waits for an acknowledgement.
    disable_nagle_algorithm = True
    upstream: Upstream
    body: bytes

    def setup(self) -> None:
        super().setup()
        self.upstream.connections += 1
        self.number = self.upstream.connections

    def finish(self) -> None:
        super().finish()
        self.upstream.ended += 1

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True

    def answer_request(self) -> None:
        path = urlsplit(self.path).path
        answering = self.upstream.answers.get((self.command, path))
        if not getattr(answering, "reads_itself", False):
            self.take_body()
        if answering is None:
            self.say(404, b"{}")
        else:
            answering(self)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self.answer_request
        raise AttributeError(name)

    def handle_expect_100(self) -> bool:
        answering = self.upstream.answers.get((self.command, urlsplit(self.path).path))
        if getattr(answering, "refuses_early", False):
            return True
        return super().handle_expect_100()

    def take_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            self.body = b"".join(iter(self._chunk, b""))
        else:
            self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.upstream.seen.append(
            Seen(self.command, self.path, dict(self.headers.items()), self.body, self.number)
        )
        return self.body

    def _chunk(self) -> bytes:
        size = int(self.rfile.readline(), 16)
        piece = self.rfile.read(size)
        self.rfile.readline()
        return piece

    def say(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if status != 204:
            named.setdefault("Content-Type", "application/json")
            named.setdefault("Content-Length", str(len(body)))
        for name, value in named.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


def saying(status: int, document: Any = None, **headers: str) -> Answering:
    """An answer; bytes as they are, other data as JSON."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()

    def answering(handler: Handler) -> None:
        handler.say(status, body, **headers)

    return answering


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: Any) -> None:
        """A broken connection is what some tests are about."""


@contextmanager
def running() -> Iterator[Upstream]:
    upstream = Upstream()
    handler = type("Bound", (Handler,), {"upstream": upstream})
    server = _Server(("127.0.0.1", 0), handler)
    upstream.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield upstream
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


#: Service type to the path of its endpoint on the one origin of the small cloud.
ENDPOINTS = {
    "identity": "/identity/v3",
    "compute": "/compute/v2.1",
    "block-storage": f"/volume/v3/{PROJECT}",
    "network": "/networking",
    "image": "/image",
    "object-store": f"/swift/v1/AUTH_{PROJECT}",
}


def token_document(
    upstream: Upstream, endpoints: dict[str, str] | None = None, **more: Any
) -> dict[str, Any]:
    catalog = [
        {"type": kind, "endpoints": [{"interface": "public", "url": upstream.origin + path}]}
        for kind, path in (ENDPOINTS if endpoints is None else endpoints).items()
    ]
    scope: dict[str, Any] = {"project": {"id": PROJECT, "name": "plans"}}
    return {"token": {**scope, "roles": [{"name": "member"}], "catalog": catalog, **more}}


def with_keystone(upstream: Upstream, **more: Any) -> Upstream:
    upstream.on(
        "POST",
        "/identity/v3/auth/tokens",
        saying(201, token_document(upstream, **more), X_Subject_Token=TOKEN),
    )
    return upstream


class Client:
    """A client with one connection to each place that it goes to."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.places: dict[str, str] = {}
        self._connections: dict[str, HTTPConnection] = {}

    def ask(
        self, method: str, url: str, body: Any = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers by lower-case name, body. `url` is absolute."""
        parts = urlsplit(url)
        connection = self._connections.setdefault(parts.netloc, HTTPConnection(parts.netloc))
        target = url.partition(parts.netloc)[2]
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if isinstance(body, dict):
            body = json.dumps(body).encode()
            named.setdefault("Content-Type", "application/json")
        connection.request(method, target or "/", body, named)
        answer = connection.getresponse()
        heads = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, heads, answer.read()

    def login(self, **identity: Any) -> dict[str, Any]:
        """Ask for a token; afterwards `at` knows where each service is."""
        auth = {"identity": identity or {"methods": ["password"], "password": {"user": {}}}}
        auth["scope"] = {"project": {"id": PROJECT}}
        status, _, body = self.ask("POST", self.recorder.auth_url + "/auth/tokens", {"auth": auth})
        assert status == 201
        token: dict[str, Any] = json.loads(body)["token"]
        self.places = {one["type"]: one["endpoints"][0]["url"] for one in token["catalog"]}
        return token

    def at(self, service: str, path: str) -> str:
        return self.places[service] + path

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()
