"""The longer words of a vendor about its product, as HTML (trust.md S20)."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from django.utils.safestring import SafeString

from marketplace.catalogue.declared import TURNING
from marketplace.site.commonmark import render

#: Below the section's own heading.
HEADING_FROM = 3


@lru_cache(maxsize=256)
def story_html(story: str) -> SafeString:
    """Without the characters that nobody sees: new stories hold none, but a story may have come
    another way. Remembered, because rendering a long one takes as long as the rest of its page."""
    seen = "".join(character for character in story if not _is_unseen(character))
    return render(seen, heading_from=HEADING_FROM)


def _is_unseen(character: str) -> bool:
    is_control = unicodedata.category(character) == "Cc" and character not in "\n\r\t"
    return is_control or character in TURNING
