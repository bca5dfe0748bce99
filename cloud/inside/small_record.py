"""The access log of an operator: one JSON line per request that a service answered.

Keys: t (when the request came, as web servers write it), service, method, path (as sent, with the
query), status, seconds, microversion, user_agent, user_id and project_id (of the token, once
checked) and request_id (`X-OpenStack-Request-ID` of the answer). What is not known is empty.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Recorded:
    """Passes requests on to `application` and writes a line to the file `path` after each."""

    def __init__(self, application: Application, service: str, path: str) -> None:
        self._application = application
        self._service = service
        # Unbuffered: a line is written in one piece, so threads do not mix theirs.
        self._file = open(path, "ab", buffering=0)  # noqa: SIM115, PTH123 - open until the service ends

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        seen = _Answer(time.time())
        # Now: services rewrite what they were asked, as Swift makes a PUT of a COPY.
        asked = {
            "method": environ["REQUEST_METHOD"],
            "path": _path(environ),
            "microversion": _microversion(environ),
            "user_agent": environ.get("HTTP_USER_AGENT", ""),
        }

        def note(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            seen.status = int(status[:3])
            seen.headers = {name.lower(): value for name, value in headers}
            return start_response(status, headers, *rest)

        return _Body(self._application(environ, note), lambda: self._write(asked, environ, seen))

    def _write(self, asked: dict[str, str], environ: Environ, seen: _Answer) -> None:
        line = {
            "t": datetime.fromtimestamp(seen.began, UTC).strftime("[%d/%b/%Y:%H:%M:%S %z]"),
            "service": self._service,
            **asked,
            "status": seen.status,
            "seconds": round(time.time() - seen.began, 4),
            "user_id": environ.get("HTTP_X_USER_ID") or "",
            "project_id": environ.get("HTTP_X_PROJECT_ID") or "",
            "request_id": seen.headers.get("x-openstack-request-id", ""),
        }
        self._file.write(json.dumps(line).encode() + b"\n")


class _Answer:
    def __init__(self, began: float) -> None:
        self.began = began
        self.status = 0
        self.headers: dict[str, str] = {}


class _Body:
    """The answer's body; the line is due when the server has sent it all, or given up."""

    def __init__(self, parts: Iterable[bytes], done: Callable[[], None]) -> None:
        self._parts = parts
        self._done = done

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._parts)

    def close(self) -> None:
        try:
            if hasattr(self._parts, "close"):
                self._parts.close()
        finally:
            self._done()


def _path(environ: Environ) -> str:
    """As it was sent: gunicorn keeps it whole, eventlet (Swift) without the query."""
    if "RAW_URI" in environ:
        return str(environ["RAW_URI"])
    query = environ.get("QUERY_STRING")
    return str(environ["RAW_PATH_INFO"]) + (f"?{query}" if query else "")


def _microversion(environ: Environ) -> str:
    """What was asked for: `compute 2.90`, or `2.90` in nova's older header."""
    names = ("HTTP_OPENSTACK_API_VERSION", "HTTP_X_OPENSTACK_NOVA_API_VERSION")
    return next((environ[name] for name in names if environ.get(name)), "")


def filter_factory(
    _global: dict[str, str], record_service: str, record_file: str, **_rest: str
) -> Callable[[Application], Recorded]:
    """For a Paste pipeline, as Swift has."""
    return lambda application: Recorded(application, record_service, record_file)
