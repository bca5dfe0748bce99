"""Mails that open a door, whose link is made when they are sent."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from marketplace.catalogue.models import Invitation


class InvitationMail(models.Model):
    """The mail of an invitation that waits to be sent; gone once it is.

    The link is derived from `salt` and the service's own key, so a copy of the database alone opens
    nothing; of a mail that nobody took, `failed_at` stays and the salt does not.
    """

    invitation = models.OneToOneField(
        Invitation, primary_key=True, on_delete=models.CASCADE, related_name="mail"
    )
    host = models.CharField(max_length=300)
    salt = models.CharField(max_length=43, blank=True)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="invitation_mail_host_is_web",
                condition=Q(host__startswith="https://") | Q(host__startswith="http://"),
            ),
            models.CheckConstraint(
                name="invitation_mail_salt_while_waiting",
                condition=(Q(failed_at=None) & ~Q(salt="")) | Q(failed_at__isnull=False, salt=""),
            ),
        ]

    def __str__(self) -> str:
        return f"mail of invitation {self.invitation_id}"


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
