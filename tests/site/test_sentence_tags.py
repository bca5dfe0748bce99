"""`translate` and `blocktranslate` say what those of Django say, in every language."""

from __future__ import annotations

import pytest
from django.template import Context, Template, TemplateSyntaxError

from tests.site.pseudo import Bracketed, Known, spoken

SOURCES = (
    "{% translate '100 % of {it} & <b>all</b>' %}",
    '{% translate "Its" as said %}{{ said }}',
    "{% translate about %}",
    "{% blocktranslate %}{{ about }}: 5 % of {{ nothing }}{% endblocktranslate %}",
    "{% blocktranslate with a=about|upper b=n %}{{ a }}, {{ b }}{% endblocktranslate %}",
    "{% blocktranslate count n=n %}{{ n }} & a{% plural %}{{ n }} of{% endblocktranslate %}",
    "{% blocktranslate count k=n with a=about %}b{% plural %}{{ a }}{{ k }}{% endblocktranslate %}",
    "{% blocktranslate trimmed %}\n Two\n lines {% endblocktranslate %}",
    "{% blocktranslate asvar said %}{{ n }} so{% endblocktranslate %}{{ said }}",
    "{% autoescape off %}{% blocktranslate %}{{ about }}{% endblocktranslate %}{% endautoescape %}",
)


def shown(source: str, **values: object) -> str:
    return Template(source).render(Context({"about": "<i>ten</i>", "n": 2} | values))


@pytest.mark.parametrize("source", SOURCES)
def test_sentences_are_those_of_django(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with_django = "{% load i18n %}" + source
    assert shown(source) == shown(with_django)
    assert shown(source, n=1) == shown(with_django, n=1)
    with spoken(Bracketed(), monkeypatch):
        assert shown(source) == shown(with_django) != ""


def test_each_reader_gets_the_own_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same template, in turn."""
    source = "{% blocktranslate %}{{ n }} of {{ about }}{% endblocktranslate %}"
    page = Template(source)
    context = Context({"n": 2, "about": "<b>"})
    assert page.render(context) == "2 of &lt;b&gt;"
    with spoken(Known({"%(n)s of %(about)s": "von %(about)s %(n)s"}), monkeypatch):
        assert page.render(context) == "von &lt;b&gt; 2"
    assert page.render(context) == "2 of &lt;b&gt;"


def test_a_translation_that_names_what_is_not_there_is_not_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = "{% blocktranslate %}{{ n }} tests{% endblocktranslate %}"
    with spoken(Known({"%(n)s tests": "%(m)s Tests"}), monkeypatch):
        assert shown(source) == "2 tests"


def test_a_count_without_two_forms_is_refused() -> None:
    with pytest.raises(TemplateSyntaxError):
        shown("{% blocktranslate count n=1 %}{{ n }}{% endblocktranslate %}")
