"""The public texts of the programme, as a reader sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString

from marketplace.catalogue.programme_settings import Change
from marketplace.catalogue.programme_texts import (
    PAGES,
    Text,
    changes_within,
    current_texts,
    filled,
    versions_of,
)
from marketplace.catalogue.programme_vocabulary import VOCABULARY
from marketplace.site.commonmark import render


@dataclass(frozen=True, slots=True)
class ChangedWords:
    """A setting in the words of the texts."""

    at: datetime
    title: str
    former: str
    value: str


@dataclass(frozen=True, slots=True)
class ProgrammePage:
    """`versions` are all of them, newest first; `text` is the one that is read. A former one says
    what it said on its first day; `changes` are those of its settings until it was replaced."""

    text: Text
    body: SafeString
    versions: list[Text]
    changes: tuple[ChangedWords, ...] = ()

    @property
    def is_newest(self) -> bool:
        return self.text.number == self.versions[0].number


def programme_texts() -> list[Text]:
    return current_texts(PAGES)


def programme_page(slug: str, number: int | None = None) -> ProgrammePage | None:
    """A former version where `number` is given; None for what is not public or was never."""
    if slug not in PAGES:
        return None
    versions = versions_of(slug)
    place = next((at for at, one in enumerate(versions) if number in (None, one.number)), None)
    if place is None:
        return None
    text = versions[place]
    if place == 0:
        return ProgrammePage(text, body_of(text), versions)
    changes = changes_within(text, versions[place - 1].at)
    return ProgrammePage(text, body_of(text, at=text.at), versions, tuple(map(_words, changes)))


def body_of(text: Text, *, heading_from: int = 1, at: datetime | None = None) -> SafeString:
    """A text begins its sections with `##`, so they come under the heading of the page. `at`: with
    the settings of that moment, not of today."""
    return render(filled(text, at=at), heading_from=heading_from, own_links=True)


def _words(change: Change) -> ChangedWords:
    entry = VOCABULARY[change.name]
    return ChangedWords(
        change.at, entry.title, entry.words(change.former), entry.words(change.value)
    )
