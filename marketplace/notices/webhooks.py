"""A vendor's webhooks: added, rotated, paused, ended, and what was sent to them."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from certification.engine.canonical import canonical_bytes
from certification.models import QueueEntry
from certification.outgoing import RequestRefused, check_url
from certification.queue import enqueue, enqueue_each
from marketplace.catalogue import audit
from marketplace.catalogue.models import User, Vendor
from marketplace.catalogue.policy import Permission, can
from marketplace.notices.models import Webhook, WebhookDelivery
from marketplace.notices.signing import secret_of
from marketplace.notices.topics import OF_VENDORS

MOST_A_VENDOR = 5
#: How long a receiver has to change over to a new secret.
OVERLAP_HOURS = 24
State = WebhookDelivery.State


class WebhookRefused(ValueError):
    """`code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class WithSecret:
    """`secret` is told once; afterwards only a new one can be had."""

    webhook: Webhook
    secret: str = field(repr=False)


def webhooks_for(vendor: Vendor, topic: str) -> list[Webhook]:
    """Those that get the topic, paused ones too: what they miss waits for them."""
    return list(_living(vendor).filter(topics__contains=[topic]))


def webhooks_of(vendor: Vendor) -> QuerySet[Webhook]:
    return _living(vendor).order_by("pk")


def webhook_of(person: User, webhook_id: int) -> Webhook:
    """For the members of its vendor. Raises Webhook.DoesNotExist for all others."""
    living = Webhook.objects.filter(ended_at=None).select_related("vendor")
    return living.get(pk=webhook_id, vendor__memberships__user=person)


def delivery_of(person: User, delivery_id: UUID) -> WebhookDelivery:
    """The same for one delivery. Raises WebhookDelivery.DoesNotExist."""
    living = WebhookDelivery.objects.filter(webhook__ended_at=None)
    rows = living.select_related("webhook__vendor")
    return rows.get(pk=delivery_id, webhook__vendor__memberships__user=person)


def add_webhook(*, vendor: Vendor, url: str, topics: Collection[str], by: User) -> WithSecret:
    """Raises WebhookRefused."""
    _require(by, vendor)
    address = url.strip()
    _check(address, topics)
    with transaction.atomic():
        Vendor.objects.select_for_update().get(pk=vendor.pk)
        if _living(vendor).count() >= MOST_A_VENDOR:
            raise WebhookRefused(
                "webhook-limit", f"A vendor has at most {MOST_A_VENDOR} webhooks. End one first."
            )
        try:
            with transaction.atomic():
                made = Webhook.objects.create(
                    vendor=vendor,
                    url=address,
                    topics=sorted(topics),
                    salt=secrets.token_hex(16),
                    created_by=by,
                )
        except IntegrityError:
            raise WebhookRefused(
                "webhook-known", "This address is a webhook of your organization already."
            ) from None
        audit.record("webhook.added", made, actor=audit.actor_of(by), vendor=vendor.pk)
    return WithSecret(made, secret_of(made.salt))


def rotate_secret(*, webhook: Webhook, by: User) -> WithSecret:
    """A new secret; the former signs beside it for a day. Raises WebhookRefused."""
    _require(by, webhook.vendor)
    with transaction.atomic():
        row = _locked(webhook)
        Webhook.objects.filter(pk=row.pk).update(
            salt=secrets.token_hex(16),
            former_salt=row.salt,
            former_until=Now() + timedelta(hours=OVERLAP_HOURS),
        )
        audit.record("webhook.secret-rotated", row, actor=audit.actor_of(by))
    webhook.refresh_from_db()
    return WithSecret(webhook, secret_of(webhook.salt))


def pause_webhook(*, webhook: Webhook, by: User) -> None:
    """What comes meanwhile waits. Raises WebhookRefused."""
    _require(by, webhook.vendor)
    with transaction.atomic():
        _locked(webhook)
        if Webhook.objects.filter(pk=webhook.pk, paused_at=None).update(paused_at=Now()):
            audit.record("webhook.stopped", webhook, actor=audit.actor_of(by))


def resume_webhook(*, webhook: Webhook, by: User) -> int:
    """Send what waited; gives how many deliveries. Raises WebhookRefused."""
    _require(by, webhook.vendor)
    with transaction.atomic():
        _locked(webhook)
        if not Webhook.objects.filter(pk=webhook.pk, paused_at__isnull=False).update(
            paused_at=None, failures_in_row=0
        ):
            return 0
        audit.record("webhook.resumed", webhook, actor=audit.actor_of(by))
        waiting = [str(pk) for pk in _waiting(webhook).values_list("pk", flat=True)]
        enqueue_each(QueueEntry.Kind.SEND_WEBHOOK, waiting)
    return len(waiting)


def end_webhook(*, webhook: Webhook, by: User) -> None:
    """For good: nothing more is sent, what waits is given up. Raises WebhookRefused."""
    _require(by, webhook.vendor)
    with transaction.atomic():
        _locked(webhook)
        Webhook.objects.filter(pk=webhook.pk).update(ended_at=Now())
        _waiting(webhook).update(state=State.FAILED, settled_at=Now())
        audit.record("webhook.ended", webhook, actor=audit.actor_of(by))


def replay(*, delivery: WebhookDelivery, by: User) -> None:
    """Send it once more under the same id, with the waits from the beginning. Raises
    WebhookRefused."""
    _require(by, delivery.webhook.vendor)
    with transaction.atomic():
        hook = _locked(delivery.webhook)
        if hook.paused_at is not None:
            raise WebhookRefused(
                "webhook-paused", "The webhook is paused. Let it go on, then send this again."
            )
        changed = WebhookDelivery.objects.filter(pk=delivery.pk).exclude(state=State.WAITING)
        if not changed.update(state=State.WAITING, settled_at=None, tries=0):
            raise WebhookRefused("delivery-waiting", "This delivery is on its way already.")
        audit.record("webhook.replayed", hook, actor=audit.actor_of(by), delivery=str(delivery.pk))
        enqueue(QueueEntry.Kind.SEND_WEBHOOK, str(delivery.pk))


def body_of(  # noqa: PLR0913 - one keyword for each field of the document
    *,
    topic: str,
    occasion: str,
    vendor: str,
    subject: str,
    lines: Sequence[str],
    url: str,
    facts: Mapping[str, Any],
) -> bytes:
    """What is sent, in RFC 8785 form: the same occasion gives the same bytes at every try."""
    return canonical_bytes(
        {
            "demo": settings.DEMO,
            "facts": dict(facts),
            "occasion": occasion,
            "subject": subject,
            "text": "\n\n".join(lines),
            "topic": str(topic),
            "url": url,
            "vendor": vendor,
        }
    )


def _check(url: str, topics: Collection[str]) -> None:
    """The shape alone: where the name leads is looked at before each request, for it may change."""
    if len(url) > 500:
        raise WebhookRefused("url-malformed", "The address is longer than 500 characters.")
    try:
        check_url(url)
    except RequestRefused as refused:
        raise WebhookRefused(refused.code, str(refused)) from None
    if not topics:
        raise WebhookRefused("topics-missing", "Choose at least one topic.")
    if not set(topics) <= set(OF_VENDORS):
        raise WebhookRefused("topic-unknown", "Choose topics from the list.")


def _locked(webhook: Webhook) -> Webhook:
    """The row, held until the transaction ends. Raises WebhookRefused for one that was ended."""
    row = Webhook.objects.select_for_update().filter(pk=webhook.pk, ended_at=None).first()
    if row is None:
        raise WebhookRefused("webhook-ended", "This webhook was ended.")
    return row


def _waiting(webhook: Webhook) -> QuerySet[WebhookDelivery]:
    return WebhookDelivery.objects.filter(webhook=webhook, state=State.WAITING)


def _living(vendor: Vendor) -> QuerySet[Webhook]:
    return Webhook.objects.filter(vendor=vendor, ended_at=None)


def _require(by: User, vendor: Vendor) -> None:
    if not can(by, Permission.SET_WEBHOOKS, vendor):
        raise WebhookRefused("forbidden", f"Only owners of {vendor} may do this.")
