"""Whatever a vendor writes stays words: on every page of the permission table and in every file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from certification import judging
from tests.permissions.answers import Answer, Role
from tests.permissions.table import TABLE, Row
from tests.permissions.test_matrix import address
from tests.permissions.world import World
from tests.vectors import reading
from tests.vectors.planting import RAW, Plants, planted

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
_READERS = (Role.ANONYMOUS, Role.OWNER, Role.ADMIN)
#: In the name of a file the brackets are replaced.
_NUMBER = re.compile(r"p(\d+)(?:\(\)|_)")
#: The table asks for one form of each file; these are others, with what fills them.
_FILES = (
    "/products.json",
    "/certificates.json",
    "/guidelines.json",
    "/requirements.csv?category=distribution",
    "/requirements.md?category=distribution",
    "/requirements.pdf?category=distribution",
    "/shortlist.md",
)
#: What a stranger can put into an address that a page then repeats.
_ECHO = {
    Role.ANONYMOUS: (
        "/products/?q={v}&category={v}",
        "/requirements/?name={v}&capability={v}",
        "/compare/?p={v}",
        "/verify/?q={v}",
        "/sign-in/?next={v}",
        "/sign-up/?next={v}",
        "/upload/?run={v}",
        "/{v}/",
    ),
    Role.ADMIN: (
        "/workspace/?page={v}",
        "/staff/?who={v}",
        "/staff/certificates/?q={v}&state={v}",
        "/staff/audit/?q={v}&actor={v}&verb={v}",
    ),
}
_FAULTS: dict[str, Callable[[str], list[str]]] = {
    "text/html": reading.faults_of_page,
    "text/csv": reading.faults_of_table,
    "application/atom+xml": reading.faults_of_feed,
    "image/svg+xml": reading.faults_of_drawing,
    "text/markdown": reading.faults_of_markdown,
}


@dataclass(frozen=True)
class Shown:
    """`policy` is the Content-Security-Policy that came with it."""

    who: str
    path: str
    kind: str
    body: bytes
    policy: str

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


def everything(of: World) -> Iterator[Shown]:
    """Each address that gives something, as whoever sees most of it, and what repeats words."""
    for role in _READERS:
        client = Client(raise_request_exception=False)
        if role is not Role.ANONYMOUS:
            client.force_login(of.people[role], backend="django.contrib.auth.backends.ModelBackend")
        else:
            _puts_on_the_shortlist(client, of)
        for path in (*_paths(role, of), *(one.format(v=_strange()) for one in _ECHO.get(role, ()))):
            yield from _shown(role, client, path)


def _puts_on_the_shortlist(client: Client, of: World) -> None:
    product = of.told.product
    answer = client.post("/shortlist/", {"add": f"{product.vendor.slug}/{product.slug}"})
    assert answer.status_code == 303


def _strange() -> str:
    return quote("=1+1'\"><script>p0()</script><img src=x onerror=alert(1)>", safe="")


def _paths(role: Role, of: World) -> Iterator[str]:
    for name, row in TABLE.items():
        if role in _who_reads(row):
            yield address(name, row, of)
    if role is Role.ANONYMOUS:
        yield from _FILES


def _who_reads(row: Row) -> set[Role]:
    """Strangers where everybody may, else the vendor and staff: pages differ for those."""
    reached = {role for role in _READERS if row.methods.get("GET", {}).get(role) is Answer.REACHED}
    return {Role.ANONYMOUS} if Role.ANONYMOUS in reached else reached


def _shown(role: Role, client: Client, path: str) -> Iterator[Shown]:
    answer: Any = client.get(path)
    assert answer.status_code < 500 or path == "/readyz", path
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    assert answer.headers["X-Content-Type-Options"] == "nosniff", path
    yield Shown(
        role.name.lower(), path, kind, body, answer.headers.get("Content-Security-Policy", "")
    )


@dataclass(frozen=True)
class Harvest:
    plants: Plants
    shown: list[Shown]


@pytest.fixture(scope="module")
def harvest(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Harvest:
    plants = Plants()
    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as patched,
        transaction.atomic(),
    ):
        patched.setattr(judging, "_dictionary", judging._Dictionary())
        shown = list(everything(planted(plants)))
        transaction.set_rollback(True)
    return Harvest(plants, shown)


def test_every_word_comes_out_and_stays_a_word(harvest: Harvest) -> None:
    wrong = [
        f"{one.path} as {one.who}: {fault}"
        for one in harvest.shown
        if one.kind in _FAULTS
        for fault in _FAULTS[one.kind](one.text)
    ]
    assert not wrong, "\n".join(dict.fromkeys(wrong))
    seen = {int(number) for one in harvest.shown for number in _NUMBER.findall(one.text)}
    unseen = [name for number, name in harvest.plants.where.items() if number not in seen]
    assert not unseen, f"planted and shown nowhere, so nothing is proven of: {unseen}"
    kinds = {one.kind for one in harvest.shown}
    assert kinds >= {*_FAULTS, "application/json", "application/pdf"}


def test_what_is_no_page_runs_nothing(harvest: Harvest) -> None:
    """Only what says it is HTML may hold it, and no PDF does more than show words."""
    for one in harvest.shown:
        if one.kind == "application/pdf":
            assert not re.search(rb"/JavaScript|/JS\b|/Launch|/OpenAction|javascript:", one.body)
        elif one.kind == "text/html":
            assert "script-src 'self'" in one.policy, one.path
            assert "unsafe" not in one.policy, one.path


@pytest.mark.parametrize(
    ("read", "bad"),
    [
        (reading.faults_of_page, f"{RAW[0]}1()</script>"),
        (reading.faults_of_page, '<a href="java\tscript:x">x</a>'),
        (reading.faults_of_page, '<p onclick="x">x</p>'),
        (reading.faults_of_page, '<script type="application/ld+json">{"a": "</b>"}</script>'),
        (reading.faults_of_page, '<script src="//evil.example/x.js"></script>'),
        (reading.faults_of_table, "a,=1+1\r\n"),
        (reading.faults_of_drawing, "<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
        (reading.faults_of_markdown, "| <img src=x> |"),
        (reading.faults_of_markdown, "[x](javascript:x)"),
        (
            reading.faults_of_feed,
            '<f><c type="html">&lt;img src=x onerror=y&gt;</c></f>',
        ),
    ],
)
def test_the_test_sees_what_is_bad(read: Callable[[str], list[str]], bad: str) -> None:
    assert read(bad)
