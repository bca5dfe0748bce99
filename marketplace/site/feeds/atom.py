"""Writing a feed as Atom (RFC 4287), one page of it (RFC 5005)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.xmlutils import SimplerXMLGenerator

from marketplace.site.feeds.entries import SPACE, Entry, plain, urn

AUTHOR = "Hallmark"
SIMULATED = "Demo: simulated, invented vendors, no certificate counts."


@dataclass(frozen=True, slots=True)
class FeedPage:
    """`path` names the feed, `alternate` the page that it is about; `number` counts from 1.

    `begun_at` stands for `updated` where nothing has happened yet, so that two readings agree.
    """

    title: str
    path: str
    alternate: str
    entries: Sequence[Entry]
    number: int
    has_next: bool
    host_url: str
    simulated: bool
    begun_at: datetime

    @property
    def updated_at(self) -> datetime:
        return max((entry.updated_at for entry in self.entries), default=self.begun_at)

    def to_atom(self) -> bytes:
        """The document, in UTF-8; the same rows give the same bytes."""
        feed = _Written(self)
        for entry in self.entries:
            feed.add_item(
                title=f"Demo: {entry.title}" if self.simulated else entry.title,
                link=self.host_url + entry.path,
                # The writer marks it as HTML, and vendors' words are in it.
                description=escape(entry.summary),
                unique_id=entry.id,
                pubdate=entry.at,
                updateddate=entry.updated_at,
                categories=[entry.kind],
            )
        return feed.writeString("utf-8").encode()

    def address(self, number: int) -> str:
        query = f"?page={number}" if number > 1 else ""
        return f"{self.host_url}{self.path}{query}"


class _Written(Atom1Feed):
    """With the links of a paged feed, and `updated` from the entries alone: no clock."""

    def __init__(self, page: FeedPage) -> None:
        mode = "demo" if page.simulated else "market"
        super().__init__(
            title=plain(page.title),
            link=page.host_url + page.alternate,
            description=None,
            subtitle=SIMULATED if page.simulated else None,
            author_name=AUTHOR,
            feed_url=page.address(page.number),
            feed_guid=urn(SPACE, f"{mode} {page.path}"),
            language="en",
        )
        self.page = page

    def latest_post_date(self) -> datetime:
        return self.page.updated_at

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        around: dict[str, int] = {}
        if self.page.number > 1:
            around |= {"first": 1, "previous": self.page.number - 1}
        if self.page.has_next:
            around |= {"next": self.page.number + 1}
        for rel, number in around.items():
            attributes: dict[str, Any] = {"rel": rel, "href": self.page.address(number)}
            handler.addQuickElement("link", None, attributes)
