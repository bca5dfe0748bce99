"""Bytes of an integration guideline to its rules: `metadata.integration` of a schema 2.0 document.

What a level requires or advises stands in the document's components alone; the block adds what the
schema has no place for: conditions, weights, thresholds, profiles.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from certification.engine.guideline.model import CapabilityStatus, Guideline
from certification.engine.guideline.parse import parse_guideline
from certification.engine.guideline.shape import as_object, as_text, as_texts, member, refuse
from certification.engine.guideline.standing import standing
from certification.engine.guideline.strict_json import at, read_json
from certification.engine.guideline.targets import TargetUnknown, find_target
from certification.engine.integration.block_reading import (
    BLOCK,
    each_of,
    read_axis,
    read_concern,
    read_levels,
    read_modes,
    read_profile,
    read_uncounted,
    sentence,
)
from certification.engine.integration.condition_reading import read_condition
from certification.engine.integration.model import (
    AxisRule,
    CapabilityRule,
    IntegrationRules,
    Level,
    Need,
)
from certification.engine.integration.selector import refuse_strangers

TEST_PREFIX = "osi."
_NEEDS = {CapabilityStatus.REQUIRED: Need.REQUIRED, CapabilityStatus.ADVISORY: Need.ADVISORY}
_FIGURES = frozenset({"security", "monitoring"})
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
    axes = each_of(block, "axes", read_axis)
    capabilities = _capabilities(block, guideline, axes)
    rules = IntegrationRules(
        guideline=guideline,
        capabilities=capabilities,
        axes=axes,
        concerns=tuple(each_of(block, "concerns", read_concern).values()),
        profiles=each_of(block, "profiles", read_profile),
        levels=read_levels(block),
        figures=each_of(block, "figures", lambda _, value, path: as_texts(value, path)),
        modes=read_modes(block),
        without_logins=_ids(block, "without_logins", capabilities),
        without_writes=_ids(block, "without_writes", capabilities),
        uncounted=read_uncounted(block),
    )
    _check_references(rules)
    return rules


def _capabilities(
    block: dict[str, Any], guideline: Guideline, axes: Mapping[str, AxisRule]
) -> dict[str, CapabilityRule]:
    needs = {level: _standing(guideline, level) for level in Level if level}
    found = each_of(block, "capabilities", lambda name, value, path: (name, value, path))
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
        passes_when=sentence(body, "passes_when", path),
        needs={
            level: _NEEDS.get(status[documented], Need.NONE) if documented in status else Need.NONE
            for level, status in needs.items()
        },
        condition=condition,
        condition_words=words,
        hint=sentence(body, "hint", path),
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


def _ids(
    block: dict[str, Any], key: str, capabilities: Mapping[str, CapabilityRule]
) -> frozenset[str]:
    path = at(BLOCK, key)
    named = as_texts(member(block, key, BLOCK), path)
    for index, capability in enumerate(named):
        _known(capability, capabilities, at(path, index), "capability")
    return frozenset(named)


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
