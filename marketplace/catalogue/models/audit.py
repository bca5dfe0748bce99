"""The trail of what was done."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Now


def words_in(column: str) -> Func:
    """The words of a JSON column as a text search finds them: no language, no stop words."""
    return Func(
        column,
        template="to_tsvector('simple'::regconfig, %(expressions)s)",
        output_field=SearchVectorField(),
    )


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
        # Each filter of the trail's page has an index that gives its newest first.
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="audit_by_object"),
            models.Index(fields=["at", "id"], name="audit_by_time"),
            models.Index(fields=["actor", "at", "id"], name="audit_by_actor"),
            models.Index(fields=["verb", "at", "id"], name="audit_by_verb"),
            models.Index(fields=["object_type", "at", "id"], name="audit_by_kind_of_object"),
            GinIndex(words_in("facts"), name="audit_by_words"),
        ]
        constraints = [
            models.CheckConstraint(
                name="audit_actor_named",
                condition=Q(actor__regex=r"^(user:[0-9]+|anonymous|system|policy:[a-z-]+)$"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type} {self.object_id}"
