"""Reading the parts of `metadata.integration`: axes, concerns, profiles, levels, modes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, TypeVar

from certification.engine.footprint.model import Mode
from certification.engine.guideline.shape import as_object, as_text, as_texts, member, refuse
from certification.engine.guideline.strict_json import at
from certification.engine.integration.model import (
    AxisRule,
    ConcernRule,
    EvidenceClass,
    Level,
    LevelRule,
    ProfileRule,
)
from certification.engine.integration.selector import read_selector, refuse_strangers

BLOCK = "metadata.integration"
_FRACTION = re.compile(r"[0-9]{1,3}(/[1-9][0-9]{0,2})?")
_CLASSES = {one.word: one for one in EvidenceClass}

Read = TypeVar("Read")


def each_of(
    block: dict[str, Any], key: str, read: Callable[[str, Any, str], Read]
) -> dict[str, Read]:
    path = at(BLOCK, key)
    found = as_object(member(block, key, BLOCK), path)
    if not found:
        raise refuse(path, "Expected at least one entry.")
    return {name: read(name, value, at(path, name)) for name, value in found.items()}


def read_axis(name: str, value: Any, path: str) -> AxisRule:
    body = as_object(value, path)
    refuse_strangers(body, frozenset({"title", "services", "core"}), path)
    services = as_texts(member(body, "services", path), at(path, "services"))
    core = member(body, "core", path)
    if type(core) is not bool:
        raise refuse(at(path, "core"), "Expected true or false.")
    service, also = (services[0], services[1:]) if services else ("", ())
    return AxisRule(name, _title(body, path), service, core, also)


def read_concern(name: str, value: Any, path: str) -> ConcernRule:
    body = as_object(value, path)
    refuse_strangers(body, frozenset({"title", "weight", "capabilities", "served_by"}), path)
    capabilities = as_texts(member(body, "capabilities", path), at(path, "capabilities"))
    weight = _count(body, "weight", path)
    if not capabilities or not weight:
        raise refuse(path, "A concern needs a weight above 0 and at least one capability.")
    return ConcernRule(
        name, _title(body, path), weight, capabilities, sentence(body, "served_by", path)
    )


def read_profile(name: str, value: Any, path: str) -> ProfileRule:
    body = as_object(value, path)
    refuse_strangers(body, frozenset({"title", "primary", "may_be_na", "category"}), path)
    primary = as_texts(member(body, "primary", path), at(path, "primary"))
    place = at(path, "may_be_na")
    may = as_object(member(body, "may_be_na", path), place)
    refuse_strangers(may, frozenset({"", *primary}), place)
    if not primary:
        raise refuse(at(path, "primary"), "A profile needs at least one primary service.")
    return ProfileRule(
        id=name,
        title=_title(body, path),
        primary=primary,
        may_be_na={key: as_texts(axes, at(place, key)) for key, axes in may.items()},
        category=as_text(member(body, "category", path), at(path, "category")),
    )


def read_levels(block: dict[str, Any]) -> dict[Level, LevelRule]:
    path = at(BLOCK, "levels")
    body = as_object(member(block, "levels", BLOCK), path)
    refuse_strangers(body, frozenset(level.word for level in Level if level), path)
    return {
        level: _level(level, member(body, level.word, path), at(path, level.word))
        for level in Level
        if level
    }


def _level(level: Level, value: Any, path: str) -> LevelRule:
    body = as_object(value, path)
    refuse_strangers(
        body, frozenset({"figure", "evidence_class", "primary_write", "concerns"}), path
    )
    word = as_text(member(body, "evidence_class", path), at(path, "evidence_class"))
    if word not in _CLASSES:
        raise refuse(at(path, "evidence_class"), f"Expected one of {', '.join(_CLASSES)}.")
    write = member(body, "primary_write", path)
    if type(write) is not bool:
        raise refuse(at(path, "primary_write"), "Expected true or false.")
    figure, concerns = (_count(body, key, path) for key in ("figure", "concerns"))
    if figure > 100:
        raise refuse(at(path, "figure"), "A figure is at most 100.")
    return LevelRule(level, figure, _CLASSES[word], write, concerns)


def read_modes(block: dict[str, Any]) -> dict[Mode, Fraction]:
    path = at(BLOCK, "modes")
    body = as_object(member(block, "modes", BLOCK), path)
    refuse_strangers(body, frozenset(Mode), path)
    return {mode: _share(member(body, mode.value, path), at(path, mode.value)) for mode in Mode}


def _share(value: Any, path: str) -> Fraction:
    """`1/2`: a text, so that it is exact."""
    text = as_text(value, path)
    share = Fraction(text) if _FRACTION.fullmatch(text) else Fraction(-1)
    if not 0 <= share <= 1:
        raise refuse(path, "Expected a text with a fraction from 0 to 1, such as 1/2.")
    return share


def read_uncounted(block: dict[str, Any]) -> tuple[Mapping[str, Any], ...]:
    path = at(BLOCK, "uncounted")
    listed = member(block, "uncounted", BLOCK)
    if not isinstance(listed, list):
        raise refuse(path, "Expected a list.")
    for index, one in enumerate(listed):
        read_selector(one, at(path, index))
    return tuple(listed)


def _title(body: dict[str, Any], path: str) -> str:
    title = as_text(member(body, "title", path), at(path, "title"))
    if not title:
        raise refuse(at(path, "title"), "A title is missing.")
    return title


def sentence(body: dict[str, Any], key: str, path: str) -> str:
    text = as_text(member(body, key, path), at(path, key))
    if not text.endswith("."):
        raise refuse(at(path, key), "Expected a sentence that ends in a full stop.")
    return text


def _count(body: dict[str, Any], key: str, path: str) -> int:
    value = member(body, key, path)
    if type(value) is not int or value < 0:
        raise refuse(at(path, key), "Expected a whole number from 0.")
    return value
