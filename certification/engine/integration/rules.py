"""Bytes of an integration guideline to its rules: `metadata.integration` of a schema 2.0 document.

What a level requires or advises stands in the document's components alone; the block adds what the
schema has no place for: conditions, weights, thresholds, profiles.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, uuid5

from certification.engine.footprint.model import Mode
from certification.engine.guideline.model import CapabilityStatus, Guideline
from certification.engine.guideline.parse import parse_guideline
from certification.engine.guideline.shape import as_object, as_text, as_texts, member, refuse
from certification.engine.guideline.standing import standing
from certification.engine.guideline.strict_json import at, read_json
from certification.engine.guideline.targets import TargetUnknown, find_target
from certification.engine.integration.condition_reading import read_condition
from certification.engine.integration.model import (
    AxisRule,
    CapabilityRule,
    ConcernRule,
    EvidenceClass,
    IntegrationRules,
    Level,
    LevelRule,
    Need,
    ProfileRule,
)
from certification.engine.integration.selector import read_selector, refuse_strangers

BLOCK = "metadata.integration"
TEST_PREFIX = "osi."
_NEEDS = {CapabilityStatus.REQUIRED: Need.REQUIRED, CapabilityStatus.ADVISORY: Need.ADVISORY}
_FIGURES = frozenset({"security", "monitoring"})
_CLASSES = {one.word: one for one in EvidenceClass}
_MEMBERS = frozenset(
    {
        "notice",
        "levels",
        "modes",
        "axes",
        "capabilities",
        "concerns",
        "figures",
        "profiles",
        "without_logins",
        "without_writes",
        "uncounted",
    }
)

Read = TypeVar("Read")


def is_integration(document: Guideline | bytes) -> bool:
    """Whether levels follow from it: it has the three targets. Bytes that are no guideline raise
    GuidelineInvalid."""
    guideline = parse_guideline(document) if isinstance(document, bytes) else document
    names = {target.name for target in guideline.targets}
    return {level.word for level in Level if level} <= names


def parse_rules(raw: bytes) -> IntegrationRules:
    """Raises GuidelineInvalid; `place` is a JSON path (`metadata.integration.axes.image.core`)."""
    guideline = parse_guideline(raw)
    document = as_object(read_json(raw), "")
    metadata = as_object(member(document, "metadata", ""), "metadata")
    block = as_object(member(metadata, "integration", "metadata"), BLOCK)
    refuse_strangers(block, _MEMBERS, BLOCK)
    axes = _each(block, "axes", _axis)
    capabilities = _capabilities(block, guideline, axes)
    rules = IntegrationRules(
        guideline=guideline,
        capabilities=capabilities,
        axes=axes,
        concerns=tuple(_each(block, "concerns", _concern).values()),
        profiles=_each(block, "profiles", _profile),
        levels=_levels(block),
        figures=_each(block, "figures", lambda _, value, path: as_texts(value, path)),
        modes=_modes(block),
        without_logins=_ids(block, "without_logins", capabilities),
        without_writes=_ids(block, "without_writes", capabilities),
        uncounted=_uncounted(block),
    )
    _check_references(rules)
    return rules


def _each(
    block: dict[str, Any], key: str, read: Callable[[str, Any, str], Read]
) -> dict[str, Read]:
    path = at(BLOCK, key)
    found = as_object(member(block, key, BLOCK), path)
    if not found:
        raise refuse(path, "Expected at least one entry.")
    return {name: read(name, value, at(path, name)) for name, value in found.items()}


def _axis(name: str, value: Any, path: str) -> AxisRule:
    body = as_object(value, path)
    refuse_strangers(body, frozenset({"title", "services", "core"}), path)
    services = as_texts(member(body, "services", path), at(path, "services"))
    core = member(body, "core", path)
    if type(core) is not bool:
        raise refuse(at(path, "core"), "Expected true or false.")
    service, also = (services[0], services[1:]) if services else ("", ())
    return AxisRule(name, _title(body, path), service, core, also)


def _capabilities(
    block: dict[str, Any], guideline: Guideline, axes: Mapping[str, AxisRule]
) -> dict[str, CapabilityRule]:
    needs = {level: _standing(guideline, level) for level in Level if level}
    found = _each(block, "capabilities", lambda name, value, path: (name, value, path))
    read = {
        name: _capability(name, value, path, guideline, needs)
        for name, value, path in found.values()
    }
    documented = {capability.replace(".", "_") for capability in read}
    for capability in sorted(documented ^ set(guideline.capabilities)):
        raise refuse(
            at(BLOCK, "capabilities"),
            f"{capability!r} stands in only one of this block and the document's capabilities.",
        )
    for rule in read.values():
        if rule.axis not in axes:
            raise refuse(
                at(at(BLOCK, "capabilities"), rule.id),
                f"{rule.axis[:40]!r} is no axis of the block.",
            )
    return read


def _standing(guideline: Guideline, level: Level) -> dict[str, CapabilityStatus]:
    try:
        return standing(guideline, find_target(guideline, level.word))
    except TargetUnknown:
        raise refuse("platforms", f"The platform {level.word!r} is missing.") from None


def _capability(
    name: str,
    value: Any,
    path: str,
    guideline: Guideline,
    needs: Mapping[Level, Mapping[str, CapabilityStatus]],
) -> CapabilityRule:
    body = as_object(value, path)
    refuse_strangers(body, frozenset({"passes_when", "hint", "condition", "condition_words"}), path)
    documented = name.replace(".", "_")
    flagged = _flagged(name, documented, guideline, path)
    condition = body.get("condition")
    words = as_text(body.get("condition_words", ""), at(path, "condition_words"))
    if condition is not None:
        read_condition(condition, at(path, "condition"))
    if (condition is None) is not (not words):
        raise refuse(path, "A condition needs condition_words for people, and only a condition.")
    return CapabilityRule(
        id=name,
        axis=name.partition(".")[0],
        passes_when=_sentence(body, "passes_when", path),
        needs={
            level: _NEEDS.get(status[documented], Need.NONE) if documented in status else Need.NONE
            for level, status in needs.items()
        },
        condition=condition,
        condition_words=words,
        hint=_sentence(body, "hint", path),
        idempotent_id=_test_id(name),
        flagged=flagged,
    )


def _flagged(name: str, documented: str, guideline: Guideline, path: str) -> bool:
    """Whether the capability's one test is flagged; refuses any other test than that."""
    capability = guideline.capabilities.get(documented)
    if capability is None:
        raise refuse(path, f"The document's capabilities have no {documented!r}.")
    named = [(test.name, test.idempotent_id) for test in capability.tests]
    if named != [(TEST_PREFIX + name, _test_id(name))]:
        raise refuse(
            at(at("capabilities", documented), "tests"),
            f"Expected the one test {TEST_PREFIX}{name} with the id {_test_id(name)}.",
        )
    return capability.tests[0].flag is not None


