"""Where a person is signed in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from marketplace.catalogue.devices import device_words
from marketplace.catalogue.models import SignedInDevice, User
from marketplace.config.signed_in import SEEN
from tests.factories import person
from tests.site.conftest import signed_in
from tests.site.reading import read

pytestmark = pytest.mark.django_db
PAGE = "/workspace/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0"
)


def browser(user: User, agent: str = FIREFOX) -> Client:
    client = signed_in(user)
    client.defaults["HTTP_USER_AGENT"] = agent
    assert client.get("/workspace/").status_code == 200
    return client


def device(client: Client) -> SignedInDevice:
    return SignedInDevice.objects.get(session_id=client.session.session_key)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (IPHONE, "Safari on iPhone"),
        (EDGE, "Edge on Windows"),
        ("curl/8.5", "curl"),
        ("", "Unknown browser"),
        ("<script>alert(1)</script>" * 99, "Unknown browser"),
    ],
)
def test_a_device_has_words(agent: str, words: str) -> None:
    assert device_words(agent) == words


def test_each_session_is_listed_and_named(ann: User) -> None:
    here = browser(ann)
    browser(ann, IPHONE)
    page = read(here.get(PAGE))
    assert "Firefox on Linux" in page.text
    assert "Safari on iPhone" in page.text
    assert page.text.count("this session") == 1
    assert str(here.session.session_key) not in here.get(PAGE).content.decode()


def test_another_session_is_ended(ann: User) -> None:
    here, there = browser(ann), browser(ann, IPHONE)
    url = f"{PAGE}{device(there).pk}/end/"
    assert here.post(url)["Location"] == PAGE
    assert there.get("/workspace/").status_code == 302
    assert here.get("/workspace/").status_code == 200
    assert here.post(url).status_code == 404


def test_all_others_are_ended_at_once(ann: User) -> None:
    here, others = browser(ann), [browser(ann, IPHONE), browser(ann, EDGE)]
    answer = here.post(f"{PAGE}end-others/", follow=True)
    assert "2 other sessions are ended" in read(answer).text
    assert [one.get("/workspace/").status_code for one in others] == [302, 302]
    assert here.get("/workspace/").status_code == 200


def test_one_s_own_session_is_left_by_signing_out(ann: User) -> None:
    here = browser(ann)
    here.post(f"{PAGE}{device(here).pk}/end/")
    assert here.get("/workspace/").status_code == 200
    here.post("/sign-out/")
    assert not SignedInDevice.objects.exists()


def test_nobody_ends_another_person_s_session(ann: User) -> None:
    here, eve = browser(ann), browser(person("Eve"))
    assert eve.post(f"{PAGE}{device(here).pk}/end/").status_code == 404
    eve.post(f"{PAGE}end-others/")
    assert here.get("/workspace/").status_code == 200
    assert eve.get(f"{PAGE}{device(here).pk}/end/").status_code == 405


def test_it_is_noted_once_in_five_minutes(ann: User) -> None:
    here = browser(ann)
    past = timezone.now() - timedelta(days=1)
    SignedInDevice.objects.update(last_seen_at=past)
    here.get("/workspace/")
    assert device(here).last_seen_at == past
    kept = here.session
    kept[SEEN] -= 301
    kept.save()
    here.get("/workspace/")
    assert device(here).last_seen_at > past


def test_the_sign_in_itself_is_noted(ann: User) -> None:
    ann.set_password("a long enough sentence")
    ann.save()
    client = Client()
    client.post("/sign-in/", {"username": ann.email, "password": "a long enough sentence"})
    assert device(client).user == ann


def test_a_session_over_time_is_not_listed(ann: User) -> None:
    here, there = browser(ann), browser(ann, IPHONE)
    ended = Session.objects.filter(pk=there.session.session_key)
    ended.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert "iPhone" not in read(here.get(PAGE)).text


def test_strangers_are_not_noted(stranger: Client) -> None:
    stranger.get("/")
    stranger.get("/sign-in/")
    assert not SignedInDevice.objects.exists()
    assert stranger.get(PAGE)["Location"].startswith("/sign-in/")
