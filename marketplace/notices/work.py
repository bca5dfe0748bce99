"""The queue entries that this package works on."""

from __future__ import annotations

import time

from certification.models import QueueEntry
from certification.operations.work import take_on
from certification.queue import finish, rest
from marketplace.notices import delivering, inviting, mailing, resetting
from marketplace.notices.consuming import tell_events
from marketplace.notices.inbox import forget_old_notices
from marketplace.notices.reminding import remind

#: Between two looks at what happened.
LOOK_S = 2.0
#: As long as there is more to tell; below the lease of the dispatcher.
ROUND_S = 15.0
Kind = QueueEntry.Kind


def take_on_work() -> None:
    """Once, when the process starts."""
    take_on(Kind.TELL_EVENTS, _tell)
    take_on(Kind.REMIND, _remind)
    take_on(Kind.SEND_MAIL, _send_mail, given_up=mailing.resume_after_giving_up)
    take_on(Kind.SEND_RESET, _send_reset, given_up=resetting.resume_after_giving_up)
    take_on(Kind.SEND_INVITATION, _send_invitation, given_up=inviting.resume_after_giving_up)
    take_on(Kind.SEND_WEBHOOK, _send_webhook, given_up=delivering.resume_after_giving_up)


def _tell(entry: QueueEntry) -> None:
    until = time.monotonic() + ROUND_S
    while tell_events() and time.monotonic() < until:
        pass
    rest(entry, seconds=LOOK_S)


def _remind(entry: QueueEntry) -> None:
    remind()
    delivering.forget_old_deliveries()
    forget_old_notices()
    inviting.forget_failed()
    finish(entry)


def _send_mail(entry: QueueEntry) -> None:
    mailing.send_mail(entry=entry)


def _send_reset(entry: QueueEntry) -> None:
    resetting.send_reset(entry=entry)


def _send_invitation(entry: QueueEntry) -> None:
    inviting.send_invitation(entry=entry)


def _send_webhook(entry: QueueEntry) -> None:
    delivering.send_delivery(entry=entry)
