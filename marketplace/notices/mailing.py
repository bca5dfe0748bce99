"""Sending the mail of one notice.

A mail is sent, then noted. A process that dies between the two sends it again, with the same
Message-ID and the same bytes, by which mail programs know it for the same.
"""

from __future__ import annotations

import logging
from email.utils import format_datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse

from certification.models import QueueEntry
from certification.queue import enqueue, finish
from marketplace.notices.addresses import absolute
from marketplace.notices.models import Mail

logger = logging.getLogger(__name__)

#: After each try that failed, but for the last.
WAITS_S = (60, 300, 1_800, 7_200, 43_200)
State = Mail.State


def send_mail(*, entry: QueueEntry) -> None:
    """Hand the mail to the mail server once, or queue the next try."""
    rows = Mail.objects.select_related("notice__recipient")
    mail = rows.filter(pk=UUID(entry.subject), state=State.WAITING).first()
    if mail is None:
        finish(entry)
        return
    if not mail.notice.recipient.is_active:
        _settle(entry, mail, State.DROPPED)
        return
    try:
        letter(mail).send()
    except OSError as fault:  # what the mail server refuses is one of these, too
        _try_again(entry, mail, f"{type(fault).__name__}: {fault}")
        return
    _settle(entry, mail, State.SENT)


def letter(mail: Mail) -> EmailMultiAlternatives:
    """The same bytes each time, but for the boundaries between its parts."""
    notice = mail.notice
    settings_url = absolute(reverse("notice-settings"))
    context = {
        "notice": notice,
        "url": absolute(notice.path),
        "settings_url": settings_url,
        "is_demo": settings.DEMO,
    }
    made = EmailMultiAlternatives(
        subject=notice.subject,
        body=render_to_string("emails/notice.txt", context),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[notice.recipient.email],
        headers={
            "Message-ID": f"<{notice.pk}@{urlsplit(absolute('/')).hostname}>",
            "Date": format_datetime(notice.at),
            "List-Unsubscribe": f"<{settings_url}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    made.attach_alternative(render_to_string("emails/notice.html", context), "text/html")
    return made


def resume_after_giving_up(entry: QueueEntry) -> None:
    """Workers died three times over it: that counts as a try that failed, and it goes on later."""
    mail = Mail.objects.filter(pk=UUID(entry.subject), state=State.WAITING).first()
    if mail is not None:
        _try_again(entry, mail, "the worker died three times")


def _settle(entry: QueueEntry, mail: Mail, state: Mail.State) -> None:
    with transaction.atomic():
        Mail.objects.filter(pk=mail.pk, state=State.WAITING).update(
            state=state, settled_at=Now(), tries=F("tries") + 1
        )
        finish(entry)


def _try_again(entry: QueueEntry, mail: Mail, why: str) -> None:
    logger.warning("mail %s was not taken: %s", mail.pk, why[:200])
    with transaction.atomic():
        finish(entry)
        mine = Mail.objects.filter(pk=mail.pk, state=State.WAITING)
        if mail.tries >= len(WAITS_S):
            mine.update(
                state=State.FAILED, settled_at=Now(), tries=F("tries") + 1, last_error=why[:300]
            )
        elif mine.update(tries=F("tries") + 1, last_error=why[:300]):
            enqueue(QueueEntry.Kind.SEND_MAIL, entry.subject, delay_s=WAITS_S[mail.tries])
