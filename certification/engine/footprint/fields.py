"""Taking typed values out of a decoded footprint: a refusal names the JSON path."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator
from enum import StrEnum
from itertools import pairwise
from typing import Any, TypeVar

from certification.engine.footprint.decoding import MAX_TEXT
from certification.engine.footprint.model import FootprintRefused
from certification.engine.guideline.strict_json import at

#: What canonical JSON carries exactly.
_MAX_COUNT = 2**53 - 1
_MAX_SECONDS = 366 * 86_400.0
_MISSING: Any = object()
_Word = TypeVar("_Word", bound=StrEnum)


def refuse(path: str, sentence: str) -> FootprintRefused:
    return FootprintRefused("footprint-shape", sentence, path[:300] or "$")


class Fields:
    """The keys of one object. Every key must be taken: `finish` refuses what is left."""

    def __init__(self, value: Any, path: str) -> None:
        if not isinstance(value, dict):
            raise refuse(path, f"Expected an object, found {_kind(value)}.")
        self._left = dict(value)
        self.path = path

    def place(self, key: str) -> str:
        return at(self.path, key)

    def take(self, key: str, otherwise: Any = _MISSING) -> Any:
        value = self._left.pop(key, otherwise)
        if value is _MISSING:
            raise refuse(self.path, f"The key {key!r} is missing.")
        return value

    def finish(self) -> None:
        if self._left:
            key = min(self._left)[:MAX_TEXT]
            raise refuse(self.place(key), f"The key {key!r} is none of a footprint.")

    def object(self, key: str) -> Fields:
        return Fields(self.take(key), self.place(key))

    def optional_object(self, key: str) -> Fields:
        return Fields(self.take(key, {}), self.place(key))

    def text(self, key: str, otherwise: Any = _MISSING) -> str:
        return text(self.take(key, otherwise), self.place(key))

    def optional_text(self, key: str) -> str | None:
        value = self.take(key, None)
        return None if value is None else text(value, self.place(key))

    def texts(self, key: str, most: int, otherwise: Any = _MISSING) -> tuple[str, ...]:
        place = self.place(key)
        items = self._items(key, most, otherwise)
        return tuple(text(item, at(place, index)) for index, item in items)

    def objects(self, key: str, most: int) -> Iterator[Fields]:
        place = self.place(key)
        for index, item in self._items(key, most):
            yield Fields(item, at(place, index))

    def word(self, key: str, words: type[_Word]) -> _Word:
        value = self.text(key)
        try:
            return words(value)
        except ValueError:
            raise refuse(self.place(key), f"{value!r} is none of {', '.join(words)}.") from None

    def match(self, key: str, pattern: re.Pattern[str], expected: str) -> str:
        value = self.text(key)
        if not pattern.fullmatch(value):
            raise refuse(self.place(key), f"Expected {expected}.")
        return value

    def count(self, key: str, least: int = 0, otherwise: Any = _MISSING) -> int:
        value = self.take(key, otherwise)
        if type(value) is not int or not least <= value <= _MAX_COUNT:
            raise refuse(self.place(key), f"Expected a whole number from {least} on.")
        return value

    def seconds(self, key: str) -> float:
        return self._seconds(key, self.take(key))

    def optional_seconds(self, key: str) -> float | None:
        value = self.take(key, None)
        return None if value is None else self._seconds(key, value)

    def _seconds(self, key: str, value: Any) -> float:
        if (
            type(value) not in (int, float)
            or not math.isfinite(value)
            or not 0 <= value <= _MAX_SECONDS
        ):
            raise refuse(self.place(key), "Expected seconds: a number from 0 to a year.")
        return float(value)

    def _items(self, key: str, most: int, otherwise: Any = _MISSING) -> Iterator[tuple[int, Any]]:
        value = self.take(key, otherwise)
        if not isinstance(value, list):
            raise refuse(self.place(key), f"Expected a list, found {_kind(value)}.")
        if len(value) > most:
            raise refuse(
                self.place(key), f"The list has {len(value)} entries; at most {most} are read."
            )
        return enumerate(value)


def text(value: Any, place: str) -> str:
    if not isinstance(value, str):
        raise refuse(place, f"Expected a text, found {_kind(value)}.")
    if len(value) > MAX_TEXT:
        raise refuse(place, f"The text has {len(value)} characters; at most {MAX_TEXT} are read.")
    if not value.isprintable():
        raise refuse(place, "The text holds a character that cannot be printed.")
    return value


def in_order(values: Collection[Any]) -> bool:
    """Whether each value is larger than the one before it."""
    return all(one < other for one, other in pairwise(values))


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
    return kinds.get(type(value), "a number")
