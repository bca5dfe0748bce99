"""The recorder's own addresses: one for each origin of the cloud, made as the cloud names them."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakSet

from hallmark.recorder.asked import Answered, Asked, OwnAnswer
from hallmark.recorder.conditions import Treatment
from hallmark.recorder.conversation import Conversation
from hallmark.recorder.ends import ClientPeer, CloudPeer
from hallmark.recorder.origins import (
    Origins,
    OriginUnknown,
    address_of,
    lies_under,
    mount_of,
    origin_of,
)
from hallmark.recorder.watch import Watch
from hallmark.recorder.wire import Peer

#: A catalog that names more is not believed.
_MOST_LISTENERS = 256
_CONNECT_S = 20.0
#: After so many turns of the loop a broken connection is gone for good.
_TURNS = 10


@dataclass
class Scene:
    """What all listeners of a recording share. `apart` gives each service a listener of its own;
    `tls` makes the listeners speak TLS; `answer_s` is how long the cloud may stay silent."""

    watch: Watch
    treatment: Treatment
    upstream_tls: ssl.SSLContext | None
    tls: ssl.SSLContext | None = None
    apart: bool = False
    answer_s: float = 300.0
    origins: Origins = field(default_factory=Origins)
    servers: list[asyncio.Server] = field(default_factory=list)
    conversations: dict[asyncio.Task[None], Conversation] = field(default_factory=dict)
    faults: list[BaseException] = field(default_factory=list)
    peers: WeakSet[Peer] = field(default_factory=WeakSet)

    def ended(self, conversation: asyncio.Task[None]) -> None:
        """A fault of ours may have lost a call: no footprint may then look whole."""
        self.conversations.pop(conversation, None)
        if not conversation.cancelled() and (fault := conversation.exception()) is not None:
            self.faults.append(fault)

    def patience(self) -> asyncio.Timeout:
        return asyncio.timeout(self.answer_s)

    def extend(self, limit: asyncio.Timeout | None) -> None:
        """A body is moving: the cloud's time to answer begins anew."""
        if limit is not None and not limit.expired():
            limit.reschedule(asyncio.get_running_loop().time() + self.answer_s)

    async def open(self, url: str) -> str:
        """The listener for the place of an endpoint, made if need be. Raises OriginUnknown."""
        upstream = origin_of(url)
        mount = mount_of(url) if self.apart else ""
        if not self.origins.knows(upstream, mount) and len(self.origins) < _MOST_LISTENERS:
            listener = Listener(self, upstream, mount)
            server = await asyncio.get_running_loop().create_server(
                listener.peer, "127.0.0.1", 0, ssl=self.tls
            )
            self.servers.append(server)
            port = server.sockets[0].getsockname()[1]
            scheme = "https" if self.tls else "http"
            self.origins.add(upstream, mount, f"{scheme}://127.0.0.1:{port}")
        return upstream

    async def learn(self, asked: Asked, answered: Answered) -> None:
        """Make listeners for the places that an answer names."""
        if answered.body is None or asked.head.method not in (b"GET", b"POST"):
            return
        if asked.shows_catalog:
            catalog = _catalog(answered.document)
            self.watch.normaliser.learn_catalog(catalog)
            await self._open_all(_endpoints(catalog))
        elif asked.is_discovery or b'"versions"' in answered.body[:64]:
            await self._open_all(_self_links(answered.document))

    async def _open_all(self, urls: Iterable[str]) -> None:
        for url in urls:
            try:
                await self.open(url)
            except OriginUnknown:
                continue

    async def close(self, linger_s: float) -> None:
        """Stop listening; calls under way may end for a while."""
        for server in self.servers:
            server.close()
        tasks = list(self.conversations)
        for conversation in self.conversations.values():
            conversation.end_soon()
        if tasks:
            await asyncio.wait(tasks, timeout=linger_s)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._hang_up()

    async def _hang_up(self) -> None:
        """Break what is still open: a farewell under TLS would wait for the other side."""
        for peer in self.peers:
            if not peer.closed:
                peer.abort()
        for _ in range(_TURNS):
            await asyncio.sleep(0)


class Listener:
    """One address of ours. `origin` is the cloud's place behind it."""

    def __init__(self, scene: Scene, origin: str, mount: str) -> None:
        self.scene = scene
        self.origin = origin
        self._mount = mount
        self._name, self._port, self._secure = address_of(origin)
        self.host = origin.partition("://")[2].encode()

    def peer(self) -> ClientPeer:
        return _Accepted(self)

    def refusal(self, asked: Asked) -> OwnAnswer | None:
        """What cannot go on to the cloud from here."""
        if not asked.target.startswith(b"/") and asked.target != b"*":
            return _refused(
                421, "this is not a forward proxy; take the addresses from the catalog instead"
            )
        if not lies_under(asked.path.rstrip("/"), self._mount) and asked.path != "/":
            return _refused(404, "another service moved; its address is in the catalog")
        return None

    async def connect(self) -> CloudPeer:
        """A connection to the cloud, its certificate checked. Raises OSError, TimeoutError."""
        async with asyncio.timeout(_CONNECT_S):
            _, peer = await asyncio.get_running_loop().create_connection(
                CloudPeer,
                self._name,
                self._port,
                ssl=self.scene.upstream_tls if self._secure else None,
                server_hostname=self._name if self._secure else None,
            )
        self.scene.peers.add(peer)
        return peer


class _Accepted(ClientPeer):
    """A connection of the product, which brings its conversation with it."""

    def __init__(self, listener: Listener) -> None:
        super().__init__()
        self._listener = listener

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._listener.scene.peers.add(self)
        scene = self._listener.scene
        conversation = Conversation(self._listener, self)
        task = self._loop.create_task(conversation.run())
        scene.conversations[task] = conversation
        task.add_done_callback(scene.ended)


def _refused(status: int, words: str) -> OwnAnswer:
    return OwnAnswer(status, {"error": {"code": status, "message": f"hallmark recorder: {words}"}})


def _catalog(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    token = document.get("token")
    found = token.get("catalog") if isinstance(token, dict) else document.get("catalog")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _endpoints(catalog: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for service in catalog:
        endpoints = service.get("endpoints")
        for endpoint in endpoints if isinstance(endpoints, list) else ():
            if isinstance(endpoint, dict) and isinstance(endpoint.get("url"), str):
                yield endpoint["url"]


def _self_links(document: Mapping[str, Any]) -> Iterator[str]:
    """Where a version document says that its versions are (not where their manuals are)."""
    versions = document.get("versions", document.get("version"))
    if isinstance(versions, dict):
        versions = versions.get("values", [versions])
    for version in versions if isinstance(versions, list) else ():
        links = version.get("links") if isinstance(version, dict) else None
        for link in links if isinstance(links, list) else ():
            if isinstance(link, dict) and link.get("rel") == "self":
                yield str(link.get("href", ""))
