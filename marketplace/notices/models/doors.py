"""Mails that open a door, whose link is made when they are sent."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class PasswordMail(models.Model):
    """Somebody asked for a new password for this address, known or not; gone once it is handled.

    `host` is what stands before the path of the link, as the request saw it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    address = models.EmailField()  # in lower case
    host = models.CharField(max_length=300)
    asked_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="password_mail_host_is_web",
                condition=Q(host__startswith="https://") | Q(host__startswith="http://"),
            )
        ]

    def __str__(self) -> str:
        return f"mail for a new password {self.pk}"
