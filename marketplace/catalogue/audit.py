"""Appending to the audit trail."""

from __future__ import annotations

from typing import Any

from django.db import connection, models

from marketplace.catalogue.models import AuditEvent, User

SYSTEM = "system"


def actor_of(user: User | None) -> str:
    return f"user:{user.pk}" if user is not None else "anonymous"


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
