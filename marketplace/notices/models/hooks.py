"""Webhooks of vendors, and what was sent to them."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from marketplace.catalogue.models import User, Vendor
from marketplace.notices.topics import Topic


class Webhook(models.Model):
    """An address that a vendor's notices are sent to, signed.

    The secret is not kept: it is derived from the service's own key and `salt`. A new salt is a
    new secret; for a day both sign, so that a receiver may change over without a gap.
    """

    vendor = models.ForeignKey(Vendor, on_delete=models.CASCADE, related_name="webhooks")
    url = models.CharField(max_length=500)
    topics = ArrayField(models.CharField(max_length=40, choices=Topic.choices))
    salt = models.CharField(max_length=32)
    former_salt = models.CharField(max_length=32, blank=True)
    former_until = models.DateTimeField(null=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    failures_in_row = models.PositiveSmallIntegerField(default=0)
    paused_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "url"], condition=Q(ended_at=None), name="webhook_once"
            ),
            models.CheckConstraint(
                name="webhook_is_https", condition=Q(url__startswith="https://")
            ),
            models.CheckConstraint(name="webhook_has_topics", condition=~Q(topics=[])),
            models.CheckConstraint(
                name="webhook_former_paired",
                condition=Q(former_salt="", former_until=None)
                | (~Q(former_salt="") & Q(former_until__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"webhook {self.pk} of {self.vendor}"


class WebhookDelivery(models.Model):
    """One occasion for one webhook. Its id goes with every try as `Hallmark-Delivery`, and `body`
    never changes, so a receiver knows what came twice. `tries` counts since the last start."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        DELIVERED = "delivered", "delivered"
        FAILED = "failed", "given up"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    occasion = models.CharField(max_length=120)
    topic = models.CharField(max_length=40, choices=Topic.choices)
    body = models.BinaryField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    handed_over_at = models.DateTimeField(null=True)
    in_doubt = models.PositiveSmallIntegerField(db_default=0)
    created_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["webhook", "occasion"], name="delivery_once"),
            models.CheckConstraint(
                name="delivery_settled_paired",
                condition=Q(state="waiting", settled_at=None)
                | Q(state__in=["delivered", "failed"], settled_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["webhook", "-created_at", "-id"], name="delivery_newest_first")
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class WebhookTry(models.Model):
    """One request and what came of it: a status, or the code of what kept it from an answer."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="log")
    at = models.DateTimeField(db_default=Now())
    status = models.PositiveSmallIntegerField(null=True)
    fault = models.CharField(max_length=60, blank=True)
    took_ms = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="try_answered_or_not",
                condition=Q(status__isnull=False, fault="") | (Q(status=None) & ~Q(fault="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.status or self.fault} after {self.took_ms} ms"

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300
