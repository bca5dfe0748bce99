"""Pointing out in a text what was searched for."""

from __future__ import annotations

import re
from collections.abc import Collection

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from marketplace.site.search.words import folded

_PARTS = re.compile(r"[^\W_]+|[\W_]+")


def marked(text: str, words: Collection[str]) -> SafeString:
    """Escaped, with `<mark>` around each word that begins with one of the folded words."""
    beginnings = tuple(words)
    parts = _PARTS.findall(text)
    return format_html_join(
        "",
        "{}",
        ((_marked(part) if folded(part).startswith(beginnings) else part,) for part in parts),
    )


def _marked(part: str) -> SafeString:
    return format_html("<mark>{}</mark>", part)
