"""The queue of record, and the signs of life of those who serve it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class QueueEntry(models.Model):
    """Work to be done, in the queue of record (trust.md R1, R2).

    `starts` is written before the work (R5). A finished entry keeps its row for a week.
    """

    class Kind(models.TextChoices):
        VERIFY_RUN = "verify_run"
        JUDGE_GUIDELINE = "judge_guideline"
        DELETE_EXPIRED_RUNS = "delete_expired_runs"
        EXPIRE_CERTIFICATES = "expire_certificates"
        DECIDE_SUBMISSION = "decide_submission"
        FORGET_FINISHED = "forget_finished"
        TELL_EVENTS = "tell_events"
        REMIND = "remind"
        SEND_MAIL = "send_mail"
        SEND_WEBHOOK = "send_webhook"
        SEND_RESET = "send_reset"
        SEND_INVITATION = "send_invitation"
        LOOK_AT_DOMAINS = "look_at_domains"
        LOOK_AT_DOMAIN = "look_at_domain"
        DISTRIBUTE = "distribute"

    kind = models.CharField(max_length=24, choices=Kind.choices)
    subject = models.CharField(max_length=80)
    created_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now())
    leased_until = models.DateTimeField(null=True)
    starts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=Q(finished_at=None),
                name="queue_entry_open_once",
            )
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(finished_at=None), name="queue_open")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Heartbeat(models.Model):
    """When a part of the service last said that it is alive, by the database's clock."""

    part = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField(db_default=Now())
    facts: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.part} {self.at:%H:%M:%S}"
