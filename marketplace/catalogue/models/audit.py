"""The trail of what was done."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class AuditEvent(models.Model):
    """One deed, appended in the transaction of the deed. It is the outbox too; never changed.

    `actor` is `user:<id>`, `anonymous`, `policy:<rule>` or `system`. `facts` holds identifiers and
    digests, never secrets or evidence.
    """

    at = models.DateTimeField(db_default=Now())
    actor = models.CharField(max_length=80)
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=40)
    object_id = models.CharField(max_length=80)
    facts: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_by_object")]
        constraints = [
            models.CheckConstraint(
                name="audit_actor_named",
                condition=Q(actor__regex=r"^(user:[0-9]+|anonymous|system|policy:[a-z-]+)$"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type} {self.object_id}"
