"""The one guarded way out (trust.md S14): every HTTP request of the service is made here.

The address is checked after resolution and connected to as checked, so a name that resolves to
something else a moment later gains nothing. No redirects, no proxy variables; time and size limits.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import httpcore

#: At DEBUG it writes down headers, and tokens with them.
logging.getLogger("httpcore").setLevel(logging.INFO)

PORTS = frozenset({443})
TIMEOUT_S = 10.0
#: For the whole answer: one byte every few seconds would pass each single limit.
ANSWER_S = 60.0
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_GLOBAL_V6 = ipaddress.ip_network("2000::/3")
#: Refused beside what Python calls private: reserved since, or reached inside a cloud alone.
_INSIDE = tuple(
    map(
        ipaddress.ip_network,
        (
            "168.63.129.16/32",  # the platform of a large public cloud, for its own machines
            "192.0.0.0/24",  # protocol assignments; a metadata service among them
            "192.88.99.0/24",  # 6to4 relays
            "2001::/23",  # Teredo and other protocol assignments
            "2002::/16",  # 6to4
            "3fff::/20",  # documentation
        ),
    )
)
#: Interface identifiers of ISATAP, before the IPv4 address in the last 32 bits.
_ISATAP = (0x5EFE, 0x02005EFE)


class RequestRefused(ValueError):
    """The request would leave the guard, or the answer broke a limit. `code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def is_outside(address: Address) -> bool:
    """Global unicast only. IPv6 forms that carry an IPv4 address (mapped, compatible, translated,
    NAT64, 6to4, Teredo, ISATAP) are refused whole: nothing public needs to be reached by them."""
    if isinstance(address, ipaddress.IPv6Address) and (
        address not in _GLOBAL_V6 or int(address) >> 32 & 0xFFFFFFFF in _ISATAP
    ):
        return False
    if any(address in network for network in _INSIDE):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def checked_address(host: str, port: int, ports: frozenset[int] = PORTS) -> str:
    """Resolve once, refuse unless all answers lie outside; the first. Raises RequestRefused."""
    if port not in ports:
        raise RequestRefused("port-refused", f"Port {port} is not allowed; use https on port 443.")
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise RequestRefused("host-unknown", f"The host {host[:100]} cannot be resolved.") from None
    addresses = [str(answer[4][0]).partition("%")[0] for answer in answers]
    for text in addresses:
        if not is_outside(ipaddress.ip_address(text)):
            raise RequestRefused(
                "address-refused", f"The host {host[:100]} is not on the public internet."
            )
    if not addresses:
        raise RequestRefused("host-unknown", f"The host {host[:100]} has no address.")
    return addresses[0]


class _TimedStream(httpcore.NetworkStream):
    """A connection with one end for all that is done on it: a server that sends a byte now and
    then passes the limit of every single read."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: float) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._left(timeout, httpcore.ConnectTimeout)
        inner = self._inner.start_tls(
            ssl_context=ssl_context, server_hostname=server_hostname, timeout=left
        )
        return _TimedStream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)

    def _left(self, timeout: float | None, over: type[httpcore.TimeoutException]) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise over(f"the answer took longer than {ANSWER_S:.0f} s")
        return left if timeout is None else min(left, timeout)


class _GuardedBackend(httpcore.NetworkBackend):
    def __init__(self, ports: frozenset[int] = PORTS) -> None:
        self._plain = httpcore.SyncBackend()
        self._ports = ports

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        address = checked_address(host, port, self._ports)
        stream = self._plain.connect_tcp(address, port, timeout, local_address, socket_options)
        return _TimedStream(stream, time.monotonic() + ANSWER_S)

    def connect_unix_socket(
        self,
        path: str,  # noqa: ARG002 - the backend's form
        timeout: float | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        raise RequestRefused(
            "address-refused", "Sockets of this machine are not reached from here."
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """A request. It may carry a secret, so its text shows the address alone."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Exchanged:
    """An answer of any status; nothing in it was followed. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def fetch(url: str, *, most_bytes: int) -> bytes:
    """GET over https, status 200 only. Raises RequestRefused."""
    check_url(url)
    try:
        with (
            _pool(PORTS) as pool,
            pool.stream("GET", url, extensions={"timeout": _limits(TIMEOUT_S)}) as response,
        ):
            if response.status != 200:
                raise RequestRefused(
                    "status-refused", f"The answer was {response.status}, not 200."
                )
            return _body(response, most_bytes)
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
        raise RequestRefused("no-answer", f"{url[:200]} did not answer: {error}") from error


def exchange(asked: Asked, *, most_bytes: int, ports: frozenset[int] = PORTS) -> Exchanged:
    """One request over https to one of `ports`, and its answer whatever the status; a redirect is
    an answer. Raises RequestRefused; beside the codes of `fetch`: `time-out`, `tls-untrusted`."""
    check_url(asked.url)
    try:
        with (
            _pool(ports) as pool,
            pool.stream(
                asked.method,
                asked.url,
                headers=list(_plain_headers(asked.headers).items()),
                content=asked.body or None,
                extensions={"timeout": _limits(TIMEOUT_S)},
            ) as response,
        ):
            return Exchanged(
                response.status, _decoded(response.headers), _body(response, most_bytes)
            )
    except httpcore.TimeoutException as error:
        raise RequestRefused("time-out", "There was no answer in time.") from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        if isinstance(error.__context__, ssl.SSLError):
            raise RequestRefused("tls-untrusted", "The certificate is not trusted.") from error
        raise RequestRefused("no-answer", "There was no answer of HTTP.") from error


def _pool(ports: frozenset[int]) -> httpcore.ConnectionPool:
    return httpcore.ConnectionPool(
        ssl_context=_trust(), network_backend=_GuardedBackend(ports), retries=0
    )


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    """The authorities, read once: it takes longer than most answers."""
    return httpcore.default_ssl_context()


def _plain_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Without what belongs to the connection, and asking for no compression: the limit of bytes
    shall mean what arrives."""
    own = {"accept-encoding", "connection", "host", "transfer-encoding"}
    kept = {name: value for name, value in headers.items() if name.lower() not in own}
    return kept | {"Accept-Encoding": "identity", "Connection": "close"}


def _decoded(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}


def _limits(seconds: float) -> dict[str, float]:
    return dict.fromkeys(("connect", "read", "write", "pool"), seconds)


def check_url(url: str) -> None:
    """The shape of an address, before anything is resolved. Raises RequestRefused."""
    if not url.lower().startswith("https://"):
        raise RequestRefused("scheme-refused", "Give an https:// address.")
    if not _is_plain(url):
        raise RequestRefused(
            "url-malformed", "Give an address of ASCII characters with a host, without blanks."
        )


def _is_plain(url: str) -> bool:
    """True for a URL that every reader takes apart in the same way."""
    try:
        parts = urlsplit(url)
        whole = bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, half a bracket
        return False
    return whole and url.isascii() and url.isprintable() and not set(url) & set(" \\")


def _body(response: httpcore.Response, most_bytes: int) -> bytes:
    deadline = time.monotonic() + ANSWER_S
    body = b""
    for chunk in response.iter_stream():
        if time.monotonic() > deadline:
            raise RequestRefused("no-answer", f"The answer took longer than {ANSWER_S:.0f} s.")
        body += chunk
        if len(body) > most_bytes:
            raise RequestRefused(
                "answer-too-large", f"The answer is larger than {most_bytes} bytes."
            )
    return body
