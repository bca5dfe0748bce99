"""The heads of HTTP messages, and what changes in them on their way through the recorder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Headers = list[tuple[bytes, bytes]]

#: What says how long a body is.
FRAMING = frozenset((b"content-length", b"transfer-encoding"))

#: What belongs to one connection and is said anew on the other (RFC 9110, section 7.6.1).
_PER_CONNECTION = frozenset(
    (
        b"connection",
        b"keep-alive",
        b"proxy-connection",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    )
)


@dataclass(slots=True)
class _Head:
    version: str
    headers: Headers
    keep_alive: bool

    def value(self, name: bytes) -> bytes:
        """The first header of that (lower case) name, else empty."""
        for known, value in self.headers:
            if known.lower() == name:
                return value
        return b""

    def text(self, name: bytes) -> str:
        return self.value(name).decode("latin-1")

    @property
    def length(self) -> int | None:
        stated = self.value(b"content-length")
        return int(stated) if stated.isdigit() else None

    @property
    def chunked(self) -> bool:
        return b"chunked" in self.value(b"transfer-encoding").lower()

    @property
    def is_json(self) -> bool:
        """Whether the body is JSON that can be read as it comes."""
        if self.value(b"content-encoding").lower() not in (b"", b"identity"):
            return False
        kind = self.value(b"content-type").split(b";")[0].strip().lower()
        return kind.endswith((b"/json", b"+json", b"/json-home"))

    def passed_on(self, *without: bytes) -> Headers:
        """The headers that go on to the other side, in their order."""
        dropped = _PER_CONNECTION.union(without)
        named = self.value(b"connection")
        if named and named.lower() not in (b"keep-alive", b"close"):
            dropped = dropped.union(word.strip().lower() for word in named.split(b","))
        return [pair for pair in self.headers if pair[0].lower() not in dropped]


@dataclass(slots=True)
class RequestHead(_Head):
    """`target` is what stands in the request line, byte for byte."""

    method: bytes
    target: bytes

    def __init__(
        self, method: bytes, target: bytes, version: str, headers: Headers, keep_alive: bool
    ) -> None:
        self.method, self.target = method, target
        self.version, self.headers, self.keep_alive = version, headers, keep_alive

    @property
    def has_body(self) -> bool:
        return self.chunked or bool(self.length)

    @property
    def awaits_continue(self) -> bool:
        return self.version != "1.0" and self.value(b"expect").lower() == b"100-continue"


@dataclass(slots=True)
class ResponseHead(_Head):
    """`until_end`: only the end of the connection ends the body."""

    status: int
    reason: bytes
    until_end: bool

    def __init__(
        self, status: int, reason: bytes, version: str, headers: Headers, keep_alive: bool
    ) -> None:
        self.status, self.reason, self.until_end = status, reason, False
        self.version, self.headers, self.keep_alive = version, headers, keep_alive

    @property
    def interim(self) -> bool:
        return self.status < 200

    @property
    def without_length(self) -> bool:
        if self.interim or self.status in {204, 304}:
            return False
        return not self.chunked and self.length is None


def written(first_line: bytes, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The bytes of a head."""
    lines = [first_line, *(name + b": " + value for name, value in headers), b"", b""]
    return b"\r\n".join(lines)
