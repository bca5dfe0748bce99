"""The texts of the programme: public pages, and what reviewers usually write. Every version stays.

The first version of each came with the service and lies in `templates/programme/`; its first line
is the title. A row exists only once somebody has changed a text; then its first version is kept as
a row too, so that a later release of the service cannot change what was said once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction

from marketplace.catalogue import audit
from marketplace.catalogue.models import ProgrammeText, User
from marketplace.catalogue.policy import Permission, can
from marketplace.catalogue.programme_settings import Change, programme_settings
from marketplace.catalogue.programme_vocabulary import VOCABULARY
from marketplace.catalogue.refusals import CatalogueRefused

PAGES = ("how-certification-works", "what-a-level-means", "terms-of-the-mark", "contact")
DECISION = "decision-"
TITLE_MOST, PAGE_MOST, DECISION_MOST, REASON_MOST = 120, 20_000, 2000, 500
SHIPPED_AT = datetime(2026, 11, 21, tzinfo=UTC)
SHIPPED_REASON = "It came with the service."
_PLACES = re.compile(r"\{([^{}]*)\}")
_DECISION_PLACES = ("target", "release")


@dataclass(frozen=True, slots=True)
class Text:
    """`by` is empty for the version that came with the service."""

    slug: str
    number: int
    title: str
    body: str
    reason: str
    at: datetime
    by: str

    @property
    def is_page(self) -> bool:
        return self.slug in PAGES

    @property
    def places(self) -> tuple[str, ...]:
        """What may stand in braces."""
        return tuple(VOCABULARY) if self.is_page else _DECISION_PLACES


def every_slug() -> tuple[str, ...]:
    return (*PAGES, *decision_slugs())


def current_texts(slugs: Iterable[str]) -> list[Text]:
    """The newest version of each, in the order given."""
    wanted = list(slugs)
    rows = ProgrammeText.objects.filter(slug__in=wanted).select_related("person")
    kept = {row.slug: _text(row) for row in rows.order_by("slug", "-number").distinct("slug")}
    return [kept.get(slug) or _shipped(slug) for slug in wanted]


def versions_of(slug: str) -> list[Text]:
    """Newest first. Raises CatalogueRefused for an unknown text."""
    _known(slug)
    rows = ProgrammeText.objects.filter(slug=slug).select_related("person").order_by("-number")
    return [_text(row) for row in rows] or [_shipped(slug)]


def filled(text: Text, *, at: datetime | None = None) -> str:
    """A page's body with the values of the settings that it names: those of today, or of `at`."""
    rules = programme_settings()
    moment = at or datetime.now(UTC)
    named = {
        name: entry.words(rules.value_at(entry.setting, moment))
        for name, entry in VOCABULARY.items()
    }
    return _PLACES.sub(lambda found: named.get(found[1], found[0]), text.body)


def changes_within(text: Text, until: datetime) -> list[Change]:
    """Of the settings that the text names, those made while it was the newest; oldest first."""
    named = set(_PLACES.findall(text.body))
    changes = programme_settings().changes
    return [one for one in changes if one.name in named and text.at < one.at <= until]


def checked(text: Text, *, title: str, body: str) -> tuple[str, str]:
    """Title and body as they would be kept. Raises CatalogueRefused."""
    words, written = " ".join(title.split()), body.replace("\r\n", "\n").strip()
    most = PAGE_MOST if text.is_page else DECISION_MOST
    if not words or len(words) > TITLE_MOST:
        raise CatalogueRefused("text-title", f"Give a title of 1 to {TITLE_MOST} characters.")
    if not written or len(written) > most or "\x00" in written:
        raise CatalogueRefused("text-length", f"The text has 1 to {most:,} characters.")
    rest = _PLACES.sub("", written)
    unknown = sorted(set(_PLACES.findall(written)) - set(text.places))
    if unknown or "{" in rest or "}" in rest:
        known = ", ".join(f"{{{one}}}" for one in text.places)
        raise CatalogueRefused(
            "text-placeholder", f"In braces only these may stand, each filled by itself: {known}."
        )
    return words, written


def preview_of(text: Text, *, title: str, body: str) -> Text:
    """As it would be read, nothing stored."""
    return replace(text, number=text.number + 1, title=title, body=body)


def edit_text(  # noqa: PLR0913 - one keyword for each thing that is written down
    *, slug: str, title: str, body: str, reason: str, seen: int, by: User
) -> ProgrammeText:
    """Publish the next version. `seen` is the version that was changed. Raises CatalogueRefused."""
    if not can(by, Permission.SET_PROGRAMME):
        raise CatalogueRefused("forbidden", "Only staff admins may do this.")
    former = versions_of(slug)[0]
    words, written = checked(former, title=title, body=body)
    why = reason.strip()
    if not why or len(why) > REASON_MOST:
        raise CatalogueRefused("reason-missing", f"Say why, in at most {REASON_MOST} characters.")
    if (words, written) == (former.title, former.body):
        raise CatalogueRefused("text-unchanged", "Nothing is changed in this text.")
    if former.number != seen:
        raise _meanwhile()
    try:
        with transaction.atomic():
            _keep_shipped(former)
            made = ProgrammeText.objects.create(
                slug=slug, number=seen + 1, title=words, body=written, reason=why, person=by
            )
            audit.record(
                "text.published",
                made,
                actor=audit.actor_of(by),
                slug=slug,
                number=made.number,
                reason=why,
            )
    except IntegrityError:
        raise _meanwhile() from None
    return made


def _keep_shipped(former: Text) -> None:
    if former.by == "" and former.number == 1:
        ProgrammeText.objects.get_or_create(
            slug=former.slug,
            number=1,
            defaults={
                "title": former.title,
                "body": former.body,
                "reason": former.reason,
                "at": former.at,
            },
        )


def _meanwhile() -> CatalogueRefused:
    return CatalogueRefused(
        "text-changed-meanwhile", "Somebody published another version meanwhile. Look at it first."
    )


def _known(slug: str) -> None:
    if slug not in every_slug():
        raise CatalogueRefused("text-unknown", f"There is no text called {slug[:60]!r}.")


def _text(row: ProgrammeText) -> Text:
    by = str(row.person) if row.person is not None else ""
    return Text(row.slug, row.number, row.title, row.body, row.reason, row.at, by)


def _folder() -> Path:
    return Path(settings.CHECKOUT) / "templates" / "programme"


@lru_cache(maxsize=1)
def decision_slugs() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in _folder().glob(f"{DECISION}*.md")))


@lru_cache(maxsize=64)
def _shipped(slug: str) -> Text:
    """Raises CatalogueRefused."""
    _known(slug)
    first, _, rest = (_folder() / f"{slug}.md").read_text(encoding="utf-8").partition("\n")
    return Text(slug, 1, first.lstrip("# "), rest.strip(), SHIPPED_REASON, SHIPPED_AT, "")
