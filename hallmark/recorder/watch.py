"""What the recorder keeps of the calls: the ledger's counts, and in memory alone what it takes to
read them (whose token, which link to a next page)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from certification.engine.footprint import Call, FootprintLedger, Normalised, Normaliser
from hallmark.recorder.asked import Answered, Asked
from hallmark.recorder.heads import RequestHead

#: How many tokens and links are remembered at most; the oldest go first.
_REMEMBERED = 10_000
_MICROVERSION_HEADERS = (
    b"openstack-api-version",
    b"x-openstack-nova-api-version",
    b"x-openstack-manila-api-version",
    b"x-openstack-ironic-api-version",
)
_PAGE_ARGUMENTS = ("marker", "offset", "page")


class Watch:
    """Not thread-safe: lives in the recorder's loop. `started` is UTC; `calls` counts requests."""

    def __init__(self, normaliser: Normaliser, user_agents: Sequence[str]) -> None:
        self.normaliser = normaliser
        self.ledger = FootprintLedger(normaliser, user_agents)
        self.started = datetime.now(UTC)
        self.calls = 0
        self._began = time.monotonic()
        self._key = secrets.token_bytes(32)
        self._projects: dict[bytes, str] = {}
        self._offered: dict[bytes, None] = {}

    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self._began

    def asked(self, head: RequestHead, origin: str) -> Asked:
        target = head.target.decode("latin-1")
        path, _, query = target.partition("?")
        place = self._place(head, origin, path)
        return Asked(head, origin, path, query, place, self.seconds(), head.target)

    def note(self, asked: Asked, status: int, answered: Answered | None = None) -> None:
        """Count a call; `answered` where the cloud itself answered, `status` 0 where nobody did."""
        head = asked.head
        self.calls += 1
        self.ledger.note(
            Call(
                method=asked.method,
                url=asked.url,
                status=status,
                seconds=asked.began,
                user_agent=head.text(b"user-agent"),
                mv_asked=_microversion(head),
                mv_answered=_microversion(answered.head) if answered else "",
                action=asked.action,
                project_id=self._project_of(asked.token),
                request_id=_request_id(answered) if answered else "",
                answered=self.seconds(),
            )
        )
        if asked.query and asked.method == "GET" and self._offered:
            self._follow(asked)
        if answered is not None and answered.body is not None:
            self._read(asked, answered)

    def _place(self, head: RequestHead, origin: str, path: str) -> Normalised:
        project = self._project_of(head.value(b"x-auth-token"))
        return self.normaliser.normalise(head.method.decode("latin-1"), origin + path, project)

    def _read(self, asked: Asked, answered: Answered) -> None:
        if asked.is_token_request and answered.head.status == 201:
            self._note_token(asked, answered)
        elif asked.method == "GET" and b'"next"' in (answered.body or b""):
            for link in _next_links(answered.document):
                if mark := self._page_mark(asked.origin, link):
                    _remember(self._offered, mark, None)

    def _follow(self, asked: Asked) -> None:
        mark = self._page_mark(asked.origin, asked.target.decode("latin-1"))
        if mark and self._offered.pop(mark, False) is None:
            self.ledger.note_next_link()

    def _page_mark(self, origin: str, link: str) -> bytes:
        """A page by its collection and where it begins, however the client writes the rest."""
        parts = urlsplit(link)
        arguments = dict(parse_qsl(parts.query))
        begins = next((arguments[one] for one in _PAGE_ARGUMENTS if one in arguments), "")
        return self._digest(origin, parts.path.rstrip("/"), begins) if begins else b""

    def _note_token(self, asked: Asked, answered: Answered) -> None:
        token = _mapping(answered.document.get("token"))
        auth = _mapping(asked.document.get("auth"))
        identity = _mapping(auth.get("identity"))
        methods = [one for one in _listed(identity.get("methods")) if isinstance(one, str)]
        roles = [str(_mapping(one).get("name", "")) for one in _listed(token.get("roles"))]
        self.ledger.note_auth(
            methods, _scope(auth, token), roles, self._identity(identity, methods)
        )
        project = str(_mapping(token.get("project")).get("id", ""))
        subject = answered.head.value(b"x-subject-token")
        if project and subject:
            _remember(self._projects, self._digest(subject), project)

    def _identity(self, identity: Mapping[str, Any], methods: Sequence[str]) -> str:
        """A credential, told apart from others in this recording alone. A changed password is
        another credential; a token handed in again is none."""
        told = [repr(_sorted_pairs(identity.get(one))) for one in methods if one != "token"]
        return self._digest(*told).hex() if told else ""

    def _project_of(self, token: bytes) -> str:
        return self._projects.get(self._digest(token), "") if token and self._projects else ""

    def _digest(self, *parts: str | bytes) -> bytes:
        raw = [
            part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
            for part in parts
        ]
        return hmac.digest(self._key, b"\0".join(raw), hashlib.sha256)


def _sorted_pairs(value: Any) -> Any:
    """Mappings as sorted pairs, all the way down: equal credentials in any order are equal."""
    if isinstance(value, Mapping):
        return sorted((str(key), _sorted_pairs(one)) for key, one in value.items())
    return value


def _scope(auth: Mapping[str, Any], token: Mapping[str, Any]) -> str:
    """The scope as asked; `implied` where the cloud chose one (application credentials)."""
    scope = auth.get("scope")
    if isinstance(scope, Mapping):
        kind = str(next(iter(scope), ""))
        return "trust" if kind == "OS-TRUST:trust" else kind
    if scope is None and any(token.get(key) for key in ("project", "domain", "system")):
        return "implied"
    return "unscoped"


def _microversion(head: Any) -> str:
    known = {name.lower(): value for name, value in head.headers}
    for name in _MICROVERSION_HEADERS:
        if name in known:
            return str(known[name].decode("latin-1"))
    return ""


def _request_id(answered: Answered) -> str:
    return answered.head.text(b"x-openstack-request-id") or answered.head.text(b"x-trans-id")


def _next_links(document: Mapping[str, Any]) -> Iterator[str]:
    """Links to a next page, in the ways of the services: `next`, `links.next`, `*_links`."""
    candidates = [document.get("next"), _mapping(document.get("links")).get("next")]
    for key, value in document.items():
        if key == "links" or key.endswith("_links"):
            candidates += [
                one.get("href") for one in _listed(value) if _mapping(one).get("rel") == "next"
            ]
    yield from (one for one in candidates if isinstance(one, str))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _remember(memory: dict[bytes, Any], key: bytes, value: Any) -> None:
    memory[key] = value
    if len(memory) > _REMEMBERED:
        del memory[next(iter(memory))]
