"""Which products a text means, the nearest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from pyroaring import BitMap

from certification.queries.proofs import covered_by
from marketplace.site.facet_tables import union
from marketplace.site.market import Market, current
from marketplace.site.market.terms import Place
from marketplace.site.search.words import folded, words_of

#: More words than that in one search are left out.
WORDS_MOST = 12
_LEVELS_MOST = 12
#: Looking for the word nearest to an unknown one takes long: further ones are left out.
NEAREST_MOST = 2
CODE_LEAST = 4
#: Of so many whose names have all words it is looked which name is the text itself.
_NAMES_MOST = 2_000
#: So much a name may be longer or shorter than its words, by marks and unfolded letters.
_MARKS_MOST = 6


@dataclass(frozen=True, slots=True)
class Found:
    """`levels` are sets of products, the nearest level first. `instead` is the text as it was
    probably meant, where a word of it is nowhere as written. `marked` are words to point out.
    `by_code`: a word is the beginning of a test or capability that certificates cover."""

    levels: tuple[BitMap, ...] = ()
    instead: str = ""
    marked: tuple[str, ...] = ()
    by_code: bool = False

    @property
    def products(self) -> BitMap:
        return union(self.levels)


#: Products by their rank: each product once.
Ranks = dict[int, BitMap]


def find(text: str, market: Market | None = None) -> Found:
    """Each word must be found: as a word's beginning, as part of a certificate's number or a test's
    name, or, from five letters on, with one letter wrong."""
    market = market or current()
    search = _Search(market)
    tokens = text.split()[:WORDS_MOST]
    ranks: Ranks | None = None
    for token in tokens:
        of_this = search.token(token)
        ranks = of_this if ranks is None else _both(ranks, of_this)
    ranks = ranks or {}
    if called := search.called_so(words_of(text), ranks):
        ranks = _best([(-1, called), *ranks.items()])
    return Found(
        levels=_levels(ranks),
        instead=search.instead(tokens),
        marked=tuple(sorted(search.marked)),
        by_code=search.by_code,
    )


def find_near(text: str, market: Market | None = None) -> str:
    """A text that is written in the market, as like this one as possible; empty where none is."""
    market = market or current()
    asked = words_of(text)[:WORDS_MOST]
    unknown = [word for word in asked if not market.words.begins(word)]
    near = {word: market.words.nearest(word) for word in unknown[:NEAREST_MOST]}
    nearest = " ".join(filter(None, (near.get(w, "" if w in unknown else w) for w in asked)))
    return nearest if unknown and find(nearest, market).levels else ""


class _Search:
    """One search: what it meets on its way is what is corrected and pointed out."""

    def __init__(self, market: Market) -> None:
        self.market, self.words = market, market.words
        self.marked: set[str] = set()
        self.corrected: dict[str, str] = {}
        self.by_code = False

    def token(self, token: str) -> Ranks:
        code = self._code(folded(token).strip(",;()\"'"))
        ranks: Ranks | None = None
        for word in words_of(token):
            of_this = self._word(word)
            ranks = of_this if ranks is None else _both(ranks, of_this)
        if code:  # what is a code as written needs no correction
            self.corrected = {w: c for w, c in self.corrected.items() if w not in words_of(token)}
        return _best([*(ranks or {}).items(), (Place.FACT, code)])

    def instead(self, tokens: list[str]) -> str:
        if not self.corrected:
            return ""
        parts = [word for token in tokens for word in words_of(token)]
        return " ".join(self.corrected.get(word, word) for word in parts)

    def called_so(self, words: list[str], ranks: Ranks) -> BitMap:
        """Those whose whole name the text is."""
        likely = ranks.get(Place.NAME, BitMap())[:_NAMES_MOST]
        names, letters = self.market.names, len(" ".join(words))
        near = (one for one in likely if abs(len(names[one]) - letters) <= _MARKS_MOST)
        return BitMap(one for one in near if words_of(names[one]) == words)

    def _code(self, code: str) -> BitMap:
        """Certificates by number; products certified for what has such a test or capability. A
        plain word is no code: `compute` would be every certified cloud."""
        if code.isalnum() or len(code) < CODE_LEAST:
            return BitMap()
        pairs = self.market.tables.certified_pairs.items()
        certified = union(mask for pair, mask in pairs if _has_code(pair, code))
        self.by_code = self.by_code or bool(certified)
        return self.words.beginning(code, Place.FACT) | certified

    def _word(self, word: str) -> Ranks:
        named = self.words.exactly(word, Place.NAME)
        found = _best(
            (
                (Place.NAME, named),
                (Place.NAME_BEGINS, self.words.beginning(word, Place.NAME)),
                *((p, self.words.beginning(word, p)) for p in _ELSEWHERE),
            )
        )
        self.marked.add(word)
        misspelt = self.words.misspelt(word)
        if not found and misspelt:
            self.corrected[word] = min(misspelt, key=lambda t: (abs(len(t) - len(word)), t))
        there = union(found.values())
        wrong = BitMap()
        for term in misspelt:
            under_term = self.words.anywhere(term) - there
            if under_term:
                self.marked.add(term)
                wrong |= under_term
        return _best([*found.items(), (Place.MISSPELT, wrong)])


_ELSEWHERE = (Place.VENDOR, Place.FACT, Place.SENTENCE)


def _best(ranked: Iterable[tuple[int, BitMap]]) -> Ranks:
    """Each product at the smallest of its ranks."""
    found: Ranks = {}
    there = BitMap()
    for rank, products in sorted(ranked, key=lambda one: one[0]):
        if new := products - there:
            found[rank] = found[rank] | new if rank in found else new
            there = there | new
    return found


def _both(one: Ranks, other: Ranks) -> Ranks:
    """The ranks of two words are added."""
    sums: Ranks = {}
    for rank, products in one.items():
        for further, others in other.items():
            if common := products & others:
                total = rank + further
                sums[total] = sums[total] | common if total in sums else common
    return sums


def _levels(ranks: Ranks) -> tuple[BitMap, ...]:
    """The furthest levels are one."""
    levels = [ranks[rank] for rank in sorted(ranks)]
    rest = union(levels[_LEVELS_MOST:])
    return (*levels[:_LEVELS_MOST], rest) if rest else tuple(levels)


def _has_code(pair: tuple[int, str], code: str) -> bool:
    return any(one.startswith(code) for one in _codes(pair))


@lru_cache(maxsize=512)
def _codes(pair: tuple[int, str]) -> tuple[str, ...]:
    """Capabilities and tests of a guideline's row and target, in whole and in their last part; a
    row's document never changes."""
    covered = covered_by([pair]).get(pair)
    if covered is None:
        return ()
    codes = {folded(one) for one in (*covered.capabilities, *covered.tests)}
    return tuple(sorted(codes | {code.rpartition(".")[2] for code in codes}))
