"""The word of the market that is most like an unknown one."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher
from zlib import crc32

import numpy as np

#: How alike the nearest term must be at least (of 1.0).
_ALIKE = 0.6
_LENGTHS_APART = 3
#: So many, by their pairs of letters the most alike, are compared letter by letter.
_COMPARED_MOST = 300


class Likeness:
    """For each term the pairs of its letters, as bits of 64: pairs in common are counted for all
    terms at once."""

    def __init__(self, terms: Iterable[str]) -> None:
        self._terms = sorted({term for term in terms if term.isalpha()})
        self._lengths = np.array([len(term) for term in self._terms], dtype=np.int16)
        self._pairs = np.array([_pairs(term) for term in self._terms], dtype=np.uint64)

    def nearest(self, word: str) -> tuple[float, str] | None:
        """With how unlike it is, the smaller the more alike; None where none is."""
        asked = np.uint64(_pairs(word))
        common = np.bitwise_count(self._pairs & asked).astype(np.int16)
        apart = np.abs(self._lengths - len(word))
        near = np.flatnonzero(
            (apart <= _LENGTHS_APART) & (common * 3 >= int(np.bitwise_count(asked)))
        )
        ranked = near[np.argsort(apart[near] - 2 * common[near], kind="stable")][:_COMPARED_MOST]
        rated = [(-_alike(word, self._terms[at]), self._terms[at]) for at in ranked]
        unlike, term = min(rated, default=(0.0, ""))
        return (unlike, term) if -unlike >= _ALIKE else None


def _pairs(word: str) -> int:
    found = 0
    for at in range(len(word) - 1):
        found |= 1 << (crc32(word[at : at + 2].encode()) & 63)
    return found


def _alike(word: str, term: str) -> float:
    return SequenceMatcher(None, word, term, autojunk=False).ratio()
