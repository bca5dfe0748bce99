"""Which operations of a footprint a rule speaks of: the smallest word of the rule language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from certification.engine.footprint.model import Operation
from certification.engine.guideline.shape import as_object, as_text, member, refuse
from certification.engine.guideline.strict_json import at

#: What `status` may say: a first digit each, or every answer.
_CLASSES = {"success": 2, "client-error": 4, "server-error": 5}
_ANY = "any"
_WRITES = ("COPY", "DELETE", "PATCH", "POST", "PUT")
_METHODS = {"read": ("GET", "HEAD"), "write": _WRITES}
_KEYS = frozenset(
    {"service", "api", "method", "path", "path_starts", "path_ends", "action", "status"}
)


@dataclass(frozen=True, slots=True)
class Selector:
    """Each field that is not empty must fit. `statuses` of None is any answer."""

    services: tuple[str, ...] = ()
    api: str = ""
    methods: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    statuses: frozenset[int] | None = None

    def matches(self, operation: Operation) -> bool:
        return (
            _one_of(operation.service, self.services)
            and _one_of(operation.method, self.methods)
            and _one_of(operation.path, self.paths)
            and _one_of(operation.action, self.actions)
            and (not self.api or _bare(operation.api or "") == _bare(self.api))
            and (not self.starts or operation.path.startswith(self.starts))
            and (not self.ends or operation.path.endswith(self.ends))
            and (self.statuses is None or operation.status in self.statuses)
        )


def read_selector(value: Any, path: str) -> Selector:
    """`{"service": "compute", "method": "POST", "path": "/servers", "status": "success"}`.

    A text may be a list of texts: one of them. `method` may be `read` or `write`. `status` must be
    given: `success`, `client-error`, `server-error`, `any` or a list of numbers.
    Raises GuidelineInvalid.
    """
    body = as_object(value, path)
    refuse_strangers(body, _KEYS, path)
    method = body.get("method", [])
    methods = _METHODS.get(method) if isinstance(method, str) else None
    return Selector(
        services=_texts(body, "service", path),
        api=as_text(body.get("api", ""), at(path, "api")),
        methods=methods or _texts(body, "method", path),
        paths=_texts(body, "path", path),
        starts=_texts(body, "path_starts", path),
        ends=_texts(body, "path_ends", path),
        actions=_texts(body, "action", path),
        statuses=_statuses(member(body, "status", path), at(path, "status")),
    )


def read_selectors(value: Any, path: str) -> tuple[Selector, ...]:
    """One selector or a list of at least one."""
    if not isinstance(value, list):
        return (read_selector(value, path),)
    if not value:
        raise refuse(path, "The list is empty; name at least one kind of call.")
    return tuple(read_selector(item, at(path, index)) for index, item in enumerate(value))


def refuse_strangers(body: dict[str, Any], known: frozenset[str], path: str) -> None:
    for key in body:
        if key not in known:
            raise refuse(
                at(path, key),
                f"{key[:80]!r} is not known here; known are {', '.join(sorted(known))}.",
            )


def _statuses(value: Any, path: str) -> frozenset[int] | None:
    if value == _ANY:
        return None
    if isinstance(value, str) and value in _CLASSES:
        first = 100 * _CLASSES[value]
        return frozenset(range(first, first + 100))
    if isinstance(value, list) and value and all(type(one) is int for one in value):
        return frozenset(value)
    words = ", ".join((*_CLASSES, _ANY))
    raise refuse(path, f"Expected {words} or a list of status numbers.")


def _texts(body: dict[str, Any], key: str, path: str) -> tuple[str, ...]:
    """The texts under `key`; none where it is absent, never none where it is there."""
    if key not in body:
        return ()
    value, place = body[key], at(path, key)
    texts = tuple(as_text(one, place) for one in (value if isinstance(value, list) else [value]))
    if not all(texts) or not texts:
        raise refuse(place, "Expected a text or a list of texts, none of them empty.")
    return texts


def _one_of(word: str, wanted: tuple[str, ...]) -> bool:
    return not wanted or word in wanted


def _bare(api: str) -> str:
    return api.removeprefix("v")
