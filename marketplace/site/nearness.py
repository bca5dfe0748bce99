"""Products that are known by their ids already, as a condition and as an order of rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    F,
    Func,
    IntegerField,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from pyroaring import BitMap


class _InBrackets(Func):
    template = "(%(expressions)s::bigint[])"


class Among(Func):
    """One array as one parameter: a list of thousands would be as many."""

    template = "(%(expressions)s)"
    arg_joiner = " = ANY "
    output_field = BooleanField()

    def __init__(self, products: Iterable[int]) -> None:
        field: ArrayField[Any, Any] = ArrayField(BigIntegerField())
        super().__init__(F("pk"), _InBrackets(Value(sorted(products), output_field=field)))


def level_among(levels: Sequence[Iterable[int]]) -> Combinable:
    """The number of the first level that has the product, from 0."""
    found = [When(Among(level), then=Value(at)) for at, level in enumerate(levels)]
    return Case(*found, default=Value(len(levels)), output_field=IntegerField())


def by_lacking(wanted: Sequence[BitMap], among: BitMap) -> list[BitMap]:
    """Those of `among` by the number of `wanted` sets that lack them, from none to all."""
    lacking = [among] + [BitMap()] * len(wanted)
    for at, products in enumerate(wanted):
        for number in range(at + 1, 0, -1):
            lacking[number] = (lacking[number] & products) | (lacking[number - 1] - products)
        lacking[0] = lacking[0] & products
    return lacking
