"""Appending to the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, models

from marketplace.catalogue.models import AuditEvent, User

SYSTEM = "system"


def actor_of(user: User | None) -> str:
    return f"user:{user.pk}" if user is not None else "anonymous"


BATCH = 1000


def record_each(
    verb: str, about: Iterable[tuple[models.Model, dict[str, Any]]], *, actor: str
) -> None:
    """One event for each thing with its own facts, as `record` does, in few statements."""
    if not connection.in_atomic_block:
        raise RuntimeError(f"{verb} must be recorded in the transaction of the deed")
    events = [
        AuditEvent(
            actor=actor,
            verb=verb,
            object_type=one._meta.model_name or "",
            object_id=str(one.pk),
            facts=facts,
        )
        for one, facts in about
    ]
    AuditEvent.objects.bulk_create(events, batch_size=BATCH)


def record(verb: str, about: models.Model, *, actor: str, **facts: Any) -> AuditEvent:
    """Append one event inside the caller's transaction. Raises RuntimeError outside of one."""
    if not connection.in_atomic_block:
        raise RuntimeError(f"{verb} must be recorded in the transaction of the deed")
    return AuditEvent.objects.create(
        actor=actor,
        verb=verb,
        object_type=about._meta.model_name or "",
        object_id=str(about.pk),
        facts=facts,
    )
