"""What is to be told, made into notices, mails and deliveries: each once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from certification.models import QueueEntry
from certification.queue import enqueue_each
from marketplace.catalogue.models import User, Vendor
from marketplace.notices.addresses import absolute
from marketplace.notices.choices import channels_of
from marketplace.notices.models import Mail, Notice, WebhookDelivery
from marketplace.notices.topics import Topic
from marketplace.notices.webhooks import body_of, webhooks_for

_SUBJECT_MOST = 200
_LINE_MOST = 2200


@dataclass(frozen=True, slots=True)
class Telling:
    """One thing to tell: `people` once each, and the webhooks of `vendor`.

    `lines` are paragraphs of plain text; `path` is where one goes from there, on our own host;
    `facts` go to programs. `self_too`: who did it is told as well, for it may have been somebody
    else in their name. A second telling of one occasion adds only who was not told before.
    """

    topic: Topic
    occasion: str
    subject: str
    lines: Sequence[str]
    path: str
    people: Collection[User]
    vendor: Vendor | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    self_too: bool = False


def tell(tellings: Iterable[Telling], *, but: int | None = None) -> int:
    """Write down whom to tell, inside the caller's transaction; gives how many notices are new.

    `but` is who did it themselves. Raises RuntimeError outside of a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("notices are written in the transaction that settles their event")
    new = 0
    for telling in tellings:
        new += _tell_people(telling, None if telling.self_too else but)
        _tell_programs(telling)
    return new


def _tell_people(telling: Telling, but: int | None) -> int:
    people = {one.pk: one for one in telling.people if one.is_active and one.pk != but}
    if not people:
        return 0
    wanted = channels_of(people, telling.topic)
    notices = [
        Notice(
            recipient_id=pk,
            topic=telling.topic,
            occasion=telling.occasion,
            subject=_cut(" ".join(telling.subject.split()), _SUBJECT_MOST),
            lines=[_cut(line, _LINE_MOST) for line in telling.lines],
            path=telling.path,
            shown=wanted[pk].inbox,
        )
        for pk in people
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True, batch_size=500)
    # Whoever was told before has a row with another key.
    made = Notice.objects.filter(pk__in=[one.pk for one in notices])
    new = list(made.values_list("pk", "recipient_id"))
    mails = [Mail(notice_id=pk) for pk, recipient in new if wanted[recipient].mail]
    Mail.objects.bulk_create(mails, batch_size=1000)
    enqueue_each(QueueEntry.Kind.SEND_MAIL, [str(one.notice_id) for one in mails])
    return len(new)


def _tell_programs(telling: Telling) -> None:
    hooks = webhooks_for(telling.vendor, telling.topic) if telling.vendor else []
    if telling.vendor is None or not hooks:
        return
    body = body_of(
        topic=telling.topic,
        occasion=telling.occasion,
        vendor=telling.vendor.slug,
        subject=telling.subject,
        lines=telling.lines,
        url=absolute(telling.path),
        facts=telling.facts,
    )
    deliveries = [
        WebhookDelivery(webhook=hook, occasion=telling.occasion, topic=telling.topic, body=body)
        for hook in hooks
    ]
    WebhookDelivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    new = WebhookDelivery.objects.filter(
        pk__in=[one.pk for one in deliveries], webhook__paused_at=None
    )
    enqueue_each(QueueEntry.Kind.SEND_WEBHOOK, [str(pk) for pk in new.values_list("pk", flat=True)])


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
