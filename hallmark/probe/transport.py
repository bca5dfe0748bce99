"""How requests leave: reads and the request for a token, nothing else, each with a time limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.structures import CaseInsensitiveDict

_READS = frozenset({"GET", "HEAD"})
_TOKENS = "/v3/auth/tokens"


class WriteRefused(Exception):
    """Something would have changed the cloud, so it was not sent."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


#: Sends one request (method, URL, headers, body) and gives the whole answer, following nothing.
#: Raises ExchangeFailed.
Exchange = Callable[[str, str, Mapping[str, str], bytes], Answer]


class ExchangeFailed(Exception):
    """No answer; `reason` is `time-out`, `tls` or `unreachable`."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


_FAILURES = {
    "time-out": requests.exceptions.ConnectTimeout,
    "tls": requests.exceptions.SSLError,
    "unreachable": requests.exceptions.ConnectionError,
}


def check_it_reads(method: str | None, url: str | None) -> None:
    """Raises WriteRefused for all but GET, HEAD and the request for a token."""
    path = urlsplit(url or "").path
    if method in _READS or (method == "POST" and path.endswith(_TOKENS)):
        return
    raise WriteRefused(f"A probe only reads, so {method} {path[:80]} was not sent.")


class ReadingAdapter(HTTPAdapter):
    """Over the sockets of this machine. The SDK's own default is to wait for ever."""

    def __init__(self, call_s: float) -> None:
        super().__init__()
        self._call_s = call_s

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        check_it_reads(request.method, request.url)
        asked = kwargs.get("timeout")
        shorter = isinstance(asked, int | float) and 0 < asked < self._call_s
        kwargs["timeout"] = asked if shorter else self._call_s
        return super().send(request, *args, **kwargs)


class ExchangingAdapter(BaseAdapter):
    """Over an `Exchange`: whatever a hostile cloud names is reached by its rules or not at all."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__()
        self._exchange = exchange

    def send(
        self,
        request: requests.PreparedRequest,
        *args: Any,  # noqa: ARG002 - the form that requests calls; the exchange has its own limits
        **kwargs: Any,  # noqa: ARG002 - as above
    ) -> requests.Response:
        check_it_reads(request.method, request.url)
        try:
            answer = self._exchange(
                request.method or "",
                request.url or "",
                {str(name): str(value) for name, value in request.headers.items()},
                _body(request),
            )
        except ExchangeFailed as failed:
            raise _FAILURES[failed.reason](str(failed), request=request) from None
        return _response(request, answer)

    def close(self) -> None:
        pass


def _body(request: requests.PreparedRequest) -> bytes:
    """The request for a token is the only one with a body, and comes as a whole."""
    body = request.body or b""
    if isinstance(body, str):
        return body.encode()
    if not isinstance(body, bytes):
        raise WriteRefused("A probe sends no streams.")
    return body


def _response(request: requests.PreparedRequest, answer: Answer) -> requests.Response:
    response = requests.Response()
    response.status_code = answer.status
    response.headers = CaseInsensitiveDict(answer.headers)
    response.raw = BytesIO(answer.body)
    response.url = request.url or ""
    response.request = request
    response.encoding = "utf-8"
    return response
