"""What the fake services share: routes, tokens, refusals, shelves of records, pages."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode

from tests.fakes.wire import Answer, Request

if TYPE_CHECKING:
    from tests.fakes.cloud import FakeCloud
    from tests.fakes.keystone_tokens import Token


class Refusal(Exception):
    """An answer of 4xx; the service wraps the message in its own kind of body."""

    def __init__(self, status: int, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.kind = kind


@dataclass(slots=True)
class Record:
    """One resource. `body` is what is shown; it settles (BUILD to ACTIVE ...) at `settles_at`."""

    id: str
    project: str
    user: str
    body: dict[str, Any]
    settles_at: float = 0.0
    settled: dict[str, Any] | None = None
    hidden: dict[str, Any] = field(default_factory=dict)

    def settle(self) -> None:
        if self.settled is not None and time.monotonic() >= self.settles_at:
            self.body.update(self.settled)
            self.settled = None


class Shelf:
    """Resources of one kind, oldest first; `gone` is asked by id after a delete that takes time."""

    def __init__(self) -> None:
        self._records: dict[str, Record] = {}

    def put(self, record: Record) -> Record:
        self._records[record.id] = record
        return record

    def take(self, record_id: str) -> None:
        self._records.pop(record_id, None)

    def find(self, record_id: str) -> Record | None:
        record = self._records.get(record_id)
        if record is None:
            return None
        record.settle()
        if record.body.get("status") == "__gone__":
            self.take(record_id)
            return None
        return record

    def __iter__(self) -> Iterator[Record]:
        found = (self.find(record_id) for record_id in list(self._records))
        return iter([one for one in found if one is not None])


@dataclass(frozen=True, slots=True)
class Call:
    """A request that was let in. `token` is None only on open routes."""

    request: Request
    token: Token | None

    @property
    def project(self) -> str:
        return self.token.project if self.token else ""

    @property
    def user(self) -> str:
        return self.token.user if self.token else ""

    @property
    def is_admin(self) -> bool:
        return self.token is not None and "admin" in self.token.roles

    def sees(self, record: Record) -> bool:
        return self.is_admin or record.project == self.project

    def json(self) -> Any:
        try:
            return self.request.json()
        except json.JSONDecodeError:
            raise Refusal(400, "Malformed request body") from None


Operation = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    parts: tuple[str, ...]
    operation: Operation
    open: bool

    def match(self, method: str, parts: tuple[str, ...]) -> dict[str, str] | None:
        if method != self.method or len(parts) != len(self.parts):
            return None
        found = {}
        for pattern, part in zip(self.parts, parts, strict=True):
            if pattern.startswith("{"):
                found[pattern[1:-1]] = part
            elif pattern != part:
                return None
        return found


def route(method: str, path: str, *, open: bool = False) -> Callable[[Operation], Operation]:
    """Says which calls an operation answers; it gets the call and the words of the path, and
    returns JSON data (200), (status, data) or an Answer. `open` routes need no token."""

    def mark(operation: Operation) -> Operation:
        routes = getattr(operation, "routes", [])
        made = Route(method, tuple(path.strip("/").split("/")), operation, open)
        operation.routes = [*routes, made]  # type: ignore[attr-defined]  # read by Service below
        return operation

    return mark


class Service:
    """`mount` follows the origin in the catalog, with `{project}` where that stands there."""

    type: ClassVar[str]
    name: ClassVar[str]
    mount: ClassVar[str] = ""
    microversions: ClassVar[tuple[str, str] | None] = None
    microversion_word: ClassVar[str] = ""
    unnumbered_root: ClassVar[bool] = False

    def __init__(self, cloud: FakeCloud, region: str) -> None:
        self.cloud = cloud
        self.region = region
        self.origin = ""
        self.shelves: dict[str, Shelf] = {}
        self._routes = sorted(self.all_routes(), key=lambda one: [p[:1] == "{" for p in one.parts])

    def all_routes(self) -> Iterable[Route]:
        for name in dir(type(self)):
            yield from getattr(getattr(type(self), name), "routes", ())

    def shelf(self, kind: str) -> Shelf:
        return self.shelves.setdefault(kind, Shelf())

    def url(self, project: str = "") -> str:
        return self.origin + self.mount.replace("{project}", project)

    def beside(self, service_type: str) -> Any:
        """Another service of the same region."""
        return self.cloud.service(service_type, self.region)

    def handle(self, request: Request) -> Answer:
        request_id = f"req-{uuid.uuid4()}"
        try:
            answer = self._answer(request)
        except Refusal as refusal:
            answer = Answer(refusal.status, self.refusal_body(refusal))
        self._stamp(request, answer)
        if answer.status == 401:
            uri = f'Keystone uri="{self.cloud.identity.origin}"'
            answer.headers.setdefault("WWW-Authenticate", uri)
        if not self._is_unnumbered(request, answer):
            answer.headers.setdefault("x-openstack-request-id", request_id)
        self.cloud.note(self, request, answer)
        return answer

    def _is_unnumbered(self, request: Request, answer: Answer) -> bool:
        """Some services give their list of versions before a request gets its id."""
        return self.unnumbered_root and request.path == "/"

    def _answer(self, request: Request) -> Answer:
        self.chosen_microversion(request)
        parts = tuple(request.path.strip("/").split("/"))
        found = self._find(request.method, parts)
        if found is None:
            self.admit(request)
            raise Refusal(404, "The resource could not be found.")
        one, words = found
        call = Call(request, None if one.open else self.admit(request))
        made = one.operation(self, call, **words)
        if not isinstance(made, Answer):
            made = Answer(*made) if isinstance(made, tuple) else Answer(200, made)
        return made

    def _stamp(self, request: Request, answer: Answer) -> None:
        """Says which microversion was served; a 401 comes before that is known."""
        if self.microversions is not None and answer.status != 401:
            try:
                chosen = self.chosen_microversion(request)
            except Refusal as refusal:
                if refusal.status != 406:
                    return
                chosen = self.microversions[0]
            answer.headers["OpenStack-API-Version"] = f"{self.microversion_word} {chosen}"
            if self.type == "compute":
                answer.headers["X-OpenStack-Nova-API-Version"] = chosen

    def _find(self, method: str, parts: tuple[str, ...]) -> tuple[Route, dict[str, str]] | None:
        for asked in (method, "GET") if method == "HEAD" else (method,):
            for one in self._routes:
                words = one.match(asked, parts)
                if words is not None:
                    return one, words
        return None

    def admit(self, request: Request) -> Token:
        token = self.cloud.identity.token_of(request.headers.get("x-auth-token", ""))
        if token is None or (not token.project and self.type != "identity"):
            raise Refusal(401, "The request you have made requires authentication.")
        return token

    def chosen_microversion(self, request: Request) -> str:
        """The one asked for, the lowest without; 406 outside the range. Empty without a range."""
        if self.microversions is None:
            return ""
        lowest, highest = self.microversions
        asked = request.headers.get("openstack-api-version", "")
        word, _, version = asked.partition(" ")
        if not asked or word not in (self.microversion_word, self.type):
            return lowest
        if version == "latest":
            return highest
        if not version.replace(".", "", 1).isdigit():
            message = f"API Version String {version} is of invalid format."
            raise Refusal(400, message)
        if not number(lowest) <= number(version) <= number(highest):
            raise Refusal(
                406,
                f"Version {version} is not supported by the API. "
                f"Minimum is {lowest} and maximum is {highest}.",
            )
        return version

    def refusal_body(self, refusal: Refusal) -> Any:
        """As Keystone and its middleware write it; others have shapes of their own."""
        title = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found"}
        error = {"code": refusal.status, "message": refusal.message}
        return {"error": {**error, "title": title.get(refusal.status, "Conflict")}}


def number(version: str) -> tuple[int, int]:
    major, _, minor = version.partition(".")
    return int(major), int(minor or 0)


def found(call: Call, shelf: Shelf, record_id: str, message: str, kind: str = "") -> Record:
    """The record if the caller may see it; else 404."""
    record = shelf.find(record_id)
    if record is None or not call.sees(record):
        raise Refusal(404, message, kind)
    return record


def page(
    rows: list[Record], query: Mapping[str, str], most: int = 1000
) -> tuple[list[Record], str]:
    """One page and the marker of the next, empty on the last. Unknown marker: 400. A full page has
    a next one even if that is empty, as with the real services."""
    limit = query.get("limit", "")
    if limit and not limit.isdigit():
        raise Refusal(400, "limit param must be an integer")
    size = min(int(limit) if limit else most, most)
    marker = query.get("marker")
    if marker:
        places = [place for place, one in enumerate(rows) if one.id == marker]
        if not places:
            raise Refusal(400, f"marker [{marker}] not found")
        rows = rows[places[0] + 1 :]
    cut = rows[:size]
    return cut, cut[-1].id if cut and len(cut) == size else ""


def next_query(query: Mapping[str, str], marker: str) -> str:
    return urlencode({**{k: v for k, v in query.items() if k != "marker"}, "marker": marker})


def new_id() -> str:
    return str(uuid.uuid4())


def now(precise: bool = False) -> str:
    moment = datetime.now(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f" if precise else "%Y-%m-%dT%H:%M:%SZ")
