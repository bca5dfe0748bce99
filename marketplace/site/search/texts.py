"""What can be searched: the words of the market, and where each of them stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from certification.queries import every_measurement
from certification.queries.proofs import Covered, Proof, covered_by, every_proof
from marketplace.catalogue.models import Category, Product
from marketplace.site.measured_choices import service_title
from marketplace.site.search.changes import Marks, Remembered
from marketplace.site.search.terms import TermIndex
from marketplace.site.search.words import folded, words_of


class Place(IntEnum):
    """Where a word was found: the smaller, the better."""

    NAME = 0
    NAME_BEGINS = 1
    VENDOR = 2
    FACT = 3
    SENTENCE = 4
    MISSPELT = 7


Entry = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Words:
    """What vendors wrote: words by product, whole names by product."""

    terms: TermIndex
    names: dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class Facts:
    """What was proven. `terms` are words and whole certificate numbers by product; `codes` are
    capabilities and tests, in whole and in their last part, by the number of the group of products
    that were certified for them. They hold until `ends`, when a certificate does."""

    terms: TermIndex
    codes: TermIndex
    groups: tuple[tuple[int, ...], ...]
    ends: datetime | None


def _words(_: Marks) -> Words:
    rows = Product.objects.values_list("pk", "name", "vendor__name", "category", "sentence")
    products = list(rows.order_by("pk"))
    names = defaultdict(list)
    for product, name, *_rest in products:
        names[" ".join(words_of(name))].append(product)
    return Words(TermIndex(_written(products)), dict(names))


def _written(products: Iterable[tuple[int, str, str, str, str]]) -> Iterator[Entry]:
    categories = {one.value: words_of(f"{one.label} {one.value}") for one in Category}
    for product, name, vendor, category, sentence in products:
        seen: set[str] = set()
        for place, words in (
            (Place.NAME, words_of(name)),
            (Place.VENDOR, words_of(vendor)),
            (Place.FACT, categories[category]),
            (Place.SENTENCE, words_of(sentence)),
        ):
            for word in dict.fromkeys(words):
                if word not in seen:
                    yield word, product, place
            seen.update(words)


def _facts(_: Marks) -> Facts:
    proofs = every_proof()
    groups: dict[tuple[int, str], set[int]] = defaultdict(set)
    for one in proofs:
        if one.in_force:
            groups[one.guideline_id, one.target].add(one.product_id)
    covered = covered_by(groups)
    keys = sorted(covered)
    return Facts(
        TermIndex([*_numbers(proofs), *_measured()]),
        TermIndex(e for number, key in enumerate(keys) for e in _codes(number, covered[key])),
        tuple(tuple(sorted(groups[key])) for key in keys),
        min((one.valid_until for one in proofs if one.in_force), default=None),
    )


def _numbers(proofs: Iterable[Proof]) -> Iterator[Entry]:
    """`HM-2026-000123`, and `000123` as one says it."""
    for one in proofs:
        whole = folded(one.number)
        for term in (whole, whole.rpartition("-")[2]):
            yield term, one.product_id, Place.FACT


def _codes(number: int, covered: Covered) -> Iterator[Entry]:
    codes = {folded(one) for one in (*covered.capabilities, *covered.tests)}
    for code in sorted(codes | {code.rpartition(".")[2] for code in codes}):
        yield code, number, Place.FACT


def _measured() -> Iterator[Entry]:
    for one in every_measurement():
        words = {word for service in one.services for word in words_of(service_title(service))}
        words.update(folded(code) for code in (*one.services, *one.passed))
        words.update(word for code in one.passed for word in words_of(code.replace("_", " ")))
        for word in sorted(words):
            yield word, one.product_id, Place.FACT


words = Remembered(_words, key=lambda marks: (marks.database, marks.products))
facts = Remembered(
    _facts,
    key=lambda marks: (marks.database, marks.products, marks.standing),
    ends=lambda found: found.ends,
)
