"""Where people are signed in, and how often an address asks."""

from __future__ import annotations

from django.contrib.sessions.models import Session
from django.db import models
from django.db.models.functions import Now

from marketplace.catalogue.models.people import User


class SignedInDevice(models.Model):
    """One session of a person. It goes with the session, whoever ends that. Pages name it by a
    number of its own: the session's key is what signs in."""

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="device")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="devices")
    words = models.CharField(max_length=60)  # "Firefox on Linux"
    signed_in_at = models.DateTimeField(db_default=Now())
    last_seen_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.user}: {self.words}"


class HourlyCount(models.Model):
    """How often `who` (an address, a person, a vendor) did `deed` within the hour that began at
    `hour`, UTC."""

    deed = models.CharField(max_length=40)
    who = models.CharField(max_length=80)
    hour = models.DateTimeField()
    times = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deed", "who", "hour"], name="hourly_count_once")
        ]

    def __str__(self) -> str:
        return f"{self.deed} by {self.who}: {self.times}"
