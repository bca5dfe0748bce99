"""Sending the mail of one notice.

With the connection open, the handing over is written down, the mail is handed over, and that it was
taken is written down before anything else is done. A process that dies in between leaves a mail of
which nobody can know whether it was taken: it is sent again, with the same Message-ID and the same
bytes, by which mail programs know it for the same, and counted as in doubt. One that dies at any
other moment loses nothing and doubles nothing.
"""

from __future__ import annotations

import logging
from email.utils import format_datetime
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
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
#: The mail server said no: it does not have the mail.
REFUSALS = (SMTPResponseException, SMTPRecipientsRefused)


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
    made = letter(mail)
    server = get_connection()
    try:
        server.open()
        _note_handing_over(mail)
        server.send_messages([made])
    except REFUSALS as fault:
        _try_again(entry, mail, f"{type(fault).__name__}: {fault}", refused=True)
    except OSError as fault:  # away, or silent in the middle
        _try_again(entry, mail, f"{type(fault).__name__}: {fault}")
    else:
        _settle(entry, mail, State.SENT)
    finally:
        server.close()


def _note_handing_over(mail: Mail) -> None:
    """If it was noted before and not settled, a process died in the moment of sending."""
    broken_off = mail.handed_over_at is not None
    if broken_off:
        logger.warning("mail %s was broken off while it was sent; it may come twice", mail.pk)
    Mail.objects.filter(pk=mail.pk).update(
        handed_over_at=Now(), in_doubt=F("in_doubt") + int(broken_off)
    )


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
    """The first statement is a commit of its own: it ends the moment in which a death doubles. An
    entry that stays open behind it finds its mail settled."""
    Mail.objects.filter(pk=mail.pk, state=State.WAITING).update(
        state=state, settled_at=Now(), tries=F("tries") + 1
    )
    finish(entry)


def _try_again(entry: QueueEntry, mail: Mail, why: str, *, refused: bool = False) -> None:
    logger.warning("mail %s was not taken: %s", mail.pk, why[:200])
    with transaction.atomic():
        finish(entry)
        mine = Mail.objects.filter(pk=mail.pk, state=State.WAITING)
        if refused:
            mine.update(handed_over_at=None)
        if mail.tries >= len(WAITS_S):
            mine.update(
                state=State.FAILED, settled_at=Now(), tries=F("tries") + 1, last_error=why[:300]
            )
        elif mine.update(tries=F("tries") + 1, last_error=why[:300]):
            enqueue(QueueEntry.Kind.SEND_MAIL, entry.subject, delay_s=WAITS_S[mail.tries])
