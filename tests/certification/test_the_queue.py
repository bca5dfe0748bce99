"""The queue of record: work is added once, leased, claimed by one, finished once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from certification import queue
from certification.models import QueueEntry
from certification.operations.housekeeping import forget_finished_entries

pytestmark = pytest.mark.django_db

KIND = QueueEntry.Kind.VERIFY_RUN


def waiting(*subjects: str) -> list[QueueEntry]:
    for subject in subjects:
        queue.enqueue(KIND, subject)
    return list(QueueEntry.objects.order_by("pk"))


def lease_ended(entry: QueueEntry) -> None:
    QueueEntry.objects.filter(pk=entry.pk).update(leased_until=timezone.now() - timedelta(1))


def test_open_work_is_added_once() -> None:
    [entry] = waiting("a", "a")
    queue.finish(entry)
    queue.enqueue(KIND, "a")
    assert QueueEntry.objects.count() == 2
    assert QueueEntry.objects.filter(finished_at=None).count() == 1


def test_work_may_be_due_later() -> None:
    queue.enqueue(KIND, "later", delay_s=60)
    assert queue.lease_due(limit=10, seconds=30) == []
    entry = QueueEntry.objects.get()
    assert 59 < (entry.due_at - entry.created_at).total_seconds() < 61


def test_the_oldest_are_leased_first_and_only_once() -> None:
    first, second, third = waiting("a", "b", "c")
    assert queue.lease_due(limit=2, seconds=30) == [first.pk, second.pk]
    assert queue.lease_due(limit=2, seconds=30) == [third.pk]
    assert queue.lease_due(limit=2, seconds=30) == []
    assert queue.leases_out() == 3


def test_no_plan_of_the_database_leases_more_than_asked() -> None:
    """A plan that reads the inner question once for each row would find other rows each time."""
    waiting("a", "b", "c", "d")
    with transaction.atomic(), connection.cursor() as cursor:
        for way in ("hashjoin", "mergejoin", "hashagg", "sort", "material", "memoize"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        assert len(queue.lease_due(limit=2, seconds=30)) == 2


def test_a_lease_that_ends_unfinished_is_given_again() -> None:
    [entry] = waiting("a")
    queue.lease_due(limit=1, seconds=30)
    lease_ended(entry)
    assert queue.leases_out() == 0
    assert queue.lease_due(limit=1, seconds=30) == [entry.pk]


def test_leases_are_given_back_by_name_or_all() -> None:
    first, second, third = waiting("a", "b", "c")
    queue.lease_due(limit=3, seconds=30)
    assert queue.give_back([first.pk]) == 1
    assert queue.lease_due(limit=3, seconds=30) == [first.pk]
    queue.finish(third)
    assert queue.give_back() == 2
    assert queue.lease_due(limit=3, seconds=30) == [first.pk, second.pk]


def test_a_claim_writes_the_start_down_before_the_work() -> None:
    [entry] = waiting("a")
    with queue.claim(entry.pk) as claim:
        assert claim is not None
        assert QueueEntry.objects.get().starts == claim.entry.starts == 1
        assert not claim.exhausted


def test_the_fourth_start_is_one_too_many() -> None:
    [entry] = waiting("a")
    exhausted = []
    for _ in range(4):
        with queue.claim(entry.pk) as claim:
            assert claim is not None
            exhausted.append(claim.exhausted)
    assert exhausted == [False, False, False, True]


def test_there_is_no_claim_on_unknown_finished_or_waiting_work() -> None:
    [entry] = waiting("a")
    queue.retry_later(entry, "broke off")
    with queue.claim(entry.pk) as claim:
        assert claim is None
    queue.finish(entry)
    with queue.claim(entry.pk) as claim:
        assert claim is None
    with queue.claim(entry.pk + 1) as claim:
        assert claim is None
    assert QueueEntry.objects.get().starts == 0


def test_finished_work_is_not_touched_again() -> None:
    [entry] = waiting("a")
    queue.finish(entry)
    finished = QueueEntry.objects.values().get()
    queue.finish(entry)
    queue.retry_later(entry, "too late")
    assert QueueEntry.objects.values().get() == finished
    assert queue.lease_due(limit=1, seconds=30) == []


def test_long_errors_are_cut() -> None:
    [entry] = waiting("a")
    queue.retry_later(entry, "x" * 1000)
    assert len(QueueEntry.objects.get().last_error) == 300


def test_finished_entries_are_kept_for_a_week() -> None:
    old, young, _open = waiting("old", "young", "open")
    now = timezone.now()
    QueueEntry.objects.filter(pk=old.pk).update(finished_at=now - timedelta(days=8))
    QueueEntry.objects.filter(pk=young.pk).update(finished_at=now - timedelta(days=6))
    assert forget_finished_entries() == 1
    assert set(QueueEntry.objects.values_list("subject", flat=True)) == {"young", "open"}


def claimed_elsewhere(entry_id: int) -> bool:
    """Another process tries, on a connection of its own."""

    def claim() -> bool:
        try:
            with queue.claim(entry_id) as claim:
                return claim is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(claim).result(10)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_one_of_two_processes_has_it() -> None:
    [entry] = waiting("a")
    with queue.claim(entry.pk) as claim:
        assert claim is not None
        assert not claimed_elsewhere(entry.pk)
        assert QueueEntry.objects.get().starts == 1
    assert claimed_elsewhere(entry.pk)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_lost_connection_lets_go() -> None:
    [entry] = waiting("a")
    claimed, lost = threading.Event(), threading.Event()

    def lose() -> None:
        with queue.claim(entry.pk) as claim:
            assert claim is not None
            claimed.set()
            lost.wait(5)
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        losing = pool.submit(lose)
        assert claimed.wait(5)
        assert not claimed_elsewhere(entry.pk)
        lost.set()
        losing.result(10)
    assert claimed_elsewhere(entry.pk)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_dispatchers_lease_different_entries() -> None:
    entries = waiting(*"abcdef")

    def lease() -> list[int]:
        try:
            return queue.lease_due(limit=3, seconds=30)
        finally:
            connection.close()

    with transaction.atomic():
        mine = queue.lease_due(limit=3, seconds=30)
        with ThreadPoolExecutor(1) as pool:
            theirs = pool.submit(lease).result(10)
    assert sorted(mine + theirs) == [entry.pk for entry in entries]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_work_of_a_rolled_back_deed_is_not_there() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        queue.enqueue(KIND, "a")
        raise RuntimeError
    assert not QueueEntry.objects.exists()
