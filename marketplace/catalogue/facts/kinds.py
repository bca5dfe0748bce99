"""The shape of a fact that a category asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

#: What is stored of one fact: a code or an address, a number, or codes or texts in order.
FactValue = str | int | list[str]


class Kind(StrEnum):
    ONE = "one"
    SEVERAL = "several"
    TEXTS = "texts"
    ADDRESS = "address"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Fact:
    """`choices` are words by code, for ONE and SEVERAL. `most` counts entries, `longest` the
    characters of each text or address. A number lies in `least` to `highest`, both included;
    `unit` follows it."""

    key: str
    label: str
    kind: Kind
    advice: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    most: int = 20
    longest: int = 80
    least: int = 1
    highest: int = 10_000
    unit: str = ""

    @property
    def is_list(self) -> bool:
        return self.kind in (Kind.SEVERAL, Kind.TEXTS)


def one(key: str, label: str, choices: Mapping[str, str], advice: str = "") -> Fact:
    return Fact(key, label, Kind.ONE, advice, choices)


def several(key: str, label: str, choices: Mapping[str, str], advice: str = "") -> Fact:
    return Fact(key, label, Kind.SEVERAL, advice, choices, most=len(choices))


def texts(key: str, label: str, advice: str = "", most: int = 20) -> Fact:
    return Fact(key, label, Kind.TEXTS, advice, most=most)


def address(key: str, label: str, advice: str = "") -> Fact:
    return Fact(key, label, Kind.ADDRESS, advice, longest=300)


def number(key: str, label: str, unit: str, highest: int, advice: str = "") -> Fact:
    return Fact(key, label, Kind.NUMBER, advice, highest=highest, unit=unit)
