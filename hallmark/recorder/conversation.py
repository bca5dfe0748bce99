"""One connection of the product: each request goes on to the cloud, each answer comes back.

A client connection has one connection to the cloud of its own, used again while it is fresh.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from hallmark.recorder.asked import Answered, Asked, OwnAnswer
from hallmark.recorder.ends import ClientPeer, CloudPeer
from hallmark.recorder.heads import RequestHead, ResponseHead
from hallmark.recorder.messages import answer_head, own_answer, refusal_of, request_head
from hallmark.recorder.wire import ConnectionGone, NotHttp, Peer

if TYPE_CHECKING:
    from hallmark.recorder.listeners import Listener

#: JSON up to here is read whole; longer bodies stream by untouched.
READ_LIMIT_BYTES = 8 << 20
_LINGER_S = 1.0
# Servers close what was idle for two seconds or more (gunicorn's own setting): a call that is sent
# just then is lost, and only the product would be blamed.
_FRESH_S = 1.0


class CloudSilent(Exception):
    """No connection to the cloud, or no answer. `status` is what the product is told."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Conversation:
    def __init__(self, listener: Listener, client: ClientPeer) -> None:
        self._listener = listener
        self._client = client
        self._watch = listener.scene.watch
        self._treatment = listener.scene.treatment
        self._origins = listener.scene.origins
        self._cloud: CloudPeer | None = None
        self._idle = True
        self._last = False
        self._used = 0.0
        self._limit: asyncio.Timeout | None = None

    def end_soon(self) -> None:
        """End after the call that is under way, at once where there is none."""
        self._last = True
        if self._idle:
            self._client.close()

    async def run(self) -> None:
        """Until either side ends it."""
        client = self._client
        try:
            while True:
                head = await client.next_event()
                self._idle = False
                if not await self._exchange(head) or self._last:
                    break
                self._used = self._watch.seconds()
                self._idle = True
        except ConnectionGone:
            pass
        except NotHttp as refusal:
            await self._refuse_wire(refusal)
        finally:
            client.close()
            if self._cloud is not None:
                self._cloud.close()

    async def _exchange(self, head: RequestHead) -> bool:
        """Serve one request; whether the connection goes on."""
        asked = self._watch.asked(head, self._listener.origin)
        own = self._listener.refusal(asked) or self._treatment.on_request(asked)
        if own is not None:
            self._watch.note(asked, own.status)
            return await self._answer(asked, own)
        try:
            return await self._forward(asked)
        except CloudSilent as silence:
            self._watch.note(asked, 0)
            message = {"code": silence.status, "message": f"hallmark recorder: {silence}"}
            await self._answer(asked, OwnAnswer(silence.status, {"error": message}), drain=False)
            return False

    # To the cloud.

    async def _forward(self, asked: Asked) -> bool:
        used = self._cloud
        cloud = await self._connected()
        cloud.expect(asked.head.method)
        asked.streams = not await self._read_request(asked)
        pump = None
        try:
            if not asked.streams:
                await cloud.write(
                    request_head(asked, self._listener.host, self._origins), asked.body or b""
                )
            else:
                await cloud.write(request_head(asked, self._listener.host, self._origins))
                pump = asyncio.create_task(self._pump(asked, cloud))
            answer = await self._answer_head(asked, cloud)
            keep = await self._relay(asked, answer, cloud)
            if pump is not None and not pump.done():
                # The cloud has answered before it had all: what is left is of no use to it.
                keep = False
                await asyncio.wait([pump], timeout=_LINGER_S)
            return keep
        except (ConnectionGone, NotHttp) as error:
            if self._client.closed:
                raise ConnectionGone from None
            if cloud is used and not cloud.answering and asked.may_be_repeated:
                # The cloud may have ended an idle connection just then; a new one tells.
                cloud.abort()
                self._cloud = None
                return await self._forward(asked)
            if isinstance(error, NotHttp) or not cloud.answering:
                raise CloudSilent(502, f"the cloud broke the connection ({error})") from None
            raise
        finally:
            if pump is not None:
                pump.cancel()

    async def _connected(self) -> CloudPeer:
        if self._cloud is not None and self._watch.seconds() - self._used > _FRESH_S:
            self._cloud.close()
            self._cloud = None
        if self._cloud is None or self._cloud.ending:
            try:
                self._cloud = await self._listener.connect()
            except (OSError, TimeoutError) as error:
                raise CloudSilent(
                    502, f"no connection to {self._listener.origin}: {error or 'time-out'}"
                ) from None
        return self._cloud

    async def _read_request(self, asked: Asked) -> bool:
        """Take the body in, if it is to be read; whether it is there as a whole."""
        head = asked.head
        if not head.has_body:
            self._client.whole_body()
            return True
        readable = not asked.is_object_data and (head.is_json or asked.is_token_request)
        if not readable or (head.length or 0) > READ_LIMIT_BYTES:
            asked.body = None if head.awaits_continue else self._client.whole_body()
            return asked.body is not None
        if head.awaits_continue:
            await self._client.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        asked.body, whole = await _read_up_to(self._client, READ_LIMIT_BYTES)
        if whole:
            asked.body = self._origins.to_cloud(asked.body)
        return whole

    async def _pump(self, asked: Asked, cloud: CloudPeer) -> None:
        """The rest of a request's body, piece by piece."""
        chunked = asked.head.length is None
        try:
            if asked.body:
                await cloud.write(_chunk(asked.body) if chunked else asked.body)
            while (piece := await self._client.next_pieces()) is not None:
                await cloud.write(_chunk(piece) if chunked else piece)
                self._listener.scene.extend(self._limit)
            if chunked:
                await cloud.write(b"0\r\n\r\n")
        except (ConnectionGone, NotHttp):
            # Half a request must not look like a whole one.
            if self._client.closed:
                cloud.abort()

    # From the cloud.

    async def _answer_head(self, asked: Asked, cloud: CloudPeer) -> ResponseHead:
        try:
            async with self._listener.scene.patience() as self._limit:
                while (head := await cloud.next_event()).interim:
                    if head.status == 100 and asked.streams and asked.head.awaits_continue:
                        await self._client.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        except TimeoutError:
            cloud.abort()
            raise CloudSilent(504, f"no answer from {self._listener.origin} in time") from None
        finally:
            self._limit = None
        return cast(ResponseHead, head)

    async def _relay(self, asked: Asked, head: ResponseHead, cloud: CloudPeer) -> bool:
        answered = Answered(head)
        rest, whole = b"", False
        if asked.may_be_read(head) and (head.length or 0) <= READ_LIMIT_BYTES:
            try:
                rest, whole = await _read_up_to(cloud, READ_LIMIT_BYTES)
            except (ConnectionGone, NotHttp):
                self._watch.note(asked, head.status, answered)
                raise
        answered.body = rest if whole else None
        await self._listener.scene.learn(asked, answered)
        self._watch.note(asked, head.status, answered)
        self._treatment.on_answer(asked, answered)
        if whole:
            answered.body = self._origins.to_listeners(answered.body or b"")
        keep = asked.head.keep_alive and asked.head.version != "1.0"
        keep = keep and head.keep_alive and not head.until_end
        first = answer_head(asked, answered, self._origins, keep)
        if whole:
            await self._client.write(first, answered.body or b"")
            return keep
        await self._stream(asked, head, first, rest, cloud)
        return keep

    async def _stream(
        self, asked: Asked, head: ResponseHead, first: bytes, rest: bytes, cloud: CloudPeer
    ) -> None:
        """A body as it comes; raises ConnectionGone where it stops short, after breaking off."""
        chunked = head.chunked and asked.head.version != "1.0" and asked.head.method != b"HEAD"
        pending = first + (_chunk(rest) if chunked and rest else rest)
        if cloud.would_wait:
            await self._client.write(pending)
            pending = b""
        while (piece := await cloud.next_pieces()) is not None:
            await self._client.write(pending, _chunk(piece) if chunked else piece)
            pending = b""
        if pending or chunked:
            await self._client.write(pending + (b"0\r\n\r\n" if chunked else b""))

    # In the cloud's place.

    async def _answer(self, asked: Asked, own: OwnAnswer, *, drain: bool = True) -> bool:
        """Give an answer of the recorder's own, once the request is out of the way."""
        keep = drain and asked.head.keep_alive and not asked.head.awaits_continue
        if keep:
            while await self._client.next_pieces() is not None:
                pass
        await self._client.write(own_answer(asked, own, keep))
        return keep

    async def _refuse_wire(self, refusal: NotHttp) -> None:
        try:
            await self._client.write(refusal_of(refusal))
        except ConnectionGone:
            return


def _chunk(piece: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(piece), piece)


async def _read_up_to(peer: Peer, limit: int) -> tuple[bytes, bool]:
    """The body and whether that is all of it; reading stops beyond the limit."""
    pieces: list[bytes] = []
    size = 0
    while size <= limit:
        piece = await peer.next_pieces()
        if piece is None:
            return b"".join(pieces), True
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces), False
