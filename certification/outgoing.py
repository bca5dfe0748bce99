"""The one guarded way out (trust.md S14): every HTTP request of the service is made here.

The address is checked after resolution and connected to as checked, so a name that resolves to
something else a moment later gains nothing. No redirects, no proxy variables; time and size limits.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import httpcore

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


def checked_address(host: str, port: int) -> str:
    """Resolve once, refuse unless all answers lie outside; the first. Raises RequestRefused."""
    if port not in PORTS:
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


class _GuardedBackend(httpcore.NetworkBackend):
    def __init__(self) -> None:
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        return self._plain.connect_tcp(
            checked_address(host, port), port, timeout, local_address, socket_options
        )

    def connect_unix_socket(
        self,
        path: str,  # noqa: ARG002 - the backend's form
        timeout: float | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        raise RequestRefused(
            "address-refused", "Sockets of this machine are not reached from here."
        )


def fetch(url: str, *, most_bytes: int) -> bytes:
    """GET over https, status 200 only. Raises RequestRefused."""
    if not url.lower().startswith("https://"):
        raise RequestRefused("scheme-refused", "Give an https:// address.")
    if not _is_plain(url):
        raise RequestRefused(
            "url-malformed", "Give an address of ASCII characters with a host, without blanks."
        )
    limits = dict.fromkeys(("connect", "read", "write", "pool"), TIMEOUT_S)
    try:
        with (
            httpcore.ConnectionPool(network_backend=_GuardedBackend()) as pool,
            pool.stream("GET", url, extensions={"timeout": limits}) as response,
        ):
            return _body(response, most_bytes)
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
        raise RequestRefused("no-answer", f"{url[:200]} did not answer: {error}") from error


def _is_plain(url: str) -> bool:
    """True for a URL that every reader takes apart in the same way."""
    try:
        parts = urlsplit(url)
        whole = bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, half a bracket
        return False
    return whole and url.isascii() and url.isprintable() and not set(url) & set(" \\")


def _body(response: httpcore.Response, most_bytes: int) -> bytes:
    if response.status != 200:
        raise RequestRefused("status-refused", f"The answer was {response.status}, not 200.")
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
