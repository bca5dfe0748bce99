"""Every page that somebody may see, rendered once: what the browser is then shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from certification.engine.integration import Level
from certification.operations.appeals import raise_appeal
from certification.operations.review import reject
from certification.operations.sharing import share_run
from marketplace.catalogue.models import User
from tests.certification.kit_runs import lab, required
from tests.factories import person
from tests.permissions.answers import Role
from tests.permissions.table import TABLE
from tests.permissions.test_matrix import address
from tests.permissions.world import World
from tests.workspace.stories import story

HOST = "https://hallmark.test"
#: What many people look at; the others are looked at in the long run.
MAIN = frozenset(
    {
        "home",
        "products",
        "product",
        "certificate",
        "run",
        "workspace",
        "release",
        "staff-submission",
        "integrated product",
        "bundle",
    }
)
_READERS = (None, Role.OWNER, Role.REVIEWER, Role.ADMIN)


@dataclass(frozen=True)
class Rendered:
    """`name` is the page's, `reader` who asked, `path` where it stands."""

    name: str
    reader: str
    path: str
    html: bytes


def pages(of: World, *, main_alone: bool = False) -> Iterator[Rendered]:
    """Each address of the permission table that gives a page, as each of the readers sees it."""
    for role in _READERS:
        client = _signed_in(of.people[role] if role is not None else None)
        for name, row in TABLE.items():
            if "GET" in row.methods and (name in MAIN or not main_alone):
                yield from _page(
                    name, role.name.lower() if role else "anybody", client, address(name, row, of)
                )
    yield from _integrations()
    if not main_alone:
        yield from _appeals()


def _appeals() -> Iterator[Rendered]:
    """A rejection that may be contested, and one that was: both sides have a form for it."""
    rosa, tom = (person(name, staff_role="reviewer") for name in ("Rosa", "Tom"))
    rejected, contested = story("Sedge"), story("Marl")
    for told in (rejected, contested):
        submission = reject(submission=told.submitted(), by=rosa, reason="Times look copied.")
        if told is contested:
            raise_appeal(submission=submission, by=told.owner, reason="The clock was wrong.")
        path = submission.get_absolute_url()
        yield from _page(
            f"rejected by {rosa}, {told.vendor}", "owner", _signed_in(told.owner), path
        )
    path = f"/staff/submissions/{submission.pk}/"
    yield from _page("appeal to settle", "reviewer", _signed_in(tom), path)


def _integrations() -> Iterator[Rendered]:
    """A product on top of OpenStack with public evidence, its bundle, and its guideline."""
    at = lab()
    at.declare()
    run = at.run(required(at.rules, Level.CONNECTED), began_at=timezone.now())
    share_run(run=run, by=at.owner)
    product = at.release.product
    client, owner = _signed_in(None), _signed_in(at.owner)
    yield from _page("integrated product", "anybody", client, product.get_absolute_url())
    yield from _page("bundle", "anybody", client, run.get_absolute_url())
    yield from _page("integration guideline", "anybody", client, at.guideline.get_absolute_url())
    yield from _page("integrated release", "owner", owner, f"/workspace/releases/{at.release.pk}/")
    reviewer = _signed_in(person("Rita", staff_role="reviewer"))
    yield from _page("integration desk", "reviewer", reviewer, f"/staff/releases/{at.release.pk}/")


def _signed_in(user: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _page(name: str, reader: str, client: Client, path: str) -> Iterator[Rendered]:
    answer: Any = client.get(path)
    if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
        yield Rendered(name, reader, path, answer.content)


def static_file(path: str) -> tuple[bytes, str] | None:
    """The bytes and media type of `/static/...`; None for what is none."""
    found = finders.find(path.removeprefix("/static/"))
    if not found:
        return None
    kinds = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
    with open(found, "rb") as file:  # noqa: PTH123 - a path of Django's finders
        return file.read(), kinds.get(found.rpartition(".")[2], "application/octet-stream")
