"""What changed between two guidelines, by meaning."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from certification.engine.guideline import (
    Amendment,
    AmendmentAction,
    CapabilityStatus,
    Guideline,
    parse_guideline,
)
from certification.engine.guideline.amendment import with_amendments
from certification.engine.guideline.difference import Difference, difference
from certification.engine.integration import IntegrationRules, parse_rules
from certification.engine.integration.difference import rule_changes
from certification.guidelines import shipped_bytes

REQUIRED, ADVISORY = CapabilityStatus.REQUIRED, CapabilityStatus.ADVISORY


def guideline(tests: dict[str, str], *, advisory: bool = False, **more: object) -> Guideline:
    """One target `compute` with one capability `ability`; `tests` are names with their ids."""
    needs: dict[str, list[str]] = {"required": [], "advisory": [], "deprecated": [], "removed": []}
    needs["advisory" if advisory else "required"].append("ability")
    body = {
        "metadata": {
            "id": "2031.06",
            "schema": "2.0",
            "source": "here",
            "os_trademark_approval": {"status": "draft", "releases": ["gazpacho"]},
        },
        "platforms": {"Demo Powered Compute": {"components": [{"name": "demo"}]}},
        "components": {"demo": {"capabilities": needs}},
        "capabilities": {
            "ability": {
                "description": "It can.",
                "project": "nova",
                "tests": {name: {"idempotent_id": f"id-{one}"} for name, one in tests.items()},
            }
        },
    }
    return parse_guideline(json.dumps(body | more).encode())


BASE = {"a.B.one": "1", "a.B.two": "2"}


def diff(tests: dict[str, str], **more: bool) -> Difference:
    return difference(guideline(BASE), guideline(tests, **more))


def test_the_same_differs_in_nothing() -> None:
    assert diff(BASE).is_empty


def test_tests_come_and_go() -> None:
    found = diff({"a.B.two": "2", "a.B.three": "3"})
    assert (found.tests_added, found.tests_removed) == (("a.B.three",), ("a.B.one",))
    assert not found.tests_renamed
    [moved] = found.tests_moved
    assert (moved.added, moved.removed) == (("a.B.three",), ("a.B.one",))


def test_a_renamed_test_is_known_by_its_id() -> None:
    found = diff({"a.B.two": "2", "x.Y.one": "1"})
    [renamed] = found.tests_renamed
    assert (renamed.before, renamed.after, renamed.idempotent_id) == ("a.B.one", "x.Y.one", "1")
    assert not found.tests_added + found.tests_removed
    assert not found.tests_moved, "its capability has the same tests as before"
    assert not found.is_empty


def test_an_id_of_several_tests_renames_none() -> None:
    found = diff({"a.B.two": "2", "x.Y.one": "1", "x.Z.one": "1"})
    assert not found.tests_renamed
    assert found.tests_added == ("x.Y.one", "x.Z.one")
    assert found.tests_removed == ("a.B.one",)


def test_a_capability_moves_between_required_and_advisory() -> None:
    [move] = diff(BASE, advisory=True).moves
    assert (move.capability, move.target) == ("ability", "compute")
    assert (move.before, move.after) == (REQUIRED, ADVISORY)


def test_a_flag_is_set_and_withdrawn_by_an_amendment() -> None:
    base = guideline(BASE)
    flag = Amendment(base.digest, AmendmentAction.FLAG, "a.B.one", "It is flaky.", "Ann")
    flagged = with_amendments(base, [flag])
    [set_] = difference(base, flagged).flags_set
    assert (set_.capability, set_.test, set_.flag.reason) == ("ability", "a.B.one", "It is flaky.")
    [withdrawn] = difference(flagged, base).flags_withdrawn
    assert withdrawn == set_
    again = with_amendments(base, [flag, replace(flag, action=AmendmentAction.WITHDRAW)])
    assert difference(base, again).is_empty


def test_the_shipped_guidelines_differ_as_they_were_made_to() -> None:
    now, later = (parse_guideline(shipped_bytes(name)) for name in ("2026.11", "2027.05"))
    found = difference(now, later)
    back = difference(later, now)
    assert not found.is_empty
    assert found.tests_added == back.tests_removed
    assert found.flags_set == back.flags_withdrawn
    assert {(m.capability, m.before, m.after) for m in found.moves} == {
        (m.capability, m.after, m.before) for m in back.moves
    }


def _figure(rules: IntegrationRules) -> IntegrationRules:
    levels = {level: replace(rule, figure=99) for level, rule in rules.levels.items()}
    return replace(rules, levels=levels)


def _weight(rules: IntegrationRules) -> IntegrationRules:
    return replace(rules, concerns=tuple(replace(one, weight=77) for one in rules.concerns))


def _condition(rules: IntegrationRules) -> IntegrationRules:
    changed = {name: replace(one, condition={}) for name, one in rules.capabilities.items()}
    return replace(rules, capabilities=changed)


@pytest.mark.parametrize(
    ("kind", "change"), [("level", _figure), ("concern", _weight), ("capability", _condition)]
)
def test_rules_of_levels_are_compared_too(
    kind: str, change: Callable[[IntegrationRules], IntegrationRules]
) -> None:
    rules = parse_rules(shipped_bytes("integration.2026.11"))
    assert not rule_changes(rules, rules)
    changes = rule_changes(rules, change(rules))
    assert {one.kind for one in changes} == {kind}
