"""What changed between the rules of two integration guidelines: needs, conditions, thresholds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from certification.engine.canonical import canonical_bytes
from certification.engine.integration.model import IntegrationRules


@dataclass(frozen=True, slots=True)
class RuleChange:
    """`kind` is `capability`, `concern`, `level` or `profile`; `before` is empty for what is new,
    `after` for what is gone."""

    kind: str
    subject: str
    what: str
    before: str
    after: str


def rule_changes(before: IntegrationRules, after: IntegrationRules) -> tuple[RuleChange, ...]:
    """Sorted by kind, subject and what."""
    was, now = dict(_facts(before)), dict(_facts(after))
    return tuple(
        RuleChange(*key, was.get(key, ""), now.get(key, ""))
        for key in sorted(was.keys() | now.keys())
        if was.get(key, "") != now.get(key, "")
    )


_Key = tuple[str, str, str]


def _facts(rules: IntegrationRules) -> Iterator[tuple[_Key, str]]:
    for one in rules.capabilities.values():
        for level, need in one.needs.items():
            yield ("capability", one.id, f"need at {level.word}"), need.value
        yield ("capability", one.id, "condition"), _written(one.condition)
        yield ("capability", one.id, "axis"), one.axis
        yield ("capability", one.id, "flagged"), "yes" if one.flagged else "no"
    for concern in rules.concerns:
        yield ("concern", concern.id, "weight"), str(concern.weight)
        yield ("concern", concern.id, "capabilities"), ", ".join(sorted(concern.capabilities))
    for level, rule in rules.levels.items():
        yield ("level", level.word, "stack figure"), str(rule.figure)
        yield ("level", level.word, "evidence"), rule.evidence_class.word
        yield ("level", level.word, "write to the primary service"), str(rule.primary_write).lower()
        yield ("level", level.word, "concerns"), str(rule.concerns)
    for profile in rules.profiles.values():
        yield ("profile", profile.id, "primary service"), ", ".join(sorted(profile.primary))


def _written(condition: Mapping[str, Any] | None) -> str:
    """As canonical JSON, so that only a change of meaning is a change."""
    return "the test alone" if condition is None else canonical_bytes(condition).decode()
