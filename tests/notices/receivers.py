"""What stands at the other end: a real mail server and a real web server on this machine."""

from __future__ import annotations

import hashlib
import hmac
import ssl
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpcore
import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from certification import outgoing
from marketplace.config.local.redis import free_port

HOST = "hooks.kelp.example"


@dataclass
class Mailbox:
    """`refuse`: how many mails are answered with 451 before one is taken."""

    raw: list[bytes] = field(default_factory=list)
    refuse: int = 0
    port: int = 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's
        if self.refuse:
            self.refuse -= 1
            return "451 come back later"
        self.raw.append(envelope.content)
        return "250 taken"

    @property
    def mails(self) -> list[EmailMessage]:
        return [
            message_from_bytes(one, policy=policy.default)  # type: ignore[misc] # by the policy
            for one in self.raw
        ]

    @property
    def ids(self) -> Counter[str]:
        return Counter(str(mail["Message-ID"]) for mail in self.mails)


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    box = Mailbox(port=free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@dataclass(frozen=True)
class Got:
    path: str
    headers: dict[str, str]
    body: bytes

    def is_signed_with(self, secret: str) -> bool:
        """As the page tells vendors to check it."""
        fields = [part.split("=", 1) for part in self.headers["Hallmark-Signature"].split(",")]
        seconds = next(value for name, value in fields if name == "t")
        message = seconds.encode() + b"." + self.body
        mine = hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
        return any(hmac.compare_digest(mine, value) for name, value in fields if name == "v1")


@dataclass
class Receiver:
    """`status` is its answer to everything; `place` holds its certificate."""

    place: Path
    port: int = 0
    status: int = 204
    got: list[Got] = field(default_factory=list)

    @property
    def ids(self) -> Counter[str]:
        return Counter(one.headers["Hallmark-Delivery"] for one in self.got)


@contextmanager
def web_server(folder: Path) -> Iterator[Receiver]:
    receiver = Receiver(_certificate(folder))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append(Got(self.path, dict(self.headers.items()), body))
            self.send_response(receiver.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(receiver.place)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        receiver.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield receiver
        server.shutdown()
        thread.join(5)


def lead_to(monkeypatch: pytest.MonkeyPatch, place: Path, port: int) -> None:
    """The guard, as if the name led to this machine: all else of it stays in force."""
    inner = httpcore.SyncBackend

    class Led(inner):  # type: ignore[valid-type,misc] # a class that was just looked up
        def connect_tcp(self, host: str, _port: int, *rest: Any) -> httpcore.NetworkStream:
            return super().connect_tcp(host, port, *rest)

    def checked(host: str, at: int, ports: frozenset[int] = outgoing.PORTS) -> str:
        assert (host, at) == (HOST, 443) and at in ports
        return "127.0.0.1"

    trust = ssl.create_default_context(cafile=str(place))
    monkeypatch.setattr(httpcore, "SyncBackend", Led)
    monkeypatch.setattr(outgoing, "checked_address", checked)
    monkeypatch.setattr(outgoing, "_trust", lambda: trust)


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    place = folder / "receiver.pem"
    place.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return place
