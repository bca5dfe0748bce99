"""An index of terms: by their beginnings, and with one letter wrong."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from string import ascii_lowercase

#: Shorter words are too near to too many others.
TYPO_LETTERS = 5
#: How alike the nearest term must be at least (of 1.0).
_ALIKE = 0.6
_LENGTHS_APART = 3
_LETTERS_MOST = 100
_PLACES = 8


class TermIndex:
    """What is found under a term are numbers, each with the place (0 to 7) where the term stood."""

    def __init__(self, entries: Iterable[tuple[str, int, int]]) -> None:
        """`entries` are term, number and place."""
        found: dict[str, array[int]] = {}
        for term, number, place in entries:
            found.setdefault(term, array("q")).append(number * _PLACES + place)
        self._found = found
        self._sorted = sorted(found)
        self._letters = _letters_of(self._sorted)

    def begins(self, word: str) -> Iterator[str]:
        """The terms that begin with the word, in order of the alphabet."""
        at = bisect_left(self._sorted, word)
        while at < len(self._sorted) and self._sorted[at].startswith(word):
            yield self._sorted[at]
            at += 1

    def numbers(self, term: str) -> Iterator[tuple[int, int]]:
        """Number and place."""
        return (divmod(one, _PLACES) for one in self._found.get(term, ()))

    def misspelt(self, word: str) -> list[str]:
        """The terms that begin with a word one letter away: wrong, missing, too many, swapped."""
        if len(word) < TYPO_LETTERS or not word.isalpha():
            return []
        found: set[str] = set()
        for other in _one_letter_away(word, self._letters):
            found.update(self.begins(other))
        return sorted(found)

    def nearest(self, word: str) -> str:
        """The term most like the word, empty where none is: slow, for when nothing was found."""
        pairs = _pairs(word)
        near = [
            term
            for term in self._sorted
            if abs(len(term) - len(word)) <= _LENGTHS_APART
            and len(pairs & _pairs(term)) * 3 >= len(pairs)
        ]
        rated = [(-_alike(word, term), term) for term in near]
        unlike, term = min(rated, default=(0.0, ""))
        return term if -unlike >= _ALIKE else ""


def _letters_of(terms: Iterable[str]) -> str:
    """Those that occur, unless the script has very many."""
    found = {one for term in terms for one in term if one.isalpha()} | set(ascii_lowercase)
    return "".join(sorted(found)) if len(found) <= _LETTERS_MOST else ascii_lowercase


def _one_letter_away(word: str, letters: str) -> set[str]:
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    missing = {a + b[1:] for a, b in cuts if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    wrong = {a + letter + b[1:] for a, b in cuts if b for letter in letters}
    more = {a + letter + b for a, b in cuts for letter in letters}
    return (missing | swapped | wrong | more) - {word}


def _pairs(word: str) -> set[str]:
    return {word[at : at + 2] for at in range(len(word) - 1)}


def _alike(word: str, term: str) -> float:
    return SequenceMatcher(None, word, term, autojunk=False).ratio()
