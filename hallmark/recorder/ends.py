"""The two ends that the recorder stands between: the product's and the cloud's."""

from __future__ import annotations

import httptools

from hallmark.recorder.heads import FRAMING, RequestHead, ResponseHead, written
from hallmark.recorder.wire import END, HEAD_LIMIT_BYTES, NotHttp, Peer


class ClientPeer(Peer):
    """The product's end: requests come in."""

    def __init__(self) -> None:
        super().__init__()
        self._parser = httptools.HttpRequestParser(self)
        self._target = b""
        self._told = False

    def on_message_begin(self) -> None:
        self._headers, self._head_bytes, self._target = [], 0, b""

    def on_url(self, part: bytes) -> None:
        self._target += part
        if len(self._target) > HEAD_LIMIT_BYTES:
            raise NotHttp("a request line of more than 256 KiB")

    def on_headers_complete(self) -> None:
        if self._told:
            self._told = False
            return
        self._events.append(
            RequestHead(
                method=self._parser.get_method(),
                target=self._target,
                version=self._parser.get_http_version(),
                headers=self._headers,
                keep_alive=self._parser.should_keep_alive(),
            )
        )

    def _upgraded(self, rest: bytes) -> None:
        """An offer of HTTP/2 may be passed over (RFC 9110, section 7.8), and some clients make it
        with every request; anything else is refused before a word of it reaches the cloud."""
        self._events.pop()
        head = self._events.pop()
        if head.value(b"upgrade") != b"h2c":
            super()._upgraded(rest)
            return
        # The parser left at the end of the head: a new one hears it again, without the offer.
        self._events.append(head)
        self._parser = httptools.HttpRequestParser(self)
        self._told = True
        lengths = [pair for pair in head.headers if pair[0].lower() in FRAMING]
        self.data_received(written(b"POST / HTTP/1.1", lengths) + rest)


class CloudPeer(Peer):
    """The cloud's end: responses come in, one for each request that was sent."""

    def __init__(self) -> None:
        super().__init__()
        self._parser = httptools.HttpResponseParser(self)
        self._reason = b""
        self._bodiless = False
        self._until_end = False
        self._ended = True
        self.answering = False

    def expect(self, method: bytes) -> None:
        """Say which request goes out now: the answer to a HEAD has no body whatever it says, and
        the parser cannot know."""
        if self._bodiless:
            self._parser = httptools.HttpResponseParser(self)
        self._bodiless = method == b"HEAD"
        self._ended = False
        self.answering = False

    def on_message_begin(self) -> None:
        self._headers, self._head_bytes, self._reason = [], 0, b""

    def on_status(self, part: bytes) -> None:
        self._reason += part

    def on_headers_complete(self) -> None:
        head = ResponseHead(
            status=self._parser.get_status_code(),
            reason=self._reason,
            version=self._parser.get_http_version(),
            headers=self._headers,
            keep_alive=self._parser.should_keep_alive(),
        )
        head.until_end = not self._bodiless and head.without_length
        self._until_end = head.until_end
        self._events.append(head)
        self.answering = self.answering or not head.interim
        if self._bodiless and not head.interim:
            self._end()

    def on_body(self, piece: bytes) -> None:
        if not self._bodiless:
            super().on_body(piece)

    def on_message_complete(self) -> None:
        if self._parser.get_status_code() >= 200:
            self._end()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._until_end and exc is None:
            self._end()
        super().connection_lost(exc)

    def _end(self) -> None:
        if not self._ended:
            self._ended = True
            self._until_end = False
            self._events.append(END)
