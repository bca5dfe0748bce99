"""Every sentence of the pages can be translated: marked in the templates, asked for in Python."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.template.base import Lexer, TokenType
from django.test import Client
from django.urls import get_resolver

from tests.site.conftest import signed_in
from tests.site.market import Market
from tests.site.pseudo import Bracketed, spoken

TEMPLATES = Path(settings.CHECKOUT) / "templates"
_CODE = frozenset({"code", "pre", "kbd", "samp", "script", "style", "textarea"})
_SAID = frozenset({"aria-label", "alt", "data-l", "placeholder", "title"})
_WORD = re.compile(r"[^\W\d_]{2,}")
_QUOTED = r"""("[^"]*"|'[^']*')"""
#: Words given to a filter or a tag without `_(...)`.
_GIVEN = (
    re.compile(rf"\|(?:default|default_if_none|yesno):{_QUOTED}"),
    re.compile(rf"^(?:status {_QUOTED}|product_logo \S+) {_QUOTED}"),
    re.compile(rf"^include .*?\b(?:caption|empty|label|said|title)={_QUOTED}"),
    re.compile(rf"""^include .*?\bheading=(?!["']h\d["']){_QUOTED}"""),
    re.compile(rf"^include .workspace/.*?\bhere={_QUOTED}"),
)


class _Unmarked(HTMLParser):
    """The words of a page, and of attributes that are read out, outside of code and the brand."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._code: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _CODE:
            self._code.append(tag)
        self.found += [f"{n}={v}" for n, v in attrs if n in _SAID and _WORD.search(v or "")]

    def handle_endtag(self, tag: str) -> None:
        if self._code and self._code[-1] == tag:
            self._code.pop()

    def handle_data(self, data: str) -> None:
        if not self._code and _WORD.search(data.replace("Hallmark", "")):
            self.found.append(" ".join(data.split()))


def unmarked(source: str) -> list[str]:
    """The words of a template that no translator would be shown."""
    markup, given, inside = "", [], False
    for token in Lexer(source).tokenize():
        if token.token_type is TokenType.BLOCK and "blocktranslate" in token.contents:
            inside = token.contents.startswith("blocktranslate")
        if token.token_type is TokenType.TEXT:
            markup += "" if inside else token.contents
        elif token.token_type in (TokenType.BLOCK, TokenType.VAR):
            hits = (pattern.search(token.contents) for pattern in _GIVEN)
            given += [token.contents for hit in hits if hit and _WORD.search(hit.groups()[-1])]
    return _Unmarked(markup).found + given


def templates() -> Iterator[tuple[str, str]]:
    """All but the texts of mails, which have no markup to find sentences by."""
    for path in sorted(TEMPLATES.rglob("*.html")):
        yield str(path.relative_to(TEMPLATES)), path.read_text()


def test_each_sentence_of_the_templates_is_marked() -> None:
    found = {name: unmarked(source) for name, source in templates()}
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize(
    "source",
    [
        "<p>Unmarked words</p>",
        '<p aria-label="Unmarked words"></p>',
        '<td data-l="Unmarked">{{ number }}</td>',
        "{% if a %}{% translate 'This' %}{% else %}that{% endif %}",
        "{% blocktranslate %}This{% endblocktranslate %} and that",
        '{{ a|default:"nothing" }}',
        '{% status "pass" "Passes" %}',
        '{% include "x.html" with empty="Nothing." %}',
    ],
)
def test_what_is_not_marked_is_found(source: str) -> None:
    assert len(unmarked(source)) == 1


def test_marked_words_code_and_the_brand_are_not_found() -> None:
    assert not unmarked(
        '{% translate "This" %} <code>that --there</code> Hallmark {{ a|default:_("none") }}'
        "<p title=\"{% translate 'This' %}\">{% blocktranslate %}That{% endblocktranslate %}</p>"
        '{% status "pass" _("Passes") %}{% include "x.html" with here="x" heading="h2" %}'
    )


def _calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def unmarked_in_code(source: str) -> list[str]:
    """Words that a module shows to people as they stand: labels and help of forms, messages,
    faults of forms, statuses."""
    shown: list[ast.expr] = []
    for name, call in _calls(ast.parse(source)):
        shown += [one.value for one in call.keywords if one.arg in ("label", "help_text")]
        if name.startswith("messages.") or name in ("Status", "wording.Status"):
            shown += call.args[1:2]
        if name.endswith("ValidationError"):
            shown += call.args[:1]
        if name.endswith(".add_error"):
            shown += call.args[1:2]
    words = (ast.unparse(one) for one in shown if isinstance(one, (ast.Constant, ast.JoinedStr)))
    return [one for one in words if " " in one and _WORD.search(re.sub(r"\{.*?\}", "", one))]


def test_what_python_shows_is_marked() -> None:
    """Of the demo's makers and the page of components the words are samples."""
    modules = (
        path
        for part in ("site", "workspace")
        for path in (Path(settings.CHECKOUT) / "marketplace" / part).rglob("*.py")
        if "demo" not in path.parts and not path.name.startswith("gallery")
    )
    found = {path.name: unmarked_in_code(path.read_text()) for path in modules}
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize(
    "source",
    [
        'forms.CharField(label="Your name")',
        'messages.success(request, f"{product} is listed.")',
        'raise forms.ValidationError("Choose a file.")',
        'Status(Mark.PASSES, "In force")',
        'form.add_error(None, "One run answers it.")',
    ],
)
def test_words_of_python_that_are_not_marked_are_found(source: str) -> None:
    assert len(unmarked_in_code(source)) == 1
    assert not unmarked_in_code(re.sub(r'f?("[^"]* [^"]*")', r"gettext(\1)", source))


