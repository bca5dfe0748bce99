"""What was told to whom, and what is still to be told."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from marketplace.catalogue.models import AuditEvent, User
from marketplace.notices.topics import Topic


class UntoldEvent(models.Model):
    """An audit event that nobody was told of yet.

    A trigger writes the row in the transaction of the event, and telling deletes it in the
    transaction of the notices. So there is no cursor that could run past an event whose
    transaction commits late: the row is not there before, and not gone before it is told.
    """

    event = models.OneToOneField(
        AuditEvent,
        primary_key=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,  # events are never deleted, and each deed would pay for the check
    )
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(db_default=Now())
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="untold_error_paired",
                condition=Q(tries=0, last_error="") | (Q(tries__gt=0) & ~Q(last_error="")),
            )
        ]

    def __str__(self) -> str:
        return f"event {self.event_id} is not told yet"


class Notice(models.Model):
    """One person was told of one occasion: once, however often the telling runs.

    `occasion` is `event:<id>` for what stands in the trail, or names a day that came, such as
    `certificate:<id>:ends-in:30`. `lines` are paragraphs of plain text. A person who does not want
    the topic in the inbox has the row all the same, with `shown` false: it keeps the account.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    topic = models.CharField(max_length=40, choices=Topic.choices)
    occasion = models.CharField(max_length=120)
    subject = models.CharField(max_length=200)
    lines = ArrayField(models.CharField(max_length=2200))
    path = models.CharField(max_length=300)
    shown = models.BooleanField(default=True)
    at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["occasion", "recipient"], name="notice_once"),
            models.CheckConstraint(name="notice_topic_known", condition=Q(topic__in=Topic.values)),
        ]
        indexes = [
            models.Index(
                fields=["recipient", "-at", "-id"], condition=Q(shown=True), name="notice_inbox"
            ),
            models.Index(
                fields=["recipient"], condition=Q(shown=True, read_at=None), name="notice_unread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.recipient_id}"


class Mail(models.Model):
    """A notice on its way by mail. `failed`: given up; the notice stands in the inbox.

    `handed_over_at` is written before the mail server gets the mail, and taken away when it refused
    it. A row that waits and has it was broken off in between: nobody can know whether it was taken.
    `in_doubt` counts how often that happened, so how often it may have come twice at most.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        SENT = "sent", "sent"
        FAILED = "failed", "not taken by the mail server"
        DROPPED = "dropped", "not sent: the account is closed"

    notice = models.OneToOneField(
        Notice, primary_key=True, on_delete=models.CASCADE, related_name="mail"
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    handed_over_at = models.DateTimeField(null=True)
    in_doubt = models.PositiveSmallIntegerField(db_default=0)
    settled_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="mail_settled_paired",
                condition=Q(state="waiting", settled_at=None)
                | Q(state__in=["sent", "failed", "dropped"], settled_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"mail of {self.notice_id}"


class Choice(models.Model):
    """A person wants a topic by other channels than the usual ones."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notice_choices")
    topic = models.CharField(max_length=40, choices=Topic.choices)
    inbox = models.BooleanField()
    mail = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "topic"], name="choice_once")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.topic}"
