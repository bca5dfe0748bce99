"""Which products a text means, the nearest first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from marketplace.site.search.changes import read_marks
from marketplace.site.search.texts import Facts, Place, Words, facts, words
from marketplace.site.search.words import folded, words_of

#: More words than that in one search are left out.
WORDS_MOST = 12
_LEVELS_MOST = 12
#: Looking for the word nearest to an unknown one takes long: further ones are left out.
NEAREST_MOST = 2
CODE_LEAST = 4


@dataclass(frozen=True, slots=True)
class Found:
    """`levels` are ids of products, the nearest level first. `instead` is the text as it was
    probably meant, where a word of it is nowhere as written. `marked` are words to point out."""

    levels: tuple[tuple[int, ...], ...] = ()
    instead: str = ""
    marked: tuple[str, ...] = ()

    @property
    def products(self) -> set[int]:
        return {one for level in self.levels for one in level}


Ranks = dict[int, int]


def find(text: str) -> Found:
    """Each word must be found: as a word's beginning, as part of a certificate's number or a test's
    name, or, from five letters on, with one letter wrong."""
    marks = read_marks()
    search = _Search(words.get(marks), facts.get(marks))
    tokens = text.split()[:WORDS_MOST]
    ranks: Ranks | None = None
    for token in tokens:
        of_this = search.token(token)
        ranks = of_this if ranks is None else _both(ranks, of_this)
    for product in search.words.names.get(" ".join(words_of(text)), ()):
        if ranks and product in ranks:
            ranks[product] = -1
    return Found(
        levels=_levels(ranks or {}),
        instead=search.instead(tokens),
        marked=tuple(sorted(search.marked)),
    )


def find_near(text: str) -> str:
    """A text that is written in the market, as like this one as possible; empty where none is."""
    marks = read_marks()
    vocabulary = words.get(marks).terms
    asked = words_of(text)[:WORDS_MOST]
    unknown = [word for word in asked if next(vocabulary.begins(word), None) is None]
    near = {word: vocabulary.nearest(word) for word in unknown[:NEAREST_MOST]}
    nearest = " ".join(filter(None, (near.get(w, "" if w in unknown else w) for w in asked)))
    return nearest if unknown and find(nearest).levels else ""


class _Search:
    """One search: what it meets on its way is what is corrected and pointed out."""

    def __init__(self, written: Words, proven: Facts) -> None:
        self.words, self.facts = written, proven
        self.marked: set[str] = set()
        self.corrected: dict[str, str] = {}

    def token(self, token: str) -> Ranks:
        found = self._code(folded(token).strip(",;()\"'"))
        ranks: Ranks | None = None
        for word in words_of(token):
            of_this = self._word(word)
            ranks = of_this if ranks is None else _both(ranks, of_this)
        if found:  # what is a code as written needs no correction
            self.corrected = {w: c for w, c in self.corrected.items() if w not in words_of(token)}
        for product, rank in (ranks or {}).items():
            found[product] = min(rank, found.get(product, rank))
        return found

    def instead(self, tokens: list[str]) -> str:
        if not self.corrected:
            return ""
        parts = [word for token in tokens for word in words_of(token)]
        return " ".join(self.corrected.get(word, word) for word in parts)

    def _code(self, code: str) -> Ranks:
        """Certificates by number; products certified for what has such a test or capability. A
        plain word is no code: `compute` would be every certified cloud."""
        found: Ranks = {}
        if code.isalnum() or len(code) < CODE_LEAST:
            return found
        for term in self.facts.terms.begins(code):
            found.update((number, Place.FACT) for number, _ in self.facts.terms.numbers(term))
        codes = self.facts.codes
        groups = {number for term in codes.begins(code) for number, _ in codes.numbers(term)}
        for group in groups:
            found.update((product, Place.FACT) for product in self.facts.groups[group])
        return found

    def _word(self, word: str) -> Ranks:
        found: Ranks = {}
        for index in (self.words.terms, self.facts.terms):
            for term in index.begins(word):
                for product, place in index.numbers(term):
                    begins = place == Place.NAME and term != word
                    rank = Place.NAME_BEGINS if begins else place
                    found[product] = min(rank, found.get(product, rank))
        self.marked.add(word)
        misspelt = self.words.terms.misspelt(word)
        if not found and misspelt:
            self.corrected[word] = min(misspelt, key=lambda t: (abs(len(t) - len(word)), t))
        for term in misspelt:
            for product, _ in self.words.terms.numbers(term):
                if product not in found:
                    found[product] = Place.MISSPELT
                    self.marked.add(term)
        return found


def _both(one: Ranks, other: Ranks) -> Ranks:
    return {product: rank + other[product] for product, rank in one.items() if product in other}


def _levels(ranks: Ranks) -> tuple[tuple[int, ...], ...]:
    """The furthest levels are one."""
    by_rank: dict[int, list[int]] = defaultdict(list)
    for product, rank in ranks.items():
        by_rank[rank].append(product)
    levels = [tuple(sorted(by_rank[rank])) for rank in sorted(by_rank)]
    rest = tuple(sorted(one for level in levels[_LEVELS_MOST:] for one in level))
    return (*levels[:_LEVELS_MOST], rest) if rest else tuple(levels)
