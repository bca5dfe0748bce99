"""The words that a product is found by, and where each of them stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, lru_cache

from django.utils.translation import override

from certification.queries import Measurement
from certification.queries.proofs import Proof
from marketplace.catalogue.models import Category
from marketplace.site.measured_choices import service_title
from marketplace.site.search.words import folded, words_of


class Place(IntEnum):
    """Where a word was found: the smaller, the better."""

    NAME = 0
    NAME_BEGINS = 1
    VENDOR = 2
    FACT = 3
    SENTENCE = 4
    MISSPELT = 7


#: Those that words are written at; the others say how a word was met.
WRITTEN = (Place.NAME, Place.VENDOR, Place.FACT, Place.SENTENCE)
#: A term and its best place.
Entry = tuple[str, Place]


@dataclass(frozen=True, slots=True)
class Written:
    """What the vendor wrote of a product; `vendor` is a name."""

    name: str
    vendor: str
    category: str
    sentence: str


def entries_of(
    written: Written, proofs: Iterable[Proof], measured: Measurement | None
) -> Iterator[Entry]:
    seen: set[str] = set()
    for place, words in (
        (Place.NAME, words_of(written.name)),
        (Place.VENDOR, words_of(written.vendor)),
        (Place.FACT, _of_category(written.category)),
        (Place.FACT, _numbers(proofs)),
        (Place.FACT, _of_measured(measured) if measured else ()),
        (Place.SENTENCE, words_of(written.sentence)),
    ):
        for word in words:
            if word not in seen:
                seen.add(word)
                yield word, place


@cache
def _of_category(category: str) -> tuple[str, ...]:
    return tuple(words_of(f"{Category(category).label} {category}"))


def _numbers(proofs: Iterable[Proof]) -> Iterator[str]:
    """`HM-2026-000123`, and `000123` as one says it."""
    for one in proofs:
        whole = folded(one.number)
        yield from (whole, whole.rpartition("-")[2])


def _of_measured(one: Measurement) -> Iterator[str]:
    for service in one.services:
        yield from _of_service(service)
    for code in one.passed:
        yield from _of_capability(code)


@lru_cache(maxsize=4096)
def _of_service(service: str) -> tuple[str, ...]:
    """In English, whoever asks first: all search the same words."""
    with override("en"):
        return (*words_of(service_title(service)), folded(service))


@lru_cache(maxsize=4096)
def _of_capability(code: str) -> tuple[str, ...]:
    return (folded(code), *words_of(code.replace("_", " ")))
