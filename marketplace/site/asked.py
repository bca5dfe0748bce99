"""What a visitor asks of the product list, read from the address as `ProductFilter` reads it.

Without its form: a form of nineteen fields costs more than all the rest of an answer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from django.http import QueryDict
from django_filters import MultipleChoiceFilter

from marketplace.site.filters import TEXT_MOST, ProductFilter
from marketplace.site.market import Market


@dataclass(frozen=True, slots=True)
class Question:
    """`wanted` are the values asked for by facet, `text` is without spaces around it.
    `faulty` names the filters that hold something unknown: they are in neither.
    """

    wanted: Mapping[str, list[str]]
    text: str
    faulty: frozenset[str]


def question_of(asked: QueryDict, market: Market) -> Question:
    wanted: dict[str, list[str]] = {}
    faulty = set()
    known: Collection[str]
    for name in asked:
        if name in _several():
            values, known = asked.getlist(name), _several()[name]
        elif name in _single():
            values, known = [value] if (value := asked.get(name)) else [], _single()[name]
        elif name == "vendor":
            values, known = asked.getlist(name), market.vendors.numbers.keys()
        else:
            continue
        if not all(value and value in known for value in values):
            faulty.add(name)
        elif values and name != "sort":
            wanted[name] = values
    text = asked.get("q", "").strip()
    if len(text) > TEXT_MOST or "\0" in text:
        faulty.add("q")
        text = ""
    return Question(wanted, text, frozenset(faulty))


@cache
def _several() -> dict[str, frozenset[str]]:
    """The choices of those that may be asked for more than once."""
    return {name: known for name, known, is_several in _fields() if is_several}


@cache
def _single() -> dict[str, frozenset[str]]:
    """Of those of which the last one counts."""
    return {name: known for name, known, is_several in _fields() if not is_several}


def _fields() -> list[tuple[str, frozenset[str], bool]]:
    found = []
    for name, declared in ProductFilter.base_filters.items():
        if name in ("q", "vendor"):
            continue
        choices = declared.extra["choices"]
        known = frozenset(value for value, _ in (choices() if callable(choices) else choices))
        found.append((name, known, isinstance(declared, MultipleChoiceFilter)))
    return found
