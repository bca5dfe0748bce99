"""Whether a document holds more than words: what a browser or a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from xml.etree import ElementTree

from tests.vectors.planting import RAW

#: Where an address stands that a browser follows, loads or sends to.
_ADDRESSES = frozenset({"href", "src", "action", "formaction", "data", "poster", "xlink:href"})
_SCHEMES = frozenset({"", "http", "https", "mailto"})
_NEVER = frozenset({"iframe", "object", "embed", "base", "applet", "foreignobject"})
_FORMULA = ("=", "+", "-", "@", "|", "%", "\t", "\r", "\n")
_CONTROLS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.carried: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.faults += _of_element(tag, given)
        if tag == "script" and "src" not in given:
            self.carried = []

    def handle_data(self, data: str) -> None:
        if self.carried is not None:
            self.carried.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self.carried is not None:
            self.faults += _of_carried("".join(self.carried))
            self.carried = None


def _of_element(tag: str, given: dict[str, str]) -> Iterator[str]:
    if tag in _NEVER:
        yield f"<{tag}>"
    for name, value in given.items():
        if name.startswith("on") or name in {"style", "srcdoc"}:
            yield f"{name} on <{tag}>"
        if name in _ADDRESSES and _scheme(value) not in _SCHEMES and not _own_picture(tag, value):
            yield f"{name}={value[:60]} on <{tag}>"
    if tag == "script" and not given.get("src", "/static/").startswith("/static/"):
        yield f"script of {given['src'][:60]}"
    if tag == "script" and "src" not in given and given.get("type") != "application/ld+json":
        yield "a script in the page"


def _scheme(address: str) -> str:
    before, colon, _ = _CONTROLS.sub("", address).lower().partition(":")
    return before if colon and not set("/?#") & set(before) else ""


def _own_picture(tag: str, address: str) -> bool:
    """The QR code of the second factor is drawn by us and never stored."""
    return tag == "img" and address.startswith("data:image/svg+xml;base64,")


def _of_carried(text: str) -> Iterator[str]:
    """JSON-LD stays JSON, and nothing in it ends the element."""
    try:
        json.loads(text)
    except ValueError:
        yield f"JSON-LD that is none: {text[:80]}"
    if "<" in text:
        yield "JSON-LD that holds markup"


def faults_of_page(html: str) -> list[str]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.faults + [f"raw {raw}" for raw in RAW if raw in html]


def faults_of_table(text: str) -> list[str]:
    rows = csv.reader(io.StringIO(text))
    return [f"formula {cell[:60]}" for row in rows for cell in row if cell.startswith(_FORMULA)]


def faults_of_feed(text: str) -> list[str]:
    """A reader decodes what says it is HTML once more."""
    found = []
    for element in ElementTree.fromstring(text).iter():
        if element.get("type") in {"html", "xhtml"}:
            found += faults_of_page("".join(element.itertext()))
        if _scheme(element.get("href", "")) not in _SCHEMES:
            found.append(f"href {element.get('href')}")
    return found


def faults_of_drawing(text: str) -> list[str]:
    found = []
    for element in ElementTree.fromstring(text).iter():
        tag = element.tag.rpartition("}")[2].lower()
        if tag in _NEVER | {"script"} or any(name.startswith("on") for name in element.attrib):
            found.append(f"<{tag}> in a drawing")
    return found


def faults_of_markdown(text: str) -> list[str]:
    """Raw HTML in Markdown is HTML for most who show it."""
    live = re.sub(r"\\.|`[^`\n]*`", "", text)
    found = re.findall(r"<(?!http://testserver/)[a-z/!][^>\n]{0,40}|\]\((?!https?:|/)", live)
    return [f"live {one}" for one in found]