def test_each_address_kept_for_a_sentence_exists() -> None:
    """`url ... as` is silent about names that nothing has."""
    known = get_resolver().reverse_dict
    kept = re.compile(r"\{% url '([^']+)'[^%]* as \w+ %\}")
    missing = {name for _, text in templates() for name in kept.findall(text) if name not in known}
    assert not missing


class _Shown(HTMLParser):
    """What a page shows in words, without code, digests and moments."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.text = ""
        self._open: list[str] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _CODE | {"time"}:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not self._open:
            self.text += data


def outside(text: str) -> str:
    """What stands in no bracket; brackets lie in brackets."""
    before = ""
    while before != text:
        before, text = text, re.sub(r"⟦[^⟦⟧]*⟧", " ", text)
    return text


def letters(text: str) -> int:
    return sum(map(str.isalpha, text))


#: Data of the test's market, the engine's titles and the brand, which are never translated.
_DATA = re.compile(
    r"Tarn Cloud( for everybody)?|Kelp(-owner)?|Rae|Ada|Hallmark|Compute|OpenStack|[Gg]azpacho|"
    r"SHA-256|sha256|demo(-ability|\.Tests\.\w)?|Distribution|subunit-v1|"
    r"HM-\d{4}-\d+|2031\.06|\b[0-9a-f]{4,}\b|https?://\S+|\S+@\S+"
)
#: Of the letters of the pages together: sentences of the engine, and of stored records.
SHARE_MOST = 0.03


@pytest.mark.django_db
def test_the_main_pages_ask_for_their_words(monkeypatch: pytest.MonkeyPatch) -> None:
    market = Market()
    product = market.product()
    certificate = market.certified(market.release(product))
    visits: list[tuple[Client, str]] = [
        (Client() if "runs" not in path else signed_in(market.owner(product)), path)
        for path in (
            "/",
            "/products/",
            product.get_absolute_url(),
            "/vendors/kelp/",
            certificate.get_absolute_url(),
            market.guideline.get_absolute_url(),
            certificate.run.get_absolute_url(),
            "/guidelines/",
            "/upload/",
        )
    ]
    visits += [(signed_in(market.owner(product)), "/workspace/")]
    visits += [(signed_in(market.reviewer), "/staff/")]
    bare: dict[str, str] = {}
    whole = 0
    with spoken(Bracketed(), monkeypatch):
        for client, path in visits:
            answer = client.get(path)
            assert answer.status_code == 200, path
            shown = _DATA.sub("", _Shown(answer.content.decode()).text)
            bare[path] = " ".join(outside(shown).split())
            whole += letters(shown)
    assert sum(map(letters, bare.values())) <= SHARE_MOST * whole, bare
