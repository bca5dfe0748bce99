"""Webhooks to a real receiver through the guard: signed, retried, paused, sent again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone

from certification.models import QueueEntry
from certification.operations.work import give_up
from marketplace.catalogue.models import User, Vendor
from marketplace.notices import delivering, webhooks
from marketplace.notices.delivering import WAITS_S, forget_old_deliveries
from marketplace.notices.models import Webhook, WebhookDelivery, WebhookTry
from marketplace.notices.topics import OF_VENDORS, Topic
from marketplace.notices.webhooks import WebhookRefused, WithSecret, add_webhook
from tests.factories import hurry, person, vendor, work_off
from tests.notices.receivers import Receiver
from tests.notices.telling import URL, a_telling, subjects, tell_all, tell_now, waiting

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SEND = QueueEntry.Kind.SEND_WEBHOOK
State = WebhookDelivery.State


@pytest.fixture
def ann(db: None) -> User:
    return person("Ann")


@pytest.fixture
def kelp(ann: User) -> Vendor:
    return vendor("Kelp", owner=ann)


@pytest.fixture
def hook(kelp: Vendor, ann: User) -> WithSecret:
    return add_webhook(vendor=kelp, url=URL, topics=OF_VENDORS, by=ann)


def happens(to: Vendor, occasion: str = "event:1") -> None:
    tell_now(a_telling(vendor=to, occasion=occasion, facts={"submission": 7}))


def fails(times: int) -> None:
    for _ in range(times):
        [entry] = waiting(SEND)
        hurry(entry)
        work_off()


def test_a_delivery_is_signed_and_says_what_happened(
    receiver: Receiver, kelp: Vendor, hook: WithSecret
) -> None:
    happens(kelp)
    assert receiver.got == []
    work_off()
    [got] = receiver.got
    delivery = WebhookDelivery.objects.get()
    assert got.path == "/hallmark"
    assert got.headers["Hallmark-Delivery"] == str(delivery.pk)
    assert got.headers["Hallmark-Topic"] == "submission.decided"
    assert got.is_signed_with(hook.secret)
    assert not got.is_signed_with("whsec_other")
    said = json.loads(got.body)
    assert said["vendor"] == kelp.slug
    assert (said["topic"], said["facts"]) == ("submission.decided", {"submission": 7})
    [tried] = WebhookTry.objects.all()
    assert (tried.status, tried.fault, delivery.state) == (204, "", State.DELIVERED)


def test_a_failure_is_tried_again_with_longer_waits(
    receiver: Receiver, kelp: Vendor, hook: WithSecret
) -> None:
    happens(kelp)
    receiver.status = 500
    for wanted in WAITS_S:
        work_off()
        [entry] = waiting(SEND)
        assert wanted - 10 < (entry.due_at - timezone.now()).total_seconds() <= wanted
        hurry(entry)
    work_off()
    assert waiting(SEND) == []
    assert WebhookDelivery.objects.get().state == State.FAILED
    assert list(receiver.ids.values()) == [6]
    assert len({got.body for got in receiver.got}) == 1
    assert set(WebhookTry.objects.values_list("status", flat=True)) == {500}


def test_it_succeeds_at_a_later_try(receiver: Receiver, kelp: Vendor, hook: WithSecret) -> None:
    happens(kelp)
    receiver.status = 503
    work_off()
    receiver.status = 200
    fails(1)
    assert WebhookDelivery.objects.get().state == State.DELIVERED
    assert Webhook.objects.get().failures_in_row == 0


def test_it_is_sent_again_on_request(
    receiver: Receiver, kelp: Vendor, ann: User, hook: WithSecret
) -> None:
    happens(kelp)
    work_off()
    delivery = WebhookDelivery.objects.get()
    webhooks.replay(delivery=delivery, by=ann)
    with pytest.raises(WebhookRefused, match="on its way"):
        webhooks.replay(delivery=delivery, by=ann)
    work_off()
    assert list(receiver.ids.values()) == [2]


def test_twenty_failures_in_a_row_pause_it_and_nothing_is_lost(
    receiver: Receiver, kelp: Vendor, ann: User, hook: WithSecret
) -> None:
    receiver.status = 500
    for number in range(20):
        assert Webhook.objects.get().paused_at is None
        happens(kelp, f"event:{number}")
        work_off()
    assert Webhook.objects.get().paused_at is not None
    tell_all()
    assert f"A webhook of {kelp} is paused" in subjects(ann)
    happens(kelp, "event:meanwhile")
    for entry in waiting(SEND):
        hurry(entry)
    work_off()
    assert len(receiver.got) == 20
    receiver.status = 204
    assert webhooks.resume_webhook(webhook=hook.webhook, by=ann) == 21
    assert webhooks.resume_webhook(webhook=hook.webhook, by=ann) == 0
    work_off()
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {State.DELIVERED}
    assert len(receiver.ids) == 21


def test_a_new_secret_signs_beside_the_former_for_a_day(
    receiver: Receiver, kelp: Vendor, ann: User, hook: WithSecret
) -> None:
    new = webhooks.rotate_secret(webhook=hook.webhook, by=ann)
    happens(kelp)
    work_off()
    assert new.secret != hook.secret
    assert receiver.got[0].is_signed_with(new.secret)
    assert receiver.got[0].is_signed_with(hook.secret)
    Webhook.objects.update(former_until=timezone.now())
    happens(kelp, "event:2")
    work_off()
    assert receiver.got[1].is_signed_with(new.secret)
    assert not receiver.got[1].is_signed_with(hook.secret)


def test_the_secret_is_kept_nowhere(hook: WithSecret) -> None:
    row = Webhook.objects.values().get()
    assert not any(hook.secret in str(value) for value in row.values())


def test_an_address_inside_is_never_reached(kelp: Vendor, ann: User) -> None:
    """The guard itself: no hook of the tests stands in front of it."""
    add_webhook(vendor=kelp, url="https://localhost/admin", topics=OF_VENDORS, by=ann)
    happens(kelp)
    work_off()
    [tried] = WebhookTry.objects.all()
    assert (tried.status, tried.fault) == (None, "address-refused")


def test_workers_that_die_over_it_do_not_lose_it(
    receiver: Receiver, kelp: Vendor, hook: WithSecret
) -> None:
    happens(kelp)
    [entry] = waiting(SEND)
    give_up(entry)
    fails(1)
    assert len(receiver.got) == 1
    assert set(WebhookTry.objects.values_list("fault", flat=True)) == {"worker-died", ""}


def test_only_what_was_chosen_is_sent(receiver: Receiver, kelp: Vendor, ann: User) -> None:
    add_webhook(vendor=kelp, url=URL, topics=[Topic.WAIVER_ENDING], by=ann)
    happens(kelp)
    work_off()
    assert receiver.got == []


def test_an_ended_webhook_gets_nothing(
    receiver: Receiver, kelp: Vendor, ann: User, hook: WithSecret
) -> None:
    happens(kelp)
    webhooks.end_webhook(webhook=hook.webhook, by=ann)
    happens(kelp, "event:2")
    work_off()
    assert receiver.got == []
    with pytest.raises(WebhookRefused, match="ended"):
        webhooks.end_webhook(webhook=hook.webhook, by=ann)
    add_webhook(vendor=kelp, url=URL, topics=OF_VENDORS, by=ann)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://hooks.kelp.example/", "scheme-refused"),
        ("https://", "url-malformed"),
        ("https://a b/", "url-malformed"),
        ("ftp://hooks.kelp.example/", "scheme-refused"),
        ("https://hooks.kelp.example/" + "x" * 500, "url-malformed"),
    ],
)
def test_what_is_no_address_is_refused(kelp: Vendor, ann: User, url: str, code: str) -> None:
    with pytest.raises(WebhookRefused) as refused:
        add_webhook(vendor=kelp, url=url, topics=OF_VENDORS, by=ann)
    assert refused.value.code == code


def test_the_limits_are_named(kelp: Vendor, ann: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "MOST_A_VENDOR", 1)
    for url, chosen, code in (
        (URL, [], "topics-missing"),
        (URL, ["staff.waiting"], "topic-unknown"),
        (URL, OF_VENDORS, ""),
        (URL, OF_VENDORS, "webhook-limit"),
    ):
        if not code:
            add_webhook(vendor=kelp, url=url, topics=chosen, by=ann)
            continue
        with pytest.raises(WebhookRefused) as refused:
            add_webhook(vendor=kelp, url=url, topics=chosen, by=ann)
        assert refused.value.code == code
    monkeypatch.setattr(webhooks, "MOST_A_VENDOR", 5)
    with pytest.raises(WebhookRefused, match="already"):
        add_webhook(vendor=kelp, url=URL, topics=OF_VENDORS, by=ann)


def test_owners_alone_may(kelp: Vendor, hook: WithSecret) -> None:
    for stranger in (person("Bob"), vendor_editor(kelp)):
        for deed in (webhooks.rotate_secret, webhooks.pause_webhook, webhooks.end_webhook):
            with pytest.raises(WebhookRefused) as refused:
                deed(webhook=hook.webhook, by=stranger)
            assert refused.value.code == "forbidden"


def vendor_editor(of: Vendor) -> User:
    editor = person("Edda")
    of.memberships.create(user=editor, role="editor")
    return editor


def test_the_log_is_forgotten_after_90_days(
    receiver: Receiver, kelp: Vendor, hook: WithSecret
) -> None:
    for days in (89, 91):
        happens(kelp, f"event:{days}")
        work_off()
        settled = timezone.now() - timedelta(days=days)
        WebhookDelivery.objects.filter(occasion=f"event:{days}").update(settled_at=settled)
    assert forget_old_deliveries() == 1
    assert WebhookDelivery.objects.get().occasion == "event:89"


def test_a_slow_receiver_holds_one_worker_at_most(
    receiver: Receiver, kelp: Vendor, hook: WithSecret, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another worker has the webhook in hand: this one waits its turn, and counts no failure."""

    @contextmanager
    def taken(_hook: Webhook) -> Iterator[bool]:
        yield False

    happens(kelp)
    with monkeypatch.context() as patched:
        patched.setattr(delivering, "_one_at_a_time", taken)
        work_off()
    assert (receiver.got, WebhookTry.objects.count()) == ([], 0)
    fails(1)
    assert len(receiver.got) == 1
