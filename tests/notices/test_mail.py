"""Mails through a real mail server: once, readable, retried, and never to who is gone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from certification.models import QueueEntry
from certification.operations.work import give_up
from marketplace.notices.choices import choose
from marketplace.notices.models import Mail, Notice
from marketplace.notices.topics import Channels, Topic
from tests.factories import hurry, person, work_off
from tests.notices.receivers import Mailbox
from tests.notices.telling import a_telling, tell_now, waiting

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SEND = QueueEntry.Kind.SEND_MAIL


def test_a_mail_says_what_happened_and_how_to_end_it(mailbox: Mailbox) -> None:
    ann = person("Ann")
    tell_now(a_telling(ann, lines=["It passes.", "Valid until 1 May 2031."]))
    assert mailbox.mails == []  # nothing is sent where it happened
    work_off()
    [mail] = mailbox.mails
    notice = Notice.objects.get()
    assert mail["To"] == ann.email
    assert mail["Subject"] == "Certified: Kelp Cloud 9.1, Compute 2031.06"
    assert mail["Message-ID"] == f"<{notice.pk}@hallmark.example>"
    assert mail["List-Unsubscribe"] == "<https://hallmark.example/workspace/notices/settings/>"
    plain, page = mail.iter_parts()
    for part in (plain, page):
        text = part.get_content()
        assert "It passes." in text and "Valid until 1 May 2031." in text
        assert "https://hallmark.example/workspace/" in text
    assert page.get_content_type() == "text/html"
    assert "<img" not in page.get_content()
    assert Mail.objects.get().state == Mail.State.SENT
    assert waiting(SEND) == []


def test_what_others_wrote_is_text_and_stays_on_its_line(mailbox: Mailbox) -> None:
    evil = '<script>alert("x")</script>\r\nBcc: all@people.example'
    tell_now(a_telling(person("Ann"), subject=evil, lines=[evil, "<img src=x>"]))
    work_off()
    [mail] = mailbox.mails
    assert "Bcc" not in mail
    page = mail.get_body(("html",))
    assert page is not None
    assert "<script" not in page.get_content() and "<img" not in page.get_content()
    assert "&lt;script&gt;" in page.get_content()


def test_a_mail_server_that_is_busy_is_asked_again(mailbox: Mailbox) -> None:
    tell_now(a_telling(person("Ann")))
    mailbox.refuse = 1
    work_off()
    [entry] = waiting(SEND)
    wait = (entry.due_at - timezone.now()).total_seconds()
    assert (mailbox.mails, 50 < wait <= 60) == ([], True)
    hurry(entry)
    work_off()
    assert len(mailbox.mails) == 1
    assert (Mail.objects.get().state, Mail.objects.get().tries) == (Mail.State.SENT, 2)


def test_after_six_tries_it_is_given_up_and_stands_in_the_inbox(mailbox: Mailbox) -> None:
    ann = person("Ann")
    tell_now(a_telling(ann))
    mailbox.refuse = 99
    for _ in range(6):
        [entry] = waiting(SEND)
        hurry(entry)
        work_off()
    mail = Mail.objects.get()
    assert (mail.state, mail.tries, waiting(SEND)) == (Mail.State.FAILED, 6, [])
    assert "451" in mail.last_error
    assert Notice.objects.get(recipient=ann).shown


def test_workers_that_die_over_it_do_not_lose_it(mailbox: Mailbox) -> None:
    tell_now(a_telling(person("Ann")))
    [entry] = waiting(SEND)
    give_up(entry)
    [again] = waiting(SEND)
    hurry(again)
    work_off()
    assert len(mailbox.mails) == 1


def test_a_closed_account_gets_no_mail(mailbox: Mailbox) -> None:
    ann = person("Ann")
    tell_now(a_telling(ann))
    ann.is_active = False
    ann.save()
    work_off()
    assert mailbox.mails == []
    assert Mail.objects.get().state == Mail.State.DROPPED


def test_who_chose_no_mail_gets_none(mailbox: Mailbox) -> None:
    ann, bob = person("Ann"), person("Bob")
    choose(wanted={Topic.DECIDED: Channels(inbox=True, mail=False)}, by=ann)
    choose(wanted={Topic.DECIDED: Channels(inbox=False, mail=True)}, by=bob)
    tell_now(a_telling(ann, bob))
    work_off()
    assert [mail["To"] for mail in mailbox.mails] == [bob.email]
    assert list(Notice.objects.filter(shown=True).values_list("recipient", flat=True)) == [ann.pk]


def test_telling_twice_sends_once(mailbox: Mailbox) -> None:
    ann, bob = person("Ann"), person("Bob")
    assert tell_now(a_telling(ann)) == 1
    work_off()
    assert tell_now(a_telling(ann, bob)) == 1
    work_off()
    assert sorted(str(mail["To"]) for mail in mailbox.mails) == sorted([ann.email, bob.email])


def test_a_second_sending_has_the_same_id_and_day(mailbox: Mailbox) -> None:
    """As when a worker died after the mail server took it."""
    tell_now(a_telling(person("Ann")))
    work_off()
    Mail.objects.update(state=Mail.State.WAITING, settled_at=None)
    QueueEntry.objects.filter(kind=SEND).update(
        finished_at=None, due_at=timezone.now() - timedelta(seconds=1)
    )
    work_off()
    first, second = mailbox.mails
    for header in ("Message-ID", "Date", "Subject"):
        assert first[header] == second[header]
