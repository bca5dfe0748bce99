"""The inbox and its settings, as a person uses them."""

from __future__ import annotations

from collections import Counter

import pytest
from django.test import Client
from pytest_django import Settings

from marketplace.catalogue.models import User
from marketplace.notices.models import Choice, Notice
from marketplace.notices.topics import Topic
from tests.factories import person
from tests.notices.telling import a_telling, tell_now
from tests.site.conftest import signed_in
from tests.site.reading import read
from tests.site.test_every_page import dead_links, outline_faults

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def ann(db: None) -> User:
    return person("Ann")


def test_what_is_new_is_counted_on_every_page_and_read_once(ann: User) -> None:
    client = signed_in(ann)
    for number in range(3):
        tell_now(a_telling(ann, occasion=f"event:{number}", path="/products/"))
    assert "Notices (3 new" in read(client.get("/products/")).text
    page = read(client.get("/workspace/notices/"))
    assert "3 are new." in page.text
    first = Notice.objects.order_by("-at", "-id")[0]
    for _ in range(2):
        answer = client.post(f"/workspace/notices/{first.pk}/read/")
        assert (answer.status_code, answer["Location"]) == (303, "/products/")
    assert "Notices (2 new" in read(client.get("/products/")).text
    for count in (2, 0):
        answer = client.post("/workspace/notices/read/", follow=True)
        assert f"{count} notices marked as read." in read(answer).text
    assert "(2 new" not in read(client.get("/products/")).text


def test_reading_a_page_changes_nothing(ann: User) -> None:
    tell_now(a_telling(ann))
    client, notice = signed_in(ann), Notice.objects.get()
    client.get("/workspace/notices/")
    assert client.get(f"/workspace/notices/{notice.pk}/read/").status_code == 405
    assert client.get("/workspace/notices/read/").status_code == 405
    assert Notice.objects.get().read_at is None


def test_nobody_reads_or_sees_anothers(ann: User) -> None:
    tell_now(a_telling(ann))
    notice, bob = Notice.objects.get(), signed_in(person("Bob"))
    assert "Nothing yet" in read(bob.get("/workspace/notices/")).text
    assert bob.post(f"/workspace/notices/{notice.pk}/read/").status_code == 404
    bob.post("/workspace/notices/read/")
    assert Notice.objects.get().read_at is None
    answer = Client().get("/workspace/notices/")
    assert answer["Location"] == "/sign-in/?next=/workspace/notices/"


def test_what_others_wrote_is_text(ann: User) -> None:
    tell_now(a_telling(ann, subject="<b>x</b>", lines=["<script>alert(1)</script>"]))
    body = signed_in(ann).get("/workspace/notices/").content.decode()
    assert "<script>alert" not in body and "<b>x</b>" not in body
    assert "&lt;script&gt;alert(1)" in body


def test_what_is_chosen_is_kept_and_the_usual_is_not_stored(ann: User) -> None:
    client = signed_in(ann)
    everything = [topic.value for topic in Topic if topic != Topic.FOR_STAFF]
    answer = client.post(
        "/workspace/notices/settings/", {"inbox": everything, "mail": [Topic.RUN_VERIFIED.value]}
    )
    assert answer.status_code == 303
    assert Choice.objects.get(topic=Topic.RUN_VERIFIED).mail
    assert not Choice.objects.get(topic=Topic.DECIDED).mail
    assert not Choice.objects.filter(topic=Topic.REQUESTED).exists()  # as usual
    assert not Choice.objects.filter(topic=Topic.FOR_STAFF).exists()
    tell_now(a_telling(ann))
    assert not hasattr(Notice.objects.get(), "mail")
    client.post("/workspace/notices/settings/", {"mail": everything})
    tell_now(a_telling(ann, occasion="event:2"))
    assert not Notice.objects.get(occasion="event:2").shown


def test_staff_alone_choose_what_waits_for_staff(ann: User) -> None:
    path = "/workspace/notices/settings/"
    words = Topic.FOR_STAFF.label
    assert words not in read(signed_in(ann).get(path)).text
    assert words in read(signed_in(person("Rosa", staff_role="reviewer")).get(path)).text


def test_the_page_says_whether_mail_leaves(ann: User, settings: Settings) -> None:
    client = signed_in(ann)
    settings.MAIL_IS_SENT = False
    assert "No mail server is set" in read(client.get("/workspace/notices/")).text
    settings.MAIL_IS_SENT = True
    assert "No mail server is set" not in read(client.get("/workspace/notices/")).text


def test_long_lists_have_pages(ann: User) -> None:
    for number in range(26):
        tell_now(a_telling(ann, occasion=f"event:{number}"))
    client = signed_in(ann)
    assert "Page 1 of 2" in read(client.get("/workspace/notices/")).text
    for odd in ("2", "99", "x", "-1"):
        assert client.get(f"/workspace/notices/?page={odd}").status_code == 200


def test_the_pages_are_sound(ann: User) -> None:
    tell_now(a_telling(ann))
    client = signed_in(ann)
    for path in ("/workspace/notices/", "/workspace/notices/settings/"):
        answer = client.get(path)
        page = read(answer)
        assert outline_faults(page) == [] and page.unlabelled() == [] and dead_links(page) == []
        assert [i for i, times in Counter(page.ids).items() if times > 1] == []
        assert "no-store" in answer["Cache-Control"]
