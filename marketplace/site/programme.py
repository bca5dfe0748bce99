"""The public texts of the programme, as a reader sees them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from marketplace.catalogue.programme_texts import PAGES, Text, current_texts, filled, versions_of
from marketplace.site.commonmark import render


@dataclass(frozen=True, slots=True)
class ProgrammePage:
    """`versions` are all of them, newest first; `text` is the one that is read."""

    text: Text
    body: SafeString
    versions: list[Text]

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
    found = [one for one in versions if number in (None, one.number)]
    return ProgrammePage(found[0], body_of(found[0]), versions) if found else None


def body_of(text: Text, *, heading_from: int = 1) -> SafeString:
    """A text begins its sections with `##`, so they come under the heading of the page."""
    return render(filled(text), heading_from=heading_from, own_links=True)
