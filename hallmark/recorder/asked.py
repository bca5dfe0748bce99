"""One call and its answer as conditions and observation see them, in the cloud's own terms."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from certification.engine.footprint import Normalised
from certification.engine.footprint.model import Matched
from hallmark.recorder.heads import RequestHead, ResponseHead


@dataclass
class Asked:
    """`path` and `query` are as the product sent them. `target` is what goes to the cloud: a
    condition may change it. `headers` replace those of the same (lower case) name. `streams`
    tells a body that goes by piece by piece; `body` is then at most its beginning."""

    head: RequestHead
    origin: str
    path: str
    query: str
    place: Normalised
    began: float
    target: bytes
    headers: dict[bytes, bytes] = field(default_factory=dict)
    body: bytes | None = None
    streams: bool = False

    @property
    def method(self) -> str:
        return self.head.method.decode("latin-1")

    @property
    def url(self) -> str:
        return self.origin + self.path

    @property
    def service(self) -> str:
        """The official service type."""
        return self.place.service

    @property
    def operation(self) -> tuple[str, str, str]:
        """Service, method and path template."""
        return self.place.service, self.method, self.place.path

    @cached_property
    def is_authentication(self) -> bool:
        """Whether it is about tokens or the catalog; by the path, since it may precede both."""
        return "/auth/" in self.path and self.service in ("identity", "unknown")

    @property
    def is_token_request(self) -> bool:
        return self.method == "POST" and self._is_about("/auth/tokens")

    @property
    def shows_catalog(self) -> bool:
        return self._is_about("/auth/tokens", "/auth/catalog")

    @property
    def is_discovery(self) -> bool:
        """Whether it asks for a version document."""
        return self.place.matched is Matched.ROOT and self.service != "object-store"

    @property
    def is_object_data(self) -> bool:
        """Whether its bodies are a stranger's data, never to be read or changed."""
        return self.service == "object-store" and self.place.path not in ("/", "/info")

    @property
    def may_be_repeated(self) -> bool:
        """Whether asking the cloud twice can do no harm."""
        return self.head.method in (b"GET", b"HEAD") and not self.head.has_body

    def may_be_read(self, answer: ResponseHead) -> bool:
        """Whether the answer has a body that is the cloud's own JSON."""
        bodiless = self.head.method == b"HEAD" or answer.status in {204, 304}
        return answer.is_json and not bodiless and not self.is_object_data

    @cached_property
    def is_create(self) -> bool:
        """Whether it makes something that stays: a POST to a collection, or an object's PUT."""
        if self.service == "object-store":
            return self.method == "PUT" and self.place.path.count("{id}") == 3
        last = self.place.path.rpartition("/")[2]
        return (
            self.method == "POST"
            and self.service not in ("identity", "placement", "unknown")
            and self.place.matched is Matched.TABLE
            and last not in ("{id}", "action", "actions", "import", "detail")
        )

    @property
    def action(self) -> str:
        """The first key of an action's body, else empty."""
        if self.is_object_data or not self.path.endswith(("/action", "/actions")):
            return ""
        return next(iter(self.document), "")

    @property
    def token(self) -> bytes:
        return self.head.value(b"x-auth-token")

    @cached_property
    def arguments(self) -> dict[str, str]:
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @cached_property
    def document(self) -> dict[str, Any]:
        """The body as a JSON object; empty where it is none."""
        return json_object(self.body)

    def _is_about(self, *ends: str) -> bool:
        return self.is_authentication and self.path.rstrip("/").endswith(ends)


@dataclass
class Answered:
    """The cloud's answer; `body` where it was read, else None."""

    head: ResponseHead
    body: bytes | None = None

    @cached_property
    def document(self) -> dict[str, Any]:
        return json_object(self.body)


@dataclass(frozen=True)
class OwnAnswer:
    """What the recorder answers in the cloud's place; a `page` of HTML wins over the document."""

    status: int
    document: dict[str, Any]
    headers: tuple[tuple[str, str], ...] = ()
    page: str = ""


def json_object(raw: bytes | None) -> dict[str, Any]:
    """A JSON object, empty for anything else."""
    try:
        read = json.loads(raw) if raw else None
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}
