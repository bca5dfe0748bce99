"""Django's `translate` and `blocktranslate`, put together when the template is parsed. Pages hold
hundreds of them, and the ones of Django build each message anew whenever it is shown."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import Node, Parser, Token, render_value_in_context
from django.template.context import Context
from django.templatetags import i18n
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

register = template.Library()


class Sentence(Node):
    """A message without variables. `%` is doubled in it, as makemessages writes it."""

    def __init__(self, message: str) -> None:
        self.message = message.replace("%", "%%")

    def render(self, _context: Context) -> SafeString:
        return mark_safe(gettext(self.message).replace("%%", "%"))  # noqa: S308 - a template's own


class SentenceAbout(Node):
    """A message with variables, and of two forms if it counts. Whatever is out of the ordinary, as
    a translation that names a variable which is not there, is left to Django."""

    def __init__(self, careful: i18n.BlockTranslateNode) -> None:
        self.careful = careful
        self.singular, names = careful.render_token_list(careful.singular)
        self.plural = ""
        if careful.plural:
            self.plural, more = careful.render_token_list(careful.plural)
            names = [*names, *more]
        known = {*careful.extra_context, careful.countervar}
        self.from_around = tuple({name for name in names if name not in known})

    def render(self, context: Context) -> str:
        shown: dict[str, Any] = {
            name: render_value_in_context(value.resolve(context), context)
            for name, value in self.careful.extra_context.items()
        }
        for name in self.from_around:
            shown[name] = render_value_in_context(context.get(name, ""), context)
        try:
            return self._message(context, shown) % shown
        except (KeyError, ValueError):
            return self.careful.render(context)

    def _message(self, context: Context, shown: dict[str, Any]) -> str:
        counter, name = self.careful.counter, self.careful.countervar
        if counter is None or name is None:
            return gettext(self.singular)
        number = counter.resolve(context)
        shown[name] = render_value_in_context(number, context)
        return ngettext(self.singular, self.plural, number)


@register.tag
def translate(parser: Parser, token: Token) -> Node:
    careful = i18n.do_translate(parser, token)
    said = _literal(token)
    plain = said and not (careful.noop or careful.asvar or careful.message_context)
    return Sentence(said) if plain else careful


@register.tag
def blocktranslate(parser: Parser, token: Token) -> Node:
    careful = i18n.do_block_translate(parser, token)
    plain = not (careful.asvar or careful.message_context)
    return SentenceAbout(careful) if plain else careful


def _literal(token: Token) -> str:
    """What `translate` is given, if that is a text alone."""
    bits = token.split_contents()
    said = bits[1]
    whole = len(bits) == 2 and said[0] in "\"'" and said[-1] == said[0] and "\\" not in said
    return said[1:-1] if whole else ""
