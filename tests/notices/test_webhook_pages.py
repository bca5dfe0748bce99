"""Webhooks as owners set them up, and as nobody else does."""

from __future__ import annotations

from collections import Counter

import pytest
from django.test import Client

from marketplace.catalogue.models import User, Vendor
from marketplace.notices.models import Webhook, WebhookDelivery, WebhookTry
from marketplace.notices.signing import secret_of
from marketplace.notices.topics import Topic
from tests.factories import join, person, vendor
from tests.notices.telling import URL, Told, told_owner
from tests.site.conftest import signed_in
from tests.site.reading import read
from tests.site.test_every_page import dead_links, outline_faults

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def ann(db: None) -> User:
    return person("Ann")


@pytest.fixture
def kelp(ann: User) -> Vendor:
    return vendor("Kelp", owner=ann)


@pytest.fixture
def told(kelp: Vendor, ann: User) -> Told:
    return told_owner(kelp, ann)


def test_an_owner_adds_one_and_sees_its_secret_once(kelp: Vendor, ann: User) -> None:
    client, path = signed_in(ann), f"/workspace/vendors/{kelp.slug}/webhooks/"
    answer = client.post(path, {"url": URL, "topics": [Topic.DECIDED.value]})
    secret = secret_of(Webhook.objects.get().salt)
    assert secret in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    for later in (path, f"/workspace/webhooks/{Webhook.objects.get().pk}/"):
        assert secret not in client.get(later).content.decode()
    again = client.post(path, {"url": URL, "topics": [Topic.DECIDED.value]})
    assert (again.status_code, "webhook-known" in read(again).text) == (400, True)
    wrong = client.post(path, {"url": "http://x", "topics": [Topic.DECIDED.value]})
    assert (wrong.status_code, "scheme-refused" in read(wrong).text) == (400, True)


def test_the_log_shows_each_try(told: Told, ann: User) -> None:
    WebhookTry.objects.create(delivery=told.delivery, status=None, fault="time-out", took_ms=9876)
    WebhookTry.objects.create(delivery=told.delivery, status=503, took_ms=12)
    text = read(signed_in(ann).get(f"/workspace/webhooks/{told.hook.pk}/")).text
    assert "time-out, 9876 ms" in text and "503, 12 ms" in text and "Waiting" in text


def test_it_is_paused_goes_on_is_replayed_and_ended(told: Told, ann: User) -> None:
    client, path = signed_in(ann), f"/workspace/webhooks/{told.hook.pk}/"
    again = f"/workspace/deliveries/{told.delivery.pk}/replay/"
    assert "delivery-waiting" in read(client.post(again, follow=True)).text
    WebhookDelivery.objects.update(state="delivered", settled_at=told.notice.at)
    assert "It is sent again" in read(client.post(again, follow=True)).text
    assert "Paused" in read(client.post(f"{path}pause/", follow=True)).text
    assert "1 delivery that waited" in read(client.post(f"{path}resume/", follow=True)).text
    new = client.post(f"{path}secret/")
    assert secret_of(Webhook.objects.get().salt) in new.content.decode()
    assert "No webhook yet" in read(client.post(f"{path}end/", follow=True)).text
    for gone in ("", "pause/", "resume/", "secret/", "end/"):
        method = client.post if gone else client.get
        assert method(path + gone).status_code == 404
    assert client.post(again).status_code == 404


def test_it_is_not_there_for_strangers_and_forbidden_to_other_members(
    told: Told, kelp: Vendor
) -> None:
    join(kelp, edda := person("Edda"), "editor")
    other = person("Olga")
    vendor("Reed", owner=other)
    hook, delivery = told.hook.pk, told.delivery.pk
    pages = (f"/workspace/vendors/{kelp.slug}/webhooks/", f"/workspace/webhooks/{hook}/")
    deeds = [f"/workspace/webhooks/{hook}/{deed}/" for deed in ("pause", "resume", "end", "secret")]
    deeds.append(f"/workspace/deliveries/{delivery}/replay/")
    for somebody, status in ((edda, 403), (other, 404), (person("Sten"), 404)):
        client = signed_in(somebody)
        assert {client.get(page).status_code for page in pages} == {status}
        assert {client.post(deed).status_code for deed in deeds} == {status}
    assert {Client().post(deed).status_code for deed in deeds} == {302}
    assert Webhook.objects.filter(ended_at=None, paused_at=None, former_salt="").count() == 1


def test_the_pages_are_sound(told: Told, kelp: Vendor, ann: User) -> None:
    client = signed_in(ann)
    WebhookTry.objects.create(delivery=told.delivery, status=503, took_ms=12)
    for path in (
        f"/workspace/vendors/{kelp.slug}/webhooks/",
        f"/workspace/webhooks/{told.hook.pk}/",
    ):
        page = read(client.get(path))
        assert outline_faults(page) == [] and page.unlabelled() == [] and dead_links(page) == []
        assert [i for i, times in Counter(page.ids).items() if times > 1] == []
