"""A page as its reader meets it: headings, links, labels, text."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

_VOID = {"meta", "link", "input", "br", "img"}
_CONTROLS = {"input", "select", "textarea"}


@dataclass
class Page:
    """`labels` are the ids that labels are for; `controls` the shown form controls."""

    texts: list[str] = field(default_factory=list)
    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    @property
    def title(self) -> str:
        [words] = [words for level, words in self.headings if level == 1]
        return words

    @property
    def links(self) -> list[str]:
        return [a["href"] for tag, a in self.elements if tag == "a" and "href" in a]

    @property
    def ids(self) -> list[str]:
        return [a["id"] for _, a in self.elements if "id" in a]

    def all(self, tag: str, **having: str) -> list[dict[str, str]]:
        return [a for t, a in self.elements if t == tag and having.items() <= a.items()]

    def unlabelled(self) -> list[dict[str, str]]:
        labelled = {a.get("for") for a in self.all("label")}
        return [
            a
            for tag, a in self.elements
            if tag in _CONTROLS
            and a.get("type") != "hidden"
            and a.get("id") not in labelled
            and "aria-label" not in a
        ]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self.open: list[str] = []
        self.heading: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.page.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self.open.append(tag)
        if tag in ("h1", "h2", "h3", "h4"):
            self.heading = []

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass
        if self.heading is not None and tag in ("h1", "h2", "h3", "h4"):
            self.page.headings.append((int(tag[1]), " ".join("".join(self.heading).split())))
            self.heading = None

    def handle_data(self, data: str) -> None:
        if self.heading is not None:
            self.heading.append(data)
        if "style" not in self.open and "script" not in self.open:
            self.page.texts.append(data)


def read(answer: Any) -> Page:
    """Of a response of Django's test client."""
    reader = _Reader()
    reader.feed(answer.content.decode())
    return reader.page
