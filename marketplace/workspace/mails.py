"""The mail of an invitation, sent at once: the link in it is kept nowhere, so it cannot be sent
later."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext

from marketplace.catalogue.invitations import invitation_days
from marketplace.catalogue.models import Invitation

logger = logging.getLogger(__name__)


def mail_invitation(invitation: Invitation, link: str) -> bool:
    """False where it could not be handed to a mail server."""
    context = {"invitation": invitation, "link": link, "days": invitation_days()}
    subject = gettext("{invited_by} invites you to {vendor} on Hallmark").format(
        invited_by=invitation.invited_by, vendor=invitation.vendor
    )
    return _send(subject, render_to_string("emails/invitation.txt", context), invitation.email)


def _send(subject: str, text: str, to: str) -> bool:
    one_line = " ".join(subject.split())
    try:
        send_mail(one_line, text, settings.DEFAULT_FROM_EMAIL, [to])
    except OSError as fault:  # what the mail library raises is one too
        logger.error("a mail was not taken by %s: %s", settings.EMAIL_HOST, type(fault).__name__)
        return False
    return settings.MAIL_IS_SENT
