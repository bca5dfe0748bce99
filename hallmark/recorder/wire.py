"""One end of an HTTP/1.1 connection as a stream of messages: heads, pieces of bodies, ends.

`httptools` parses in C; what is read ahead of its consumer is bounded, so that a slow reader slows
the sender down and a body of any length costs the same memory.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, cast

import httptools

_READ_AHEAD_BYTES = 1 << 18
HEAD_LIMIT_BYTES = 1 << 18


class ConnectionGone(Exception):
    """The other side closed or broke the connection in the middle of a message."""


class NotHttp(Exception):
    """The other side sent something that is not HTTP/1.x, or asks to leave it. `upgrade` tells the
    second; the sentence is fit for the client."""

    def __init__(self, message: str, *, upgrade: bool = False) -> None:
        super().__init__(message)
        self.upgrade = upgrade


class _End:
    """The mark behind the last piece of a message."""


END = _End()


class Peer(asyncio.Protocol):
    """Events in the order of arrival; `next_pieces` gives None at the end of a message."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._events: deque[Any] = deque()
        self._ahead = 0
        self._paused = False
        self._waiting: asyncio.Future[None] | None = None
        self._writable: asyncio.Future[None] | None = None
        self._failure: Exception | None = None
        self._headers: list[tuple[bytes, bytes]] = []
        self._head_bytes = 0
        self._parser: Any = None
        self.closed = False

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if self._failure is not None:
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._upgraded(data[upgrade.args[0] :])
        except (httptools.HttpParserError, NotHttp) as error:
            cause = error.__context__ if isinstance(error.__context__, NotHttp) else error
            self._fail(NotHttp(f"Not HTTP/1.1 as the recorder reads it: {cause}"))
        self._wake()
        if self._ahead > _READ_AHEAD_BYTES and not self._paused:
            self._paused = True
            self.transport.pause_reading()

    def _upgraded(self, _: bytes) -> None:
        """The message asks to go on in another protocol; given what follows it."""
        self._fail(NotHttp("This recorder speaks HTTP/1.1 only, no upgrade.", upgrade=True))

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, _: Exception | None) -> None:
        self.closed = True
        self._wake()
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)

    def pause_writing(self) -> None:
        self._writable = self._loop.create_future()

    def resume_writing(self) -> None:
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)
        self._writable = None

    # What the parser calls.

    def on_header(self, name: bytes, value: bytes) -> None:
        self._head_bytes += len(name) + len(value)
        if self._head_bytes > HEAD_LIMIT_BYTES:
            raise NotHttp("headers of more than 256 KiB")
        self._headers.append((name, value))

    def on_body(self, piece: bytes) -> None:
        self._ahead += len(piece)
        self._events.append(piece)

    def on_message_complete(self) -> None:
        self._events.append(END)

    # What the exchange calls.

    async def next_event(self) -> Any:
        """Raises ConnectionGone when nothing more can come, NotHttp for what is no message."""
        while not self._events:
            if self._failure is not None:
                raise self._failure
            if self.closed:
                raise ConnectionGone
            self._waiting = self._loop.create_future()
            await self._waiting
        event = self._events.popleft()
        if isinstance(event, bytes):
            self._ahead -= len(event)
            if self._paused and self._ahead < _READ_AHEAD_BYTES // 4 and not self.closed:
                self._paused = False
                self.transport.resume_reading()
        return event

    async def next_pieces(self) -> bytes | None:
        """All of the body that has arrived, in one; None at the end of the message."""
        event = await self.next_event()
        if not isinstance(event, bytes):
            return None
        if self._events and isinstance(self._events[0], bytes):
            pieces = [event]
            while self._events and isinstance(self._events[0], bytes):
                pieces.append(await self.next_event())
            return b"".join(pieces)
        return event

    @property
    def would_wait(self) -> bool:
        """Whether nothing has arrived that was not taken."""
        return not self._events

    def whole_body(self) -> bytes | None:
        """The body if all of it has arrived, taken out of the stream; else None."""
        if END not in self._events:
            return None
        pieces = []
        while (event := self._events.popleft()) is not END:
            pieces.append(event)
        self._ahead -= sum(map(len, pieces))
        return b"".join(pieces)

    @property
    def ending(self) -> bool:
        """Whether nothing more can be sent."""
        return self.closed or self.transport.is_closing()

    async def write(self, *parts: bytes) -> None:
        """Returns when the other side keeps up; raises ConnectionGone when it is not there."""
        if self.ending:
            raise ConnectionGone
        self.transport.write(parts[0] if len(parts) == 1 else b"".join(parts))
        if self._writable is not None:
            await self._writable
            if self.closed:
                raise ConnectionGone

    def close(self) -> None:
        if not self.closed:
            self.transport.close()

    def abort(self) -> None:
        """Close without sending what is left: the other side must see that it was cut."""
        self.transport.abort()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def _fail(self, failure: Exception) -> None:
        self._failure = failure
        self._wake()
