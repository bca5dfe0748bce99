"""Somebody is invited: the request writes rows, and a worker sends the mail.

The link stands in the mail alone. It is derived anew at each try from the salt of the waiting mail
and the service's own key, so every try sends the same one.
"""

from __future__ import annotations

import logging
import secrets
from base64 import urlsafe_b64encode
from email.utils import format_datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import salted_hmac

from certification.models import QueueEntry
from certification.queue import enqueue, finish
from marketplace.catalogue.invitations import Invited, invitation_of, invite
from marketplace.catalogue.models import Invitation, User, Vendor
from marketplace.notices.models import InvitationMail

logger = logging.getLogger(__name__)

#: After each try that failed. An invitation lasts for days.
WAITS_S = (60, 300, 1_800, 7_200, 43_200)
_KEY_SALT = "marketplace.notices.inviting"


def invite_by_mail(*, vendor: Vendor, email: str, role: str, host: str, by: User) -> Invited:
    """`host` is what stands before the path of the link. Nothing depends on whether the address has
    an account. Raises CatalogueRefused, TooMany."""
    salt = secrets.token_urlsafe(32)

    def queue_mail(made: Invitation) -> None:
        InvitationMail.objects.create(invitation=made, host=host, salt=salt)
        enqueue(QueueEntry.Kind.SEND_INVITATION, str(made.pk))

    return invite(
        vendor=vendor, email=email, role=role, by=by, secret=_secret_of(salt), also=queue_mail
    )


def link_of(invited: Invited, host: str) -> str:
    return f"{host}{reverse('invitation', args=[invited.secret])}"


def send_invitation(*, entry: QueueEntry) -> None:
    """Quiet where the invitation was withdrawn, accepted, or ended while its mail waited."""
    key, _, tried = entry.subject.partition(":")
    row = InvitationMail.objects.filter(pk=int(key), failed_at=None).first()
    secret = _secret_of(row.salt) if row is not None else ""
    found = invitation_of(secret) if row is not None else None
    if row is None or found is None:
        _end(entry, row)
        return
    try:
        _letter(Invited(found, secret), row.host).send()
    except OSError as fault:  # what the mail server refuses is one of these, too
        logger.warning("an invitation was not taken: %s", type(fault).__name__)
        _try_again(entry, row, int(tried or 0))
        return
    _end(entry, row)


def resume_after_giving_up(entry: QueueEntry) -> None:
    """Workers died three times over it: the owner is told on the team's page."""
    _fail(int(entry.subject.partition(":")[0]))


def forget_failed() -> None:
    """What is told of them is of use while the invitation is open."""
    InvitationMail.objects.filter(
        failed_at__isnull=False, invitation__expires_at__lt=Now()
    ).delete()


def _secret_of(salt: str) -> str:
    derived = salted_hmac(_KEY_SALT, salt, algorithm="sha256").digest()
    return urlsafe_b64encode(derived).decode().rstrip("=")


def _letter(invited: Invited, host: str) -> EmailMessage:
    """The same at each try: a mail program knows a second one for the first."""
    invitation = invited.invitation
    subject = f"{invitation.invited_by} invites you to {invitation.vendor} on Hallmark"
    context = {"invitation": invitation, "link": link_of(invited, host)}
    return EmailMessage(
        " ".join(subject.split()),
        render_to_string("emails/invitation.txt", context),
        settings.DEFAULT_FROM_EMAIL,
        [invitation.email],
        headers={
            "Message-ID": f"<invitation-{invitation.digest[:32]}@{urlsplit(host).hostname}>",
            "Date": format_datetime(invitation.invited_at),
            "Auto-Submitted": "auto-generated",
        },
    )


def _end(entry: QueueEntry, row: InvitationMail | None) -> None:
    with transaction.atomic():
        if row is not None:
            row.delete()
        finish(entry)


def _try_again(entry: QueueEntry, row: InvitationMail, tries: int) -> None:
    """The number of the try stands behind the row's key."""
    with transaction.atomic():
        finish(entry)
        if tries >= len(WAITS_S):
            _fail(row.pk)
        else:
            again = f"{row.pk}:{tries + 1}"
            enqueue(QueueEntry.Kind.SEND_INVITATION, again, delay_s=WAITS_S[tries])


def _fail(key: int) -> None:
    InvitationMail.objects.filter(pk=key, failed_at=None).update(failed_at=Now(), salt="")
