"""Services whose resources all work alike: list, create, show, change, delete by one table."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tests.fakes.service import (
    Call,
    Record,
    Refusal,
    Route,
    Service,
    found,
    new_id,
    next_query,
    now,
    page,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """`start` is what a new resource has before its maker's wishes; `settled` what it becomes
    after a while. `wrapped` is false where bodies have no singular key around them."""

    path: str
    plural: str
    singular: str
    start: Mapping[str, Any] = field(default_factory=dict)
    settled: Mapping[str, Any] | None = None
    created: int = 201
    deleted: int = 204
    changes_by: str = "PUT"
    wrapped: bool = True


class Shelved(Service):
    kinds: ClassVar[tuple[Kind, ...]] = ()
    quota: ClassVar[dict[str, int]] = {}

    def __init__(self, *place: Any) -> None:
        super().__init__(*place)
        self.quotas: dict[str, dict[str, int]] = {}

    def all_routes(self) -> Iterable[Route]:
        yield from super().all_routes()
        for kind in self.kinds:
            yield from _routes_of(kind)

    # For services that know more about a kind.

    def prepare(self, call: Call, kind: Kind, body: dict[str, Any]) -> dict[str, Any]:
        """Checks and completes the body of a new resource."""
        return body

    def made(self, call: Call, kind: Kind, record: Record) -> None: ...

    def before_delete(self, call: Call, kind: Kind, record: Record) -> None: ...

    def shown(self, call: Call, kind: Kind, record: Record) -> dict[str, Any]:
        return record.body

    def chosen(self, call: Call, kind: Kind, rows: list[Record]) -> list[Record]:
        """The rows that the query asks for."""
        query = call.request.query
        for key, value in query.items():
            if key != "tags" and (key in kind.start or key in ("id", "name")):
                rows = [one for one in rows if _same(one.body.get(key), value)]
        return rows

    def listed(self, call: Call, kind: Kind, rows: list[dict[str, Any]], marker: str) -> Any:
        return {kind.plural: rows}

    # The five calls.

    def list(self, call: Call, kind: Kind) -> Any:
        rows = [one for one in self.shelf(kind.plural) if self.lists(call, one)]
        shown, marker = page(self.chosen(call, kind, rows), call.request.query)
        return self.listed(call, kind, [self.shown(call, kind, one) for one in shown], marker)

    def lists(self, call: Call, record: Record) -> bool:
        return call.sees(record)

    def create(self, call: Call, kind: Kind) -> Any:
        sent = call.json()
        wanted = sent.get(kind.singular, {}) if kind.wrapped else sent
        self.check_quota(call, kind)
        body = self.prepare(call, kind, dict(wanted))
        record = self.put(call, kind, body)
        self.made(call, kind, record)
        return kind.created, self._wrapped(call, kind, record)

    def put(self, call: Call, kind: Kind, body: dict[str, Any]) -> Record:
        record = Record(new_id(), call.project, call.user, {})
        who = {"project_id": call.project, "tenant_id": call.project}
        when = {"created_at": now(), "updated_at": now()}
        record.body = {"id": record.id, **who, **when, **_copied(kind.start), **body}
        if kind.settled is not None:
            record.settles_at = time.monotonic() + self.cloud.settle_s
            record.settled = dict(kind.settled)
        return self.shelf(kind.plural).put(record)

    def one(self, call: Call, kind: Kind, record_id: str) -> Record:
        message = f"{kind.singular} {record_id} could not be found."
        record = self.shelf(kind.plural).find(record_id)
        if record is not None and self.lists(call, record):
            return record
        return found(call, self.shelf(kind.plural), record_id, message, kind.singular)

    def show(self, call: Call, kind: Kind, id: str) -> Any:
        return self._wrapped(call, kind, self.one(call, kind, id))

    def change(self, call: Call, kind: Kind, id: str) -> Any:
        record = self.one(call, kind, id)
        sent = call.json()
        record.body.update(sent.get(kind.singular, {}) if kind.wrapped else sent)
        record.body["updated_at"] = now()
        return self._wrapped(call, kind, record)

    def delete(self, call: Call, kind: Kind, id: str) -> Any:
        record = self.one(call, kind, id)
        self.before_delete(call, kind, record)
        self.shelf(kind.plural).take(id)
        return kind.deleted, None

    def _wrapped(self, call: Call, kind: Kind, record: Record) -> Any:
        body = self.shown(call, kind, record)
        return {kind.singular: body} if kind.wrapped else body

    # Quotas

    def quota_of(self, project: str) -> dict[str, int]:
        return {**self.quota, **self.quotas.get(project, {})}

    def used(self, project: str, singular: str) -> int:
        kind = next((one for one in self.kinds if one.singular == singular), None)
        rows = self.shelf(kind.plural) if kind is not None else ()
        return sum(one.project == project for one in rows)

    def check_quota(self, call: Call, kind: Kind) -> None:
        limit = self.quota_of(call.project).get(kind.singular, -1)
        if 0 <= limit <= self.used(call.project, kind.singular):
            message = f"Quota exceeded for resources: ['{kind.singular}']."
            raise Refusal(409, message, "OverQuota")

    def next_href(self, call: Call, marker: str) -> str:
        query = next_query(call.request.query, marker)
        return f"{self.origin}{call.request.path}?{query}"


def _routes_of(kind: Kind) -> Iterable[Route]:
    parts = tuple(kind.path.strip("/").split("/"))
    one = (*parts, "{id}")
    for method, path, name in (
        ("GET", parts, "list"),
        ("POST", parts, "create"),
        ("GET", one, "show"),
        (kind.changes_by, one, "change"),
        ("DELETE", one, "delete"),
    ):
        yield Route(method, path, _bound(kind, name), open=False)


def _bound(kind: Kind, name: str) -> Any:
    def operation(service: Shelved, call: Call, **words: str) -> Any:
        return getattr(service, name)(call, kind, **words)

    return operation


def _copied(start: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value.copy() if isinstance(value, list | dict) else value
        for key, value in start.items()
    }


def _same(has: Any, asked: str) -> bool:
    return str(has).lower() == asked.lower() if isinstance(has, bool) else str(has or "") == asked