def _test_id(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"urn:osi:{name}"))


def _concern(name: str, value: Any, path: str) -> ConcernRule:
    body = as_object(value, path)
    refuse_strangers(body, frozenset({"title", "weight", "capabilities", "served_by"}), path)
    capabilities = as_texts(member(body, "capabilities", path), at(path, "capabilities"))
    weight = _count(body, "weight", path)
    if not capabilities or not weight:
        raise refuse(path, "A concern needs a weight above 0 and at least one capability.")
    return ConcernRule(
        name, _title(body, path), weight, capabilities, _sentence(body, "served_by", path)
    )


def _profile(name: str, value: Any, path: str) -> ProfileRule:
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


def _levels(block: dict[str, Any]) -> dict[Level, LevelRule]:
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


def _modes(block: dict[str, Any]) -> dict[Mode, Fraction]:
    path = at(BLOCK, "modes")
    body = as_object(member(block, "modes", BLOCK), path)
    refuse_strangers(body, frozenset(Mode), path)
    return {mode: _share(member(body, mode.value, path), at(path, mode.value)) for mode in Mode}


def _share(value: Any, path: str) -> Fraction:
    """`1/2`: a text, so that it is exact."""
    try:
        share = Fraction(as_text(value, path))
    except (ValueError, ZeroDivisionError):
        share = Fraction(-1)
    if not 0 <= share <= 1:
        raise refuse(path, "Expected a text with a fraction from 0 to 1, such as 1/2.")
    return share


def _ids(
    block: dict[str, Any], key: str, capabilities: Mapping[str, CapabilityRule]
) -> frozenset[str]:
    path = at(BLOCK, key)
    named = as_texts(member(block, key, BLOCK), path)
    for index, capability in enumerate(named):
        _known(capability, capabilities, at(path, index), "capability")
    return frozenset(named)


def _uncounted(block: dict[str, Any]) -> tuple[Mapping[str, Any], ...]:
    path = at(BLOCK, "uncounted")
    listed = member(block, "uncounted", BLOCK)
    if not isinstance(listed, list):
        raise refuse(path, "Expected a list.")
    for index, one in enumerate(listed):
        read_selector(one, at(path, index))
    return tuple(listed)


def _check_references(rules: IntegrationRules) -> None:
    concerns = {concern.id: concern for concern in rules.concerns}
    for concern in rules.concerns:
        for capability in concern.capabilities:
            _known(capability, rules.capabilities, f"{BLOCK}.concerns.{concern.id}", "capability")
    if set(rules.figures) != _FIGURES:
        raise refuse(at(BLOCK, "figures"), f"Expected {' and '.join(sorted(_FIGURES))}.")
    for figure, named in rules.figures.items():
        for one in named:
            _known(one, concerns, f"{BLOCK}.figures.{figure}", "concern")
    for profile in rules.profiles.values():
        path = f"{BLOCK}.profiles.{profile.id}.may_be_na"
        for axis in (axis for axes in profile.may_be_na.values() for axis in axes):
            _known(axis, rules.axes, path, "axis")
            if rules.axes[axis].core:
                raise refuse(path, f"The axis {axis!r} is core and always applies.")
    counted = [one for concern in rules.concerns for one in concern.capabilities]
    for capability in counted:
        if counted.count(capability) > 1:
            raise refuse(f"{BLOCK}.concerns", f"{capability!r} counts in two concerns.")


def _known(name: str, among: Mapping[str, object], path: str, kind: str) -> None:
    if name not in among:
        raise refuse(path, f"{name[:60]!r} is no {kind} of this guideline.")


def _title(body: dict[str, Any], path: str) -> str:
    title = as_text(member(body, "title", path), at(path, "title"))
    if not title:
        raise refuse(at(path, "title"), "A title is missing.")
    return title


def _sentence(body: dict[str, Any], key: str, path: str) -> str:
    text = as_text(member(body, key, path), at(path, key))
    if not text.endswith("."):
        raise refuse(at(path, key), "Expected a sentence that ends in a full stop.")
    return text


def _count(body: dict[str, Any], key: str, path: str) -> int:
    value = member(body, key, path)
    if type(value) is not int or value < 0:
        raise refuse(at(path, key), "Expected a whole number from 0.")
    return value
