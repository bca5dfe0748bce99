"""Sending one delivery to its webhook. No transaction is open while the answer is waited for."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from certification.models import QueueEntry
from certification.outgoing import Asked, RequestRefused, exchange
from certification.queue import enqueue, finish
from marketplace.catalogue import audit
from marketplace.notices.models import Webhook, WebhookDelivery, WebhookTry
from marketplace.notices.signing import HEADER, secret_of, signature

logger = logging.getLogger(__name__)

#: After each try that failed, but for the last: a minute to half a day.
WAITS_S = (60, 300, 1_800, 7_200, 43_200)
#: Tries in a row, over all deliveries of a webhook.
FAILURES_TO_PAUSE = 20
#: The answer's body is thrown away; one that is larger broke off.
ANSWER_BYTES_MOST = 64 * 1024
#: First half of the lock that keeps a slow receiver to one worker at a time.
LOCK_SPACE = 4_711_011
BUSY_WAIT_S = 5.0
#: How long the log of a delivery is kept after its end.
KEPT_DAYS = 90
State = WebhookDelivery.State
#: Faults after which the receiver may have the delivery all the same.
NO_ANSWER = frozenset({"no-answer", "time-out", "answer-too-large", "worker-died"})


@dataclass(frozen=True, slots=True)
class Outcome:
    status: int | None
    fault: str
    took_ms: int

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_known(self) -> bool:
        """False where the receiver may have it though it did not say so."""
        return self.fault not in NO_ANSWER


def send_delivery(*, entry: QueueEntry) -> None:
    """Try once, write the try down, and queue the next one where it failed."""
    rows = WebhookDelivery.objects.select_related("webhook")
    delivery = rows.filter(pk=entry.subject, state=State.WAITING).first()
    if delivery is None or delivery.webhook.paused_at or delivery.webhook.ended_at:
        finish(entry)  # what waits for a paused webhook is queued again when it goes on
        return
    with _one_at_a_time(delivery.webhook) as mine:
        if not mine:
            _later(entry, BUSY_WAIT_S)
            return
        _note_handing_over(delivery)
        outcome = post(delivery)
        if outcome.is_success:
            _note_success(delivery)
        with transaction.atomic():
            _note(entry, delivery, outcome)


def _note_handing_over(delivery: WebhookDelivery) -> None:
    """If it was noted before and not settled, a process died while the request was out: it is sent
    again under the same id, and counted as in doubt."""
    broken_off = delivery.handed_over_at is not None
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        handed_over_at=Now(), in_doubt=F("in_doubt") + int(broken_off)
    )


def _note_success(delivery: WebhookDelivery) -> None:
    """Before all that is written about the request, in a commit of its own: from here on a death
    doubles nothing, and loses a line of the log at most."""
    WebhookDelivery.objects.filter(pk=delivery.pk, state=State.WAITING).update(
        state=State.DELIVERED, settled_at=Now(), tries=F("tries") + 1
    )


def post(delivery: WebhookDelivery) -> Outcome:
    """One request through the guard (trust.md S14)."""
    began = time.monotonic()
    try:
        answer = exchange(_request(delivery), most_bytes=ANSWER_BYTES_MOST)
        status, fault = answer.status, ""
    except RequestRefused as refused:
        status, fault = None, refused.code
    return Outcome(status, fault, round((time.monotonic() - began) * 1000))


def _request(delivery: WebhookDelivery) -> Asked:
    body, now = bytes(delivery.body), int(time.time())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Hallmark",
        "Hallmark-Delivery": str(delivery.pk),
        "Hallmark-Topic": delivery.topic,
        HEADER: signature(body, seconds=now, secrets=_secrets(delivery.webhook)),
    }
    return Asked("POST", delivery.webhook.url, headers, body)


def _secrets(webhook: Webhook) -> list[str]:
    former = Webhook.objects.filter(pk=webhook.pk, former_until__gt=Now())
    salts = [webhook.salt, *former.values_list("former_salt", flat=True)]
    return [secret_of(salt) for salt in salts]


def _note(entry: QueueEntry, delivery: WebhookDelivery, outcome: Outcome) -> None:
    hook = Webhook.objects.select_for_update().get(pk=delivery.webhook_id)
    WebhookTry.objects.create(
        delivery=delivery, status=outcome.status, fault=outcome.fault, took_ms=outcome.took_ms
    )
    mine = WebhookDelivery.objects.filter(pk=delivery.pk, state=State.WAITING)
    if outcome.is_known:
        mine.update(handed_over_at=None)
    finish(entry)
    if outcome.is_success:
        Webhook.objects.filter(pk=hook.pk).update(failures_in_row=0)
        return
    if delivery.tries >= len(WAITS_S):
        mine.update(state=State.FAILED, settled_at=Now(), tries=F("tries") + 1)
    elif mine.update(tries=F("tries") + 1):
        enqueue(QueueEntry.Kind.SEND_WEBHOOK, entry.subject, delay_s=WAITS_S[delivery.tries])
    _count_failure(hook)


def _count_failure(hook: Webhook) -> None:
    """Pause one that never answers; the event tells its owners."""
    failures = hook.failures_in_row + 1
    Webhook.objects.filter(pk=hook.pk).update(failures_in_row=failures)
    if failures >= FAILURES_TO_PAUSE and hook.paused_at is None:
        Webhook.objects.filter(pk=hook.pk).update(paused_at=Now())
        audit.record("webhook.paused", hook, actor=audit.SYSTEM, failures=failures)
        logger.warning("%s is paused after %d failures in a row", hook, failures)


def resume_after_giving_up(entry: QueueEntry) -> None:
    """Workers died three times over it: that counts as a try that failed, and it goes on later."""
    delivery = WebhookDelivery.objects.filter(pk=entry.subject, state=State.WAITING).first()
    if delivery is None:
        return
    _note(entry, delivery, Outcome(None, "worker-died", 0))


def forget_old_deliveries() -> int:
    """Gives how many."""
    old = WebhookDelivery.objects.filter(settled_at__lt=Now() - timedelta(days=KEPT_DAYS))
    _, gone = old.delete()
    return gone.get(WebhookDelivery._meta.label, 0)


def _later(entry: QueueEntry, seconds: float) -> None:
    with transaction.atomic():
        finish(entry)
        enqueue(QueueEntry.Kind.SEND_WEBHOOK, entry.subject, delay_s=seconds)


@contextmanager
def _one_at_a_time(webhook: Webhook) -> Iterator[bool]:
    """A session lock: it ends with the process, however that dies."""
    lock = [LOCK_SPACE, webhook.pk % 2**31]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", lock)
        held = bool(cursor.fetchone()[0])
    try:
        yield held
    finally:
        if held and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_advisory_unlock(%s, %s)", [LOCK_SPACE, webhook.pk % 2**31]
                )
