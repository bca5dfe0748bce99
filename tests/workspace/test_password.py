"""Changing a password, and finding back in without it."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from certification.models import QueueEntry
from marketplace.catalogue.models import User
from marketplace.notices.models import PasswordMail
from tests.factories import hurry, person, work_off
from tests.site.conftest import signed_in
from tests.site.reading import read

pytestmark = pytest.mark.django_db
OLD, NEW = "a long enough sentence", "quite another sentence"
CHANGE = {"old": OLD, "new": NEW, "again": NEW}


@pytest.fixture
def ann() -> User:
    made = person("Ann")
    made.set_password(OLD)
    made.save()
    return made


def signs_in(user: User, password: str) -> bool:
    answer = Client().post("/sign-in/", {"username": user.email, "password": password})
    return answer.status_code == 302


def link_for(email: str) -> str:
    Client().post("/password/forgotten/", {"email": email})
    work_off()
    found = re.search(r"/password/reset/\S+", mail.outbox[-1].body)
    assert found
    return found[0]


def test_it_changes_and_ends_all_other_sessions(ann: User) -> None:
    here, there = signed_in(ann), signed_in(ann)
    for client in (here, there):
        assert client.get("/workspace/").status_code == 200
    before = here.session.session_key
    assert here.post("/workspace/password/", CHANGE)["Location"] == "/workspace/password/"
    assert here.get("/workspace/").status_code == 200
    assert here.session.session_key != before
    assert there.get("/workspace/").status_code == 302
    assert ann.devices.count() == 1
    assert (signs_in(ann, OLD), signs_in(ann, NEW)) == (False, True)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"old": "no"}, "password-wrong"),
        ({"new": "short", "again": "short"}, "password-weak"),
        ({"new": "password1234", "again": "password1234"}, "password-weak"),
        ({"again": "a third sentence"}, "not the same"),
        ({"old": ""}, "required"),
    ],
)
def test_what_cannot_be_is_told(ann: User, changes: dict[str, str], said: str) -> None:
    answer = signed_in(ann).post("/workspace/password/", CHANGE | changes)
    assert answer.status_code == 400
    assert said in read(answer).text
    assert OLD not in answer.content.decode()
    assert signs_in(ann, OLD)


def test_a_link_by_mail_sets_a_new_one_once(ann: User) -> None:
    there = signed_in(ann)
    there.get("/workspace/")
    link = link_for(ann.email.upper())
    assert mail.outbox[0].to == [ann.email]
    client = Client()
    page = client.get(link)
    assert page.status_code == 200
    assert page["Referrer-Policy"] == "same-origin"
    assert "no-store" in page["Cache-Control"]
    weak = client.post(link, {"new": "short", "again": "short"})
    assert "password-weak" in read(weak).text
    assert client.post(link, {"new": NEW, "again": NEW})["Location"] == "/sign-in/"
    assert client.get("/workspace/").status_code == 302
    assert there.get("/workspace/").status_code == 302
    assert signs_in(ann, NEW)
    for again in (client.get(link), client.post(link, {"new": OLD, "again": OLD})):
        assert again.status_code == 404
        assert "reset-over" in read(again).text


@pytest.mark.parametrize(
    "path", ["x/y", "MQ/abc-def", "____/abc", "MTE5OTk5OTk5OTk5OTk5OTk5OTk5/a-b"]
)
def test_a_link_that_was_made_up_opens_nothing(db: None, path: str) -> None:
    assert Client().get(f"/password/reset/{path}/").status_code == 404


def test_the_answer_never_tells_whether_an_address_is_known(ann: User) -> None:
    gone = person("Old", active=False)
    answers = [
        Client().post("/password/forgotten/", {"email": email})
        for email in (ann.email, "nobody@people.example", gone.email)
    ]
    assert [len(answer.content) for answer in answers].count(len(answers[0].content)) == 3
    assert {read(answer).text for answer in answers} == {read(answers[0]).text}
    assert mail.outbox == [], "the request talks to no mail server"
    work_off()
    assert [one.to for one in mail.outbox] == [[ann.email]]
    assert not PasswordMail.objects.exists(), "nothing of it is kept"


def test_a_known_and_an_unknown_address_cost_the_same(ann: User) -> None:
    asked = []
    for email in ("nobody@people.example", ann.email, "other@people.example"):
        with CaptureQueriesContext(connection) as seen:
            Client().post("/password/forgotten/", {"email": email})
        asked.append([one["sql"].split()[0] for one in seen.captured_queries])
    assert asked[1] == asked[2] and "INSERT" in asked[1]


def test_a_mail_server_that_is_away_is_asked_again(
    ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as patched:
        patched.setattr(EmailMessage, "send", away)
        Client().post("/password/forgotten/", {"email": ann.email})
        work_off()
    [entry] = QueueEntry.objects.filter(kind="send_reset", finished_at=None)
    hurry(entry)
    work_off()
    assert [one.to for one in mail.outbox] == [[ann.email]]


def test_mails_for_passwords_have_a_limit(ann: User, settings: Settings) -> None:
    settings.LIMITS_AN_HOUR = settings.LIMITS_AN_HOUR | {"password-forgotten": 1}
    Client().post("/password/forgotten/", {"email": ann.email})
    answer = Client().post("/password/forgotten/", {"email": ann.email})
    assert answer.status_code == 429
    work_off()
    assert len(mail.outbox) == 1


def test_nobody_s_mailbox_is_filled_from_many_addresses(ann: User, settings: Settings) -> None:
    settings.LIMITS_AN_HOUR = settings.LIMITS_AN_HOUR | {"password-mail": 2}
    texts = set()
    for number in range(3):
        client = Client(REMOTE_ADDR=f"192.0.2.{number}")
        answer = client.post("/password/forgotten/", {"email": ann.email})
        assert answer.status_code == 200
        texts.add(read(answer).text)
    work_off()
    assert (len(mail.outbox), len(texts)) == (2, 1)


def test_a_signed_in_person_alone_changes_it(stranger: Client) -> None:
    assert stranger.get("/workspace/password/")["Location"].startswith("/sign-in/")
    assert Client(enforce_csrf_checks=True).post("/password/forgotten/").status_code == 403
