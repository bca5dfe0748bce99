"""What the tests of notices start from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from certification.models import QueueEntry
from marketplace.catalogue.models import User, Vendor
from marketplace.notices.consuming import tell_events
from marketplace.notices.models import Notice, UntoldEvent, Webhook, WebhookDelivery
from marketplace.notices.telling import Telling, tell
from marketplace.notices.topics import Topic
from marketplace.notices.webhooks import add_webhook

URL = "https://hooks.kelp.example/hallmark"


@dataclass(frozen=True)
class Told:
    notice: Notice
    hook: Webhook
    delivery: WebhookDelivery


def a_telling(*people: User, **changes: Any) -> Telling:
    """About nothing that exists."""
    usual: dict[str, Any] = {
        "topic": Topic.DECIDED,
        "occasion": "event:1",
        "subject": "Certified: Kelp Cloud 9.1, Compute 2031.06",
        "lines": ["It passes."],
        "path": "/workspace/",
        "people": people,
    }
    return Telling(**usual | changes)


def tell_now(*tellings: Telling) -> int:
    with transaction.atomic():
        return tell(tellings)


def told_owner(vendor: Vendor, owner: User) -> Told:
    """One notice, one webhook and a delivery to it."""
    hook = add_webhook(vendor=vendor, url=URL, topics=[Topic.DECIDED], by=owner).webhook
    tell_now(a_telling(owner, vendor=vendor, occasion="event:0"))
    return Told(
        notice=Notice.objects.get(recipient=owner, occasion="event:0"),
        hook=hook,
        delivery=WebhookDelivery.objects.get(webhook=hook),
    )


def tell_all() -> None:
    while tell_events():
        pass


def forget_events() -> None:
    """What happened until now is told to nobody."""
    UntoldEvent.objects.all().delete()


def subjects(person: User) -> list[str]:
    """Oldest first."""
    found = Notice.objects.filter(recipient=person).order_by("at", "occasion")
    return list(found.values_list("subject", flat=True))


def topics(person: User) -> set[str]:
    return set(Notice.objects.filter(recipient=person).values_list("topic", flat=True))


def waiting(kind: QueueEntry.Kind) -> Sequence[QueueEntry]:
    return list(QueueEntry.objects.filter(kind=kind, finished_at=None).order_by("pk"))
