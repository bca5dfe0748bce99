"""What lists show of a search."""

from __future__ import annotations

from collections.abc import Collection

from django import template

from marketplace.site.search.marking import marked

register = template.Library()


@register.filter
def marking(text: str, words: Collection[str] | None) -> str:
    """The text with the words that were searched for pointed out; as it is without any."""
    return marked(text, words) if words else text
