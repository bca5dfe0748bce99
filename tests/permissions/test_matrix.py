"""Route x method x role: real requests at every address that the URL resolver knows.

Everything asked for belongs to one vendor, so the roles say whose it is. Each request is undone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from tests.permissions.answers import Answer, Role, meaning
from tests.permissions.table import TABLE, Row
from tests.permissions.world import World

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
FORM = "application/x-www-form-urlencoded"
Cell = tuple[str, str]


def names(under: URLResolver | None = None) -> Iterator[str]:
    for pattern in (under or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"{pattern} has no name"
            yield pattern.name


def address(name: str, row: Row, of: World) -> str:
    arguments = row.arguments(of)
    return row.path.format(**arguments) if row.path else reverse(name, kwargs=arguments)


class Caller:
    """One person's browser; what a request changes, cookies included, is forgotten after it."""

    def __init__(self, role: Role, of: World) -> None:
        self.of = of
        self.client = Client(raise_request_exception=False)
        if role is not Role.ANONYMOUS:
            backend = "django.contrib.auth.backends.ModelBackend"
            self.client.force_login(of.people[role], backend=backend)
        self.cookies = self.client.cookies.copy()

    def ask(self, name: str, row: Row, method: str) -> Answer:
        self.client.cookies = self.cookies.copy()  # type: ignore[assignment] # a copy of the same
        body, content_type = "", FORM
        if row.body is not None and method != "GET":
            body, content_type = json.dumps(row.body(self.of)), "application/json"
        with transaction.atomic():
            path = address(name, row, self.of)
            answer: Any = self.client.generic(method, path, body, content_type)
            found = meaning(_whole(answer))
            transaction.set_rollback(True)
        return found


def _whole(answer: Any) -> HttpResponse:
    """Evidence is streamed; reading it to the end closes it."""
    if not answer.streaming:
        return HttpResponse(answer.content, status=answer.status_code, headers=answer.headers)
    return HttpResponse(b"".join(answer.streaming_content), status=answer.status_code)


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    """A new address: write its row in tests/permissions/table.py."""
    known = list(names())
    assert len(known) == len(set(known))
    assert set(known) == TABLE.keys()


@pytest.mark.django_db
def test_every_row_asks_at_its_own_address(made: World) -> None:
    for name, row in TABLE.items():
        path, _, _ = address(name, row, made).partition("?")
        assert resolve(path).url_name == name


#: Between two of the others, whom the short run asks.
_IN_BETWEEN = (Role.EDITOR, Role.UPLOADER, Role.VIEWER, Role.INSIDER)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize(
    "role",
    [pytest.param(role, marks=pytest.mark.long) if role in _IN_BETWEEN else role for role in Role],
    ids=lambda role: role.name.lower(),
)
def test_everybody_reaches_what_is_theirs_and_nothing_else(role: Role, made: World) -> None:
    caller = Caller(role, made)
    wrong: dict[Cell, tuple[Answer, Answer]] = {}
    for name, row in TABLE.items():
        for method in METHODS:
            expected = row.methods.get(method, row.otherwise)[role]
            found = caller.ask(name, row, method)
            if found is not expected:
                wrong[name, method] = (found, expected)
    told = [f"{n} {m}: {found}; expected {to}" for (n, m), (found, to) in wrong.items()]
    assert not wrong, "\n".join([f"As {role}:", *told])


def test_the_matrix_is_large_enough() -> None:
    assert len(TABLE) * len(METHODS) * len(Role) >= 2000


def test_what_is_foreign_and_private_is_not_there() -> None:
    """A page about one vendor's private things answers strangers 404, never 403."""
    private = [
        (name, row.methods[method])
        for name, row in TABLE.items()
        for method in row.methods
        if row.arguments is not TABLE["home"].arguments
        and row.methods[method][Role.OWNER] is not row.methods[method][Role.OUTSIDER]
    ]
    assert len(private) >= 25
    for name, answers in private:
        for stranger in (Role.OUTSIDER, Role.OTHER):
            assert answers[stranger] is Answer.HIDDEN, name
