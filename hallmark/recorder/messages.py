"""The heads that the recorder writes: a product's request for the cloud, the cloud's answer for the
product, and answers of its own."""

from __future__ import annotations

import json
from uuid import uuid4

from hallmark.recorder.asked import Answered, Asked, OwnAnswer
from hallmark.recorder.heads import Headers, written
from hallmark.recorder.origins import Origins
from hallmark.recorder.wire import NotHttp

_ANSWER_LINKS = frozenset((b"location", b"content-location", b"link", b"www-authenticate"))
_REQUEST_LINKS = frozenset((b"destination", b"x-copy-from", b"referer", b"origin"))
_LENGTH = b"content-length"
_JSON = (b"Content-Type", b"application/json")
_CLOSE = (b"Connection", b"close")


def request_head(asked: Asked, host: bytes, origins: Origins) -> bytes:
    """What goes to the cloud at `host` ahead of the body."""
    headers: Headers = [(b"Host", host)]
    for name, value in asked.head.passed_on(b"host", b"accept-encoding", _LENGTH):
        low = name.lower()
        if low not in asked.headers and (low != b"expect" or asked.streams):
            headers.append((name, origins.to_cloud(value) if low in _REQUEST_LINKS else value))
    headers += asked.headers.items()
    headers.append((b"Accept-Encoding", b"identity"))
    headers += _request_framing(asked)
    return written(b"%s %s HTTP/1.1" % (asked.head.method, asked.target), headers)


def _request_framing(asked: Asked) -> Headers:
    length = asked.head.length
    if asked.streams and length is None:
        return [(b"Transfer-Encoding", b"chunked")]
    if asked.body is not None and not asked.streams:
        length = len(asked.body)
    return [] if length is None else [(b"Content-Length", b"%d" % length)]


def answer_head(asked: Asked, answered: Answered, origins: Origins, keep: bool) -> bytes:
    """What goes to the product ahead of the body; `keep` tells that the connection goes on."""
    head = answered.head
    headers: Headers = []
    for name, value in head.passed_on(*(() if answered.body is None else (_LENGTH,))):
        linked = name.lower() in _ANSWER_LINKS
        headers.append((name, origins.to_listeners(value) if linked else value))
    if answered.body is not None:
        headers.append((b"Content-Length", b"%d" % len(answered.body)))
    elif head.chunked and asked.head.version != "1.0":
        headers.append((b"Transfer-Encoding", b"chunked"))
    if not keep:
        headers.append(_CLOSE)
    return written(b"HTTP/1.1 %d %s" % (head.status, head.reason), headers)


def own_answer(asked: Asked, own: OwnAnswer, keep: bool) -> bytes:
    """A whole answer of the recorder's own, which its reason phrase says."""
    body = own.page.encode() or json.dumps(own.document).encode()
    headers: Headers = [(b"Content-Type", b"text/html; charset=UTF-8") if own.page else _JSON]
    headers += [(name.encode(), value.encode()) for name, value in own.headers]
    headers += _request_ids(asked)
    headers.append((b"Content-Length", b"%d" % len(body)))
    if not keep:
        headers.append(_CLOSE)
    head = written(b"HTTP/1.1 %d Made by the recorder" % own.status, headers)
    return head if asked.head.method == b"HEAD" else head + body


def _request_ids(asked: Asked) -> Headers:
    """Under the names and in the form that the service asked would have used."""
    if asked.place.service != "object-store":
        return [(b"X-Openstack-Request-Id", f"req-{uuid4()}".encode())]
    digits = uuid4().hex
    own = f"tx{digits[:21]}-{digits[21:31]}".encode()
    return [(b"X-Trans-Id", own), (b"X-Openstack-Request-Id", own)]


def refusal_of(fault: NotHttp) -> bytes:
    """A whole answer to what is no request."""
    status = b"501 Not Implemented" if fault.upgrade else b"400 Bad Request"
    body = json.dumps({"error": {"message": f"hallmark recorder: {fault}"}}).encode()
    headers = [_JSON, _CLOSE, (b"Content-Length", b"%d" % len(body))]
    return written(b"HTTP/1.1 " + status, headers) + body
