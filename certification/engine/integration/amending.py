"""The rules of levels with amendments applied: capabilities set aside for everybody, or counting
again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from certification.engine.guideline.amendment import Amendment, AmendmentInvalid, with_amendments
from certification.engine.integration.model import IntegrationRules, Level, Need
from certification.engine.integration.rules import TEST_PREFIX


def amended_rules(rules: IntegrationRules, amendments: Iterable[Amendment]) -> IntegrationRules:
    """`rules` are those of the document alone. Raises AmendmentInvalid."""
    applied = tuple(amendments)
    if not applied:
        return rules
    guideline = with_amendments(rules.guideline, applied)
    tests = {name: one.tests[0] for name, one in guideline.capabilities.items()}
    capabilities = {
        name: replace(rule, flagged=tests[name.replace(".", "_")].flag is not None)
        for name, rule in rules.capabilities.items()
    }
    for level in (Level.CONNECTED, Level.INTEGRATED, Level.NATIVE):
        needed = [one for one in capabilities.values() if one.needs[level] is Need.REQUIRED]
        if all(one.flagged for one in needed):
            raise AmendmentInvalid(f"Nothing that {level.word} requires would be left to count.")
    return replace(
        rules,
        guideline=guideline,
        capabilities=capabilities,
        amendments=tuple(one.digest for one in applied),
    )


def test_of(rules: IntegrationRules, written: str) -> str:
    """The test that is meant: people may write the capability, as the pages do."""
    return f"{TEST_PREFIX}{written}" if written in rules.capabilities else written
