"""What lists show of a search."""

from __future__ import annotations

from typing import Any

from django import template

from marketplace.site.search.marking import marked

register = template.Library()


@register.simple_tag(takes_context=True)
def marking(context: dict[str, Any], text: str) -> str:
    """The text with the words pointed out that the page was asked for (`marked`), if any."""
    words = context.get("marked")
    return marked(text, words) if words else text
