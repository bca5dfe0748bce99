"""Taking typed values out of decoded JSON: a refusal names the JSON path and what was expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from certification.engine.guideline.model import GuidelineInvalid
from certification.engine.guideline.strict_json import at

_KINDS = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}


def refuse(path: str, sentence: str) -> GuidelineInvalid:
    return GuidelineInvalid("guideline-shape", sentence, path or "$")


def as_object(value: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise refuse(path, f"Expected an object, found {_kind(value)}.")
    return value


def as_text(value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise refuse(path, f"Expected a text, found {_kind(value)}.")
    return value


def as_texts(value: Any, path: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise refuse(path, f"Expected a list of texts, found {_kind(value)}.")
    return tuple(as_text(item, at(path, index)) for index, item in enumerate(value))


def member(parent: Mapping[str, Any], key: str, path: str) -> Any:
    if key not in parent:
        raise refuse(path, f"The key {key!r} is missing.")
    return parent[key]


def first(parent: Mapping[str, Any], keys: Sequence[str], otherwise: Any) -> tuple[str, Any]:
    """The first of several spellings that is there, with its value; else the first, a default."""
    for key in keys:
        if key in parent:
            return key, parent[key]
    return keys[0], otherwise


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    return _KINDS.get(type(value), "a number")
