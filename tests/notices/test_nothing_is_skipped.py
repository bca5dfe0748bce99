"""An event whose transaction commits late is told all the same, and one undone is not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, transaction

from marketplace.catalogue import audit
from marketplace.notices.consuming import tell_events
from marketplace.notices.models import Notice, UntoldEvent
from tests.factories import person
from tests.workspace.stories import Story, story

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def ask(told: Story) -> int:
    return audit.record(
        "certification.asked", told.product, actor=audit.SYSTEM, target="platform"
    ).pk


def test_a_lower_id_that_commits_later_is_told_later() -> None:
    told = story()
    UntoldEvent.objects.all().delete()
    written, told_others = Event(), Event()

    def late() -> int:
        try:
            with transaction.atomic():
                key = ask(told)
                written.set()
                assert told_others.wait(10)
            return key
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        lower = pool.submit(late)
        assert written.wait(10)
        with transaction.atomic():
            higher = ask(told)
        tell_events()
        assert occasions() == {f"event:{higher}"}
        told_others.set()
        key = lower.result(10)
    assert key < higher
    tell_events()
    assert occasions() == {f"event:{higher}", f"event:{key}"}


def test_what_was_undone_is_told_to_nobody() -> None:
    told = story()
    UntoldEvent.objects.all().delete()
    with pytest.raises(LookupError), transaction.atomic():
        ask(told)
        raise LookupError
    assert UntoldEvent.objects.count() == 0


def test_two_who_tell_at_once_tell_once() -> None:
    told = story()
    UntoldEvent.objects.all().delete()
    for _ in range(30):
        with transaction.atomic():
            ask(told)
    person("Bystander")

    def work() -> None:
        try:
            tell_events()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(work) for _ in range(3)]:
            done.result(20)
    tell_events()
    assert Notice.objects.filter(recipient=told.owner).count() == 30
    assert UntoldEvent.objects.count() == 0


def occasions() -> set[str]:
    return set(Notice.objects.values_list("occasion", flat=True))
