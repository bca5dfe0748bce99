"""Object store: accounts, containers, objects; listings in pages."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from tests.fakes.service import Call, Refusal, Route, Service, now
from tests.fakes.wire import Answer, Request

INFO = {
    "swift": {
        "version": "2.38.3",
        "policies": [{"name": "Policy-0", "aliases": "Policy-0", "default": True}],
        "max_file_size": 5368709122,
        "container_listing_limit": 10000,
        "account_listing_limit": 10000,
    },
    "slo": {"max_manifest_segments": 1000},
    "tempurl": {"methods": ["GET", "HEAD", "PUT", "POST", "DELETE"]},
}


@dataclass(slots=True)
class Stored:
    content: bytes
    kind: str
    meta: dict[str, str]
    at: float = field(default_factory=time.time)
    stamp: str = field(default_factory=lambda: now(precise=True))

    @property
    def etag(self) -> str:
        return hashlib.md5(self.content).hexdigest()


@dataclass(slots=True)
class Container:
    meta: dict[str, str]
    objects: dict[str, Stored] = field(default_factory=dict)
    at: float = field(default_factory=time.time)
    stamp: str = field(default_factory=lambda: now(precise=True))

    @property
    def size(self) -> int:
        return sum(len(one.content) for one in self.objects.values())


class Swift(Service):
    type = "object-store"
    name = "swift"
    mount = "/v1/AUTH_{project}"

    def __init__(self, *place: Any) -> None:
        super().__init__(*place)
        self.accounts: dict[str, dict[str, Container]] = {}
        self.account_meta: dict[str, dict[str, str]] = {}

    def all_routes(self) -> Iterable[Route]:
        return ()

    def refusal_body(self, refusal: Refusal) -> Any:
        return f"<html><h1>{refusal.message}</h1></html>".encode()

    def _answer(self, request: Request) -> Answer:
        try:
            answer = self._placed(request)
        except Refusal as refusal:
            answer = Answer(refusal.status, self.refusal_body(refusal))
        if isinstance(answer.body, bytes):
            answer.headers.setdefault("Content-Type", "text/html; charset=UTF-8")
        answer.headers["X-Trans-Id"] = answer.headers["x-openstack-request-id"] = f"tx{now(True)}"
        return answer

    def _placed(self, request: Request) -> Answer:
        """By position: /v1/{account}/{container}/{object}."""
        if request.path == "/info":
            return Answer(200, INFO)
        token = self.admit(request)
        call = Call(request, token)
        _, version, account, container, name = (*request.path.split("/", 4), "", "", "")[:5]
        if version != "v1" or (account != f"AUTH_{call.project}" and not call.is_admin):
            raise Refusal(403, "Forbidden")
        shelves = self.accounts.setdefault(account, {})
        level = "object" if name else "container" if container else "account"
        method = "GET" if request.method == "HEAD" else request.method
        operation = getattr(self, f"_{method.lower()}_{level}", None)
        if operation is None:
            raise Refusal(405, "Method Not Allowed")
        made: Answer = operation(request, account, shelves, container, name)
        return made

    # Accounts

    def _get_account(
        self, request: Request, account: str, shelves: dict[str, Container], *_: str
    ) -> Answer:
        rows = [
            {
                "name": name,
                "count": len(one.objects),
                "bytes": one.size,
                "last_modified": one.stamp,
                "storage_policy": "Policy-0",
            }
            for name, one in sorted(shelves.items())
        ]
        headers = {
            "X-Account-Container-Count": str(len(shelves)),
            "X-Account-Object-Count": str(sum(len(one.objects) for one in shelves.values())),
            "X-Account-Bytes-Used": str(sum(one.size for one in shelves.values())),
            "X-Timestamp": f"{time.time():.5f}",
            **_headers("X-Account-Meta-", self.account_meta.get(account, {})),
        }
        if rows:
            headers["Accept-Ranges"] = "bytes"
        return _listing(request, rows, headers)

    def _post_account(
        self, request: Request, account: str, shelves: dict[str, Container], *_: str
    ) -> Answer:
        self.account_meta.setdefault(account, {}).update(_meta(request, "x-account-meta-"))
        return Answer(204)

    # Containers

    def _known(self, shelves: dict[str, Container], name: str) -> Container:
        if name not in shelves:
            raise Refusal(404, "Not Found")
        return shelves[name]

    def _put_container(
        self, request: Request, _: str, shelves: dict[str, Container], name: str, *__: str
    ) -> Answer:
        new = name not in shelves
        made = shelves.setdefault(name, Container({}))
        made.meta.update(_meta(request, "x-container-meta-"))
        return Answer(201 if new else 202, b"")

    def _post_container(
        self, request: Request, _: str, shelves: dict[str, Container], name: str, *__: str
    ) -> Answer:
        self._known(shelves, name).meta.update(_meta(request, "x-container-meta-"))
        return Answer(204)

    def _delete_container(
        self, request: Request, _: str, shelves: dict[str, Container], name: str, *__: str
    ) -> Answer:
        if self._known(shelves, name).objects:
            raise Refusal(409, "Conflict")
        del shelves[name]
        return Answer(204)

    def _get_container(
        self, request: Request, _: str, shelves: dict[str, Container], name: str, *__: str
    ) -> Answer:
        container = self._known(shelves, name)
        headers = {
            "X-Container-Object-Count": str(len(container.objects)),
            "X-Container-Bytes-Used": str(container.size),
            "X-Timestamp": f"{container.at:.5f}",
            "Last-Modified": formatdate(container.at, usegmt=True),
            "X-Storage-Policy": "Policy-0",
            "Accept-Ranges": "bytes",
            **_headers("X-Container-Meta-", container.meta),
        }
        if request.method == "HEAD":
            return Answer(204, None, headers)
        rows = [
            {
                "bytes": len(one.content),
                "hash": one.etag,
                "name": key,
                "content_type": one.kind,
                "last_modified": one.stamp,
            }
            for key, one in sorted(container.objects.items())
        ]
        return _listing(request, rows, headers)

    # Objects

    def _stored(self, shelves: dict[str, Container], container: str, name: str) -> Stored:
        objects = self._known(shelves, container).objects
        if name not in objects:
            raise Refusal(404, "Not Found")
        return objects[name]

    def _put_object(
        self, request: Request, _: str, shelves: dict[str, Container], container: str, name: str
    ) -> Answer:
        headers: dict[str, str] = {}
        content = request.body
        meta = _meta(request, "x-object-meta-")
        kind = request.headers.get("content-type", "application/octet-stream")
        if "x-copy-from" in request.headers:
            place, _, key = request.headers["x-copy-from"].strip("/").partition("/")
            source = self._stored(shelves, place, key)
            content, kind, meta = source.content, source.kind, {**source.meta, **meta}
            headers["X-Copied-From"] = f"{place}/{key}"
        made = Stored(content, kind, meta)
        if request.headers.get("etag", made.etag).strip('"') != made.etag:
            raise Refusal(422, "Unprocessable Entity")
        self._known(shelves, container).objects[name] = made
        headers |= {"Etag": made.etag, "Last-Modified": formatdate(made.at, usegmt=True)}
        return Answer(201, b"", headers)

    def _get_object(
        self, request: Request, _: str, shelves: dict[str, Container], container: str, name: str
    ) -> Answer:
        stored = self._stored(shelves, container, name)
        headers = {
            "Content-Type": stored.kind,
            "Etag": stored.etag,
            "Last-Modified": formatdate(stored.at, usegmt=True),
            "X-Timestamp": f"{stored.at:.5f}",
            "Accept-Ranges": "bytes",
            **_headers("X-Object-Meta-", stored.meta),
        }
        wanted = request.headers.get("range", "")
        if not wanted.startswith("bytes="):
            return Answer(200, stored.content, headers)
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        start, end = int(first), int(last or len(stored.content) - 1)
        headers["Content-Range"] = f"bytes {start}-{end}/{len(stored.content)}"
        return Answer(206, stored.content[start : end + 1], headers)

    def _post_object(
        self, request: Request, _: str, shelves: dict[str, Container], container: str, name: str
    ) -> Answer:
        self._stored(shelves, container, name).meta = _meta(request, "x-object-meta-")
        return Answer(202, b"")

    def _delete_object(
        self, request: Request, _: str, shelves: dict[str, Container], container: str, name: str
    ) -> Answer:
        self._stored(shelves, container, name)
        del shelves[container].objects[name]
        return Answer(204)


def _meta(request: Request, prefix: str) -> dict[str, str]:
    return {
        name.removeprefix(prefix): value
        for name, value in request.headers.items()
        if name.startswith(prefix)
    }


def _headers(prefix: str, meta: dict[str, str]) -> dict[str, str]:
    return {prefix + key.title(): value for key, value in meta.items()}


def _listing(request: Request, rows: list[dict[str, Any]], headers: dict[str, str]) -> Answer:
    """JSON where asked for, else names; marker, limit, prefix and delimiter."""
    query = request.query
    rows = [one for one in rows if one["name"].startswith(query.get("prefix", ""))]
    rows = _folded(rows, query.get("prefix", ""), query.get("delimiter", ""))
    rows = [one for one in rows if (one.get("name") or one["subdir"]) > query.get("marker", "")]
    rows = rows[: int(query.get("limit") or 10000)]
    asked = query.get("format") or request.headers.get("accept", "")
    if "json" in asked:
        return Answer(200, rows, {**headers, "Content-Type": "application/json; charset=utf-8"})
    text = "".join(f"{one.get('name') or one['subdir']}\n" for one in rows).encode()
    plain = {**headers, "Content-Type": "text/plain; charset=utf-8"}
    return Answer(200, text, plain) if rows else Answer(204, None, plain)


def _folded(rows: list[dict[str, Any]], prefix: str, delimiter: str) -> list[dict[str, Any]]:
    if not delimiter:
        return rows
    folded: dict[str, dict[str, Any]] = {}
    for one in rows:
        head, mark, _ = one["name"][len(prefix) :].partition(delimiter)
        name = prefix + head + mark
        folded.setdefault(name, {"subdir": name} if mark else one)
    return list(folded.values())
