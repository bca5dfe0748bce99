"""Declared facts that buyers narrow the list by: each facet, its key among the facts, its words.

Chosen because they rule a product out before anything else is read: whether it runs on the
hypervisor at hand, how one pays, and whether somebody answers at night.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import msgspec
from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform

from marketplace.catalogue.facts import words

#: By facet: the key, and the codes with their words. A fact is a code or a list of codes.
FACT_FACETS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "hypervisor": ("hypervisors", words.HYPERVISORS),
    "pricing": ("pricing", words.PRICING),
    "support": ("support_hours", words.SUPPORT_HOURS),
}
#: As a query of the database names them, in the same order: texts, because most products say one of
#: few things, and a list that was read once needs no reading again.
FACT_COLUMNS = tuple(KeyTextTransform(key, "facts") for key, _ in FACT_FACETS.values())


def choices_of(facet: str) -> list[tuple[str, str]]:
    return list(FACT_FACETS[facet][1].items())


def fact_values(said: Sequence[str | None]) -> Iterator[tuple[str, str]]:
    """Facet and code, of what `FACT_COLUMNS` give for one product; None is what it does not say."""
    for facet, text in zip(FACT_FACETS, said, strict=True):
        if text is not None:
            yield from _values(facet, text)


@lru_cache(maxsize=4096)
def _values(facet: str, text: str) -> tuple[tuple[str, str], ...]:
    """A code, or a list of codes in JSON."""
    codes = msgspec.json.decode(text, type=list[str]) if text.startswith("[") else [text]
    return tuple((facet, code) for code in codes)


def says_one_of(facet: str, codes: Sequence[str]) -> Q:
    key, _ = FACT_FACETS[facet]
    listed = Q(**{f"facts__{key}__has_any_keys": list(codes)})
    return listed | Q(**{f"facts__{key}__in": list(codes)})
