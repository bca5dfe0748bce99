"""A new password is asked for: the request writes one row, whoever asks for whatever address, and a
worker finds out whether there is somebody to write to. So neither the answer nor its time tells."""

from __future__ import annotations

import hashlib
import logging
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from certification.models import QueueEntry
from certification.queue import enqueue, finish
from marketplace.catalogue.limits import TooMany, count_one
from marketplace.catalogue.passwords import ResetLink, reset_link
from marketplace.notices.models import PasswordMail

logger = logging.getLogger(__name__)

#: After each try that failed. A link is of use for a day, and to somebody who waits for it.
WAITS_S = (10, 60, 300)


def ask_for_reset(*, address: str, host: str) -> None:
    """`host` is what stands before the path of the link. Beyond the limit of an address nothing is
    queued, which nobody is told: so nobody fills another's mailbox."""
    wanted = address.strip().lower()
    try:
        count_one(
            deed="password mailed",
            who=f"address {hashlib.sha256(wanted.encode()).hexdigest()[:32]}",
            most=settings.LIMITS_AN_HOUR["password-mail"],
        )
    except TooMany:
        return
    with transaction.atomic():
        row = PasswordMail.objects.create(address=wanted, host=host)
        enqueue(QueueEntry.Kind.SEND_RESET, str(row.pk))


def send_reset(*, entry: QueueEntry) -> None:
    """The link is made here, from the row of the person, and stands in the mail alone."""
    row = PasswordMail.objects.filter(pk=UUID(entry.subject.partition(":")[0])).first()
    link = reset_link(row.address) if row is not None else None
    if row is None or link is None:
        _end(entry, row)
        return
    try:
        _letter(link, row.host).send()
    except OSError as fault:  # what the mail server refuses is one of these, too
        logger.warning("a mail was not taken by the mail server: %s", type(fault).__name__)
        _try_again(entry, row)
        return
    _end(entry, row)


def resume_after_giving_up(entry: QueueEntry) -> None:
    """Workers died three times over it: whoever still waits asks again."""
    PasswordMail.objects.filter(pk=UUID(entry.subject.partition(":")[0])).delete()


def _letter(link: ResetLink, host: str) -> EmailMessage:
    context = {
        "person": link.person,
        "link": f"{host}{reverse('password-reset', args=[link.uid, link.token])}",
        "hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
    }
    text = render_to_string("emails/password_reset.txt", context)
    subject = "A new password for Hallmark"
    return EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [link.person.email])


def _end(entry: QueueEntry, row: PasswordMail | None) -> None:
    with transaction.atomic():
        if row is not None:
            row.delete()
        finish(entry)


def _try_again(entry: QueueEntry, row: PasswordMail) -> None:
    """The number of the try stands behind the row's key."""
    tries = int(entry.subject.partition(":")[2] or 0)
    if tries >= len(WAITS_S):
        _end(entry, row)
        return
    with transaction.atomic():
        finish(entry)
        enqueue(QueueEntry.Kind.SEND_RESET, f"{row.pk}:{tries + 1}", delay_s=WAITS_S[tries])
