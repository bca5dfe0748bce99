"""CommonMark that people write, as HTML that cannot harm a reader (trust.md S20).

Three nets, each enough alone: raw HTML and images are off in the parser, an allowlist sanitizer
reads what it wrote, and the content policy of every page runs no script of a text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

SCHEMES = frozenset({"http", "https", "mailto"})
DEEPEST_HEADING = 6
_TAGS = {
    *("p", "br", "hr", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *(f"h{level}" for level in range(1, DEEPEST_HEADING + 1)),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_ABSOLUTE = re.compile(r"(?:https?://[^/\s]|mailto:[^\s])", re.IGNORECASE)
#: A path of this site: one slash, not two (which would name another host), no backslash.
_OWN_PATH = re.compile(r"/(?![/\\])[^\\\s]*|#[^\s]*")


#: To search engines: the words are not ours, and we do not stand up for where they lead.
REL_OF_OTHERS, REL_OF_STAFF = "nofollow ugc noopener", "noopener"


def render(text: str, *, heading_from: int = 3, own_links: bool = False) -> SafeString:
    """`#` becomes a heading of level `heading_from`, `##` one below, so that a text fits the
    outline of its page. Links lead to http, https and mailto; with `own_links` (texts that staff
    wrote) to paths of this site too. A link that may not stand keeps its words."""
    parsed = _parser()
    tokens = parsed.parse(text.replace("\x00", "\ufffd"))
    _shift_headings(tokens, heading_from - 1)
    written = RendererHTML().render(tokens, parsed.options, {})
    clean = nh3.clean(
        written,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_own_link if own_links else _foreign_link,
        url_schemes=set(SCHEMES),
        link_rel=REL_OF_STAFF if own_links else REL_OF_OTHERS,
    )
    return mark_safe(clean)  # noqa: S308 - what the allowlist above left of the text


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    """The CommonMark rules without raw HTML and images; nothing nests deeper than 20."""
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 20})
    return parser.disable(["html_block", "html_inline", "image"])


def _shift_headings(tokens: Sequence[Token], by: int) -> None:
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1:]) + by, DEEPEST_HEADING)}"


def _foreign_link(_tag: str, attribute: str, value: str) -> str | None:
    if attribute != "href":
        return value
    return value if _ABSOLUTE.match(value) else None


def _own_link(_tag: str, attribute: str, value: str) -> str | None:
    if attribute != "href":
        return value
    return value if _ABSOLUTE.match(value) or _OWN_PATH.fullmatch(value) else None
