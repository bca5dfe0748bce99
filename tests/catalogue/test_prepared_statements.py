"""Statements that are planned once for each connection."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, transaction

from marketplace.catalogue.prepared import Statement
from marketplace.config.postgresql import base

_NAMED = "SELECT count(*) FROM pg_prepared_statements WHERE name = %s"


def answered(statement: Statement, values: list[object], after: str = "") -> tuple[object, ...]:
    with connection.cursor() as cursor:
        statement.run(cursor, values, after=after)
        return tuple(cursor.fetchone())


def times_prepared(name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, [name])
        return int(cursor.fetchone()[0])


def test_it_is_prepared_by_its_first_use_and_answers_each_time(db: None) -> None:
    added = Statement("try_adding", "SELECT %s::int + %s::int")
    assert times_prepared("try_adding") == 0
    assert answered(added, [1, 2]) == (3,)
    assert answered(added, [3, 4]) == (7,)
    assert times_prepared("try_adding") == 1


def test_what_goes_before_it_has_values_of_its_own(db: None) -> None:
    told = Statement("try_telling", "SELECT current_setting('hallmark.tried')")
    before = "SELECT set_config('hallmark.tried', %s, true); "
    assert answered(told, ["yes"], before) == ("yes",)


def test_it_outlives_a_transaction_that_is_undone(db: None) -> None:
    one = Statement("try_one", "SELECT 1 / %s::int")
    with pytest.raises(DatabaseError, match="division by zero"), transaction.atomic():
        answered(one, [0])
    assert answered(one, [1]) == (1,)


def test_a_statement_that_is_wrong_is_named_as_any_other(db: None) -> None:
    wrong = Statement("try_wrong", "SELECT nothing_of_that_name")
    for _ in range(2):
        with pytest.raises(DatabaseError, match="nothing_of_that_name"), transaction.atomic():
            answered(wrong, [])


def test_a_new_connection_prepares_it_anew(db: None) -> None:
    two = Statement("try_two", "SELECT 2")

    def twice() -> list[object]:
        first = answered(two, [])
        connection.close()
        return [first, answered(two, []), times_prepared("try_two")]

    assert by_a_connection_of_its_own(twice) == [(2,), (2,), 1]


def by_a_connection_of_its_own(deed: Callable[[], list[object]]) -> list[object]:
    def done() -> list[object]:
        try:
            return deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(done).result()


def test_a_kept_connection_is_trusted_until_the_server_ends_it(db: None) -> None:
    def used() -> list[object]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (process,) = cursor.fetchone()
        before = connection.is_usable()
        ended.submit(end, process).result()
        after = connection.is_usable()
        connection.close_if_unusable_or_obsolete()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid() <> %s", [process])
            return [before, after, cursor.fetchone()]

    def end(process: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
        connection.close()

    with ThreadPoolExecutor(1) as ended:
        assert by_a_connection_of_its_own(used) == [True, False, (True,)]


def test_a_connection_that_rested_is_asked_before_it_is_trusted(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network that forgot it says nothing until it is used: the socket looks as a good one."""

    def swallowed() -> list[object]:
        near, far = socket.socketpair()
        connection.ensure_connection()
        fresh = connection.is_usable()
        os.dup2(near.fileno(), connection.connection.fileno())
        near.close()
        at_once = connection.is_usable()
        monkeypatch.setattr(base, "RESTED_S", 0.0)
        refused = network.submit(refuse, far)
        rested = connection.is_usable()
        connection.close()
        refused.result()
        return [fresh, at_once, rested, answered(Statement("try_three", "SELECT 3"), [])]

    def refuse(far: socket.socket) -> None:
        far.recv(1)
        far.close()

    with ThreadPoolExecutor(1) as network:
        assert by_a_connection_of_its_own(swallowed) == [True, True, False, (3,)]
