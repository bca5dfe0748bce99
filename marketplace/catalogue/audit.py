"""Appending to the audit trail."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

from marketplace.catalogue.models import AuditEvent, User
from marketplace.catalogue.past import past
from marketplace.catalogue.prepared import Statement

SYSTEM = "system"
BATCH = 1000
#: Written by hand: each deed pays for it, and Django's own way takes five times as long.
_APPEND = Statement(
    "append_audit_event",
    """
    INSERT INTO catalogue_auditevent (at, actor, verb, object_type, object_id, facts)
    VALUES (COALESCE(%s, statement_timestamp()), %s, %s, %s, %s, %s) RETURNING id
    """,
)


def actor_of(user: User | None) -> str:
    return f"user:{user.pk}" if user is not None else "anonymous"


def record(verb: str, about: models.Model, *, actor: str, **facts: Any) -> AuditEvent:
    """Append one event inside the caller's transaction. Raises RuntimeError outside of one."""
    event = _event(verb, about, actor, facts)
    told = json.dumps(event.facts, cls=DjangoJSONEncoder)
    with connection.cursor() as cursor:
        _APPEND.run(cursor, [past(), actor, verb, event.object_type, event.object_id, told])
        event.pk = cursor.fetchone()[0]
    return event


def record_each(
    verb: str, about: Iterable[tuple[models.Model, dict[str, Any]]], *, actor: str
) -> None:
    """One event for each thing with its own facts, as `record` does, in few statements."""
    events = [_event(verb, one, actor, facts) for one, facts in about]
    AuditEvent.objects.bulk_create(events, batch_size=BATCH)


def _event(verb: str, about: models.Model, actor: str, facts: dict[str, Any]) -> AuditEvent:
    if not connection.in_atomic_block:
        raise RuntimeError(f"{verb} must be recorded in the transaction of the deed")
    event = AuditEvent(
        actor=actor,
        verb=verb,
        object_type=about._meta.model_name or "",
        object_id=str(about.pk),
        facts=facts,
    )
    if then := past():
        event.at = then
    return event
