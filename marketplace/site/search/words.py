"""Texts as they are compared: without case, accents and punctuation."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
#: Letters that no decomposition takes apart.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)


def folded(text: str) -> str:
    """`Łódź` is `lodz`."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text).casefold().translate(_PLAIN)
    return "".join(one for one in apart if not unicodedata.combining(one))


def words_of(text: str) -> list[str]:
    """Folded, in the order of the text."""
    return _WORD.findall(folded(text))
