"""Which listener stands for which part of the cloud, and putting one for the other in texts.

An origin is scheme, host and port as one lower-case text without the scheme's own port:
`https://cloud.example`, `http://10.0.0.1:8774`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_OWN_PORTS = {"http": 80, "https": 443}

# An absolute http(s) URL up to where its path ends, in plain text or in JSON with \/ for /.
_URL = re.compile(rb"(https?):(//|\\/\\/)([^/\s\"'\\<>?#,;)]+)([^\s\"'<>?#,;)]*)", re.IGNORECASE)


class OriginUnknown(ValueError):
    """The text is no http(s) URL."""


def origin_of(url: str) -> str:
    """The origin of an absolute URL. Raises OriginUnknown."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise OriginUnknown(f"{url!r} is no URL.") from None
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    if scheme not in _OWN_PORTS or not host:
        raise OriginUnknown(f"{url!r} is no http or https URL.")
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}" + ("" if port in (None, _OWN_PORTS[scheme]) else f":{port}")


def address_of(origin: str) -> tuple[str, int, bool]:
    """Host, port and whether TLS is spoken there."""
    parts = urlsplit(origin)
    return parts.hostname or "", parts.port or _OWN_PORTS[parts.scheme], parts.scheme == "https"


def mount_of(url: str) -> str:
    """The path of an endpoint up to its first version segment: `/compute` of `/compute/v2.1/x`."""
    kept = []
    for segment in urlsplit(url).path.split("/"):
        if re.fullmatch(r"v\d+(\.\d+)?", segment):
            break
        kept.append(segment)
    return "/".join(kept).rstrip("/")


def lies_under(path: str, mount: str) -> bool:
    """Whether a path belongs to a mount: `/compute/v2.1` lies under `/compute`, not `/computed`."""
    return not mount or path == mount or path.startswith(mount + "/")


@dataclass
class Origins:
    """The cloud's origins (with a mount, where listeners are told apart by it) and our own."""

    _outward: dict[str, dict[str, str]] = field(default_factory=dict)
    _inward: dict[str, str] = field(default_factory=dict)

    def add(self, upstream: str, mount: str, listener: str) -> None:
        self._outward.setdefault(upstream, {})[mount] = listener
        self._inward[listener] = upstream

    def knows(self, upstream: str, mount: str) -> bool:
        return mount in self._outward.get(upstream, ())

    def __len__(self) -> int:
        return len(self._inward)

    def listener_for(self, origin: str, path: str) -> str | None:
        """The listener of the longest mount that the path lies under; None for foreign origins."""
        mounts = self._outward.get(origin)
        if not mounts:
            return None
        fitting = [mount for mount in mounts if lies_under(path, mount)]
        # A link to the bare origin belongs to whoever is there.
        return mounts[max(fitting, key=len)] if fitting else None

    def to_listeners(self, text: bytes) -> bytes:
        """With the cloud's origins replaced by ours."""
        return self._replaced(text, self.listener_for)

    def to_cloud(self, text: bytes) -> bytes:
        """With our origins replaced by the cloud's."""
        return self._replaced(text, lambda origin, _: self._inward.get(origin))

    @staticmethod
    def _replaced(text: bytes, instead: Callable[[str, str], str | None]) -> bytes:
        def one(found: re.Match[bytes]) -> bytes:
            scheme, slashes, host, path = found.groups()
            url = b"%s://%s" % (scheme, host)
            try:
                origin = origin_of(url.decode("latin-1"))
            except OriginUnknown:
                return found[0]
            if b"@" in host:
                return found[0]
            plain_path = path.replace(b"\\/", b"/").decode("latin-1")
            other = instead(origin, plain_path)
            if other is None:
                return found[0]
            return other.encode().replace(b"//", slashes) + path

        return _URL.sub(one, text) if b"http" in text.lower() else text
