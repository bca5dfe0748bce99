"""Two ways to the workers. What waits for servers of others has workers of its own, so that a mail
server which hangs delays no verdict."""

from __future__ import annotations

from enum import StrEnum


class Lane(StrEnum):
    """The names of the broker's queues."""

    JUDGING = "hallmark"
    SENDING = "hallmark-sending"


#: Kinds of queue entries that reach out; all others are judging.
SENT_OUT = ("send_mail", "send_webhook", "send_reset", "send_invitation", "look_at_domain")
