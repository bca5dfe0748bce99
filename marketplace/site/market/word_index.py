"""Which products have which words: by a word's beginning, and with one letter wrong."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from string import ascii_lowercase

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from marketplace.site.market.likeness import Likeness
from marketplace.site.market.terms import WRITTEN, Entry, Place

#: Shorter words are too near to too many others.
TYPO_LETTERS = 5
_LETTERS_MOST = 100
_LAST = "\U0010ffff"


class WordIndex:
    """`terms` are in the order of the alphabet, so that all that begin alike lie side by side; and
    so do the products under them, in one array for each place."""

    def __init__(self, entries: Iterable[tuple[int, Iterable[Entry]]]) -> None:
        """`entries` by product, in the order of the products' ids."""
        codes: dict[str, int] = {}
        found = {place: (array("I"), array("I")) for place in WRITTEN}
        for product, of_one in entries:
            for term, place in of_one:
                terms, products = found[place]
                terms.append(codes.setdefault(term, len(codes)))
                products.append(product)
        self.terms: list[str] = sorted(codes)
        places = np.empty(len(codes), np.uint32)
        places[[codes[term] for term in self.terms]] = np.arange(len(codes), dtype=np.uint32)
        self._rows = {
            place: _Rows.of(places[np.frombuffer(terms, np.uint32)], products, len(codes))
            for place, (terms, products) in found.items()
        }

    def span(self, word: str) -> tuple[int, int]:
        """The terms that begin with the word: from, to."""
        first = bisect_left(self.terms, word)
        return first, bisect_left(self.terms, word + _LAST, lo=first)

    def has(self, word: str) -> bool:
        first, last = self.span(word)
        return first < last and self.terms[first] == word

    def products(self, place: Place, first: int, last: int) -> BitMap:
        return self._rows[place].products(first, last)

    @cached_property
    def likeness(self) -> Likeness:
        """Made when somebody first asks for a word that is nowhere: it takes a second of a large
        market."""
        return Likeness(self.terms)


@dataclass(frozen=True, slots=True)
class _Rows:
    """`numbers` of a term lie from its start to that of the next."""

    starts: array[int]
    numbers: array[int]

    @classmethod
    def of(cls, terms: NDArray[np.uint32], products: array[int], size: int) -> _Rows:
        """`terms` are the places of terms, of `size` in all, each with the product beside it."""
        ordered = np.frombuffer(products, np.uint32)[np.argsort(terms, kind="stable")]
        ends = np.cumsum(np.bincount(terms, minlength=size)).astype(np.uint32)
        return cls(array("I", [0, *ends.tolist()]), array("I", ordered.tobytes()))

    def products(self, first: int, last: int) -> BitMap:
        return BitMap(self.numbers[self.starts[first] : self.starts[last]])


@dataclass(frozen=True, slots=True)
class Words:
    """A large index, and a small one of what has changed since; `changed` are the products that the
    large one is wrong about."""

    large: WordIndex
    small: WordIndex
    changed: BitMap

    def exactly(self, word: str, place: Place) -> BitMap:
        found = BitMap()
        for index, first, _ in self._spans(word):
            if index.terms[first] == word:
                found |= self._products(index, place, first, first + 1)
        return found

    def beginning(self, word: str, place: Place) -> BitMap:
        found = BitMap()
        for index, first, last in self._spans(word):
            found |= self._products(index, place, first, last)
        return found

    def anywhere(self, term: str) -> BitMap:
        """Under exactly this term, at any place."""
        found = BitMap()
        for place in WRITTEN:
            found |= self.exactly(term, place)
        return found

    def begins(self, word: str) -> bool:
        return any(self.beginning(word, place) for place in WRITTEN)

    def misspelt(self, word: str) -> list[str]:
        """The terms that begin with a word one letter away: wrong, missing, too many, swapped."""
        if len(word) < TYPO_LETTERS or not word.isalpha():
            return []
        found: set[str] = set()
        for other in _one_letter_away(word, letters_of(word)):
            for index, first, last in self._spans(other):
                found.update(index.terms[first:last])
        return sorted(term for term in found if self.anywhere(term))

    def nearest(self, word: str) -> str:
        """The term that is most like the word; empty where none is alike."""
        found = [index.likeness.nearest(word) for index in (self.large, self.small)]
        return min((one for one in found if one), default=(0.0, ""))[1]

    def _spans(self, word: str) -> Iterator[tuple[WordIndex, int, int]]:
        for index in (self.large, self.small):
            first, last = index.span(word)
            if first < last:
                yield index, first, last

    def _products(self, index: WordIndex, place: Place, first: int, last: int) -> BitMap:
        found = index.products(place, first, last)
        return found - self.changed if index is self.large and self.changed else found


def letters_of(word: str) -> str:
    """What may stand where a letter is wrong: those of our alphabet, and the word's own."""
    return "".join(sorted(set(ascii_lowercase) | set(word)))


def _one_letter_away(word: str, letters: str) -> set[str]:
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    missing = {a + b[1:] for a, b in cuts if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    wrong = {a + letter + b[1:] for a, b in cuts if b for letter in letters}
    more = {a + letter + b for a, b in cuts for letter in letters}
    return (missing | swapped | wrong | more) - {word}
