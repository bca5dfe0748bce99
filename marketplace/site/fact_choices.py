"""Declared facts that buyers narrow the list by: each facet, its key among the facts, its words.

Chosen because they rule a product out before anything else is read: whether it runs on the
hypervisor at hand, how one pays, and whether somebody answers at night.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.db.models import Q

from marketplace.catalogue.facts import words

#: By facet: the key, and the codes with their words. A fact is a code or a list of codes.
FACT_FACETS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "hypervisor": ("hypervisors", words.HYPERVISORS),
    "pricing": ("pricing", words.PRICING),
    "support": ("support_hours", words.SUPPORT_HOURS),
}
#: As a query of the database names them, in the same order.
FACT_COLUMNS = tuple(f"facts__{key}" for key, _ in FACT_FACETS.values())


def choices_of(facet: str) -> list[tuple[str, str]]:
    return list(FACT_FACETS[facet][1].items())


def fact_values(said: Sequence[object]) -> Iterator[tuple[str, str]]:
    """Facet and code, of what `FACT_COLUMNS` give for one product; None is what it does not say."""
    for facet, value in zip(FACT_FACETS, said, strict=True):
        codes = value if isinstance(value, list) else [value]
        yield from ((facet, code) for code in codes if isinstance(code, str))


def says_one_of(facet: str, codes: Sequence[str]) -> Q:
    key, _ = FACT_FACETS[facet]
    listed = Q(**{f"facts__{key}__has_any_keys": list(codes)})
    return listed | Q(**{f"facts__{key}__in": list(codes)})
