"""The shipped document, and how a wrong one is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest

from certification.engine.guideline import (
    GuidelineInvalid,
    find_target,
    for_approval,
    lint,
    parse_guideline,
    title_of,
)
from certification.engine.integration import Level, Need, is_integration, parse_rules
from certification.guidelines import shipped_bytes, shipped_operation_table
from tests.engine.integration.building import RAW, RULES, TABLE

LETTERS = {"c": 1, "i": 2, "n": 3}


def need(letters: str, level: Level) -> Need:
    found = Need.NONE
    for letter in letters:
        if LETTERS[letter.lower()] <= level:
            found = Need.REQUIRED if letter.isupper() else Need.ADVISORY
    return found


@pytest.mark.parametrize("capability", sorted(TABLE))
def test_what_each_level_says_of_a_capability(capability: str) -> None:
    rule = RULES.capabilities[capability]
    assert rule.needs == {level: need(TABLE[capability], level) for level in Level if level}
    assert rule.idempotent_id == str(uuid5(NAMESPACE_URL, f"urn:osi:{capability}"))
    assert rule.axis == capability.partition(".")[0]
    assert not rule.flagged


def test_the_document_is_whole() -> None:
    assert (len(RULES.capabilities), len(RULES.axes)) == (54, 18)
    assert set(RULES.capabilities) == set(TABLE)
    assert sum(one.weight for one in RULES.concerns) == 100
    assert RULES.guideline.id == "integration.2026.11"
    assert for_approval(lint(RULES.guideline, {})) == ()
    assert {axis for axis, rule in RULES.axes.items() if rule.core} == {
        "identity", "tenancy", "quota", "secrets", "ops", "resilience",
    }  # fmt: skip
    assert set(RULES.guideline.releases) == set(parse_guideline(shipped_bytes("2026.11")).releases)


def test_targets_have_the_names_of_levels() -> None:
    assert [target.name for target in RULES.guideline.targets] == [
        "connected", "integrated", "native",
    ]  # fmt: skip
    assert find_target(RULES.guideline, "Integrated").title == title_of("integrated")


def test_which_guidelines_give_levels() -> None:
    assert is_integration(RAW) and is_integration(RULES.guideline)
    assert not is_integration(shipped_bytes("2026.11"))


def test_a_flag_in_the_document_is_read() -> None:
    document = json.loads(RAW)
    test = document["capabilities"]["orch_heat"]["tests"]["osi.orch.heat"]
    test["flagged"] = {"reason": "Broken.", "action": "", "date": "2026-12-01"}
    rules = parse_rules(json.dumps(document).encode())
    assert [one.id for one in rules.capabilities.values() if one.flagged] == ["orch.heat"]


def edited(change: Callable[[Any, Any], object]) -> bytes:
    document = json.loads(RAW)
    change(document, document["metadata"]["integration"])
    return json.dumps(document).encode()


def condition(of: Any) -> Callable[[Any, Any], object]:
    """A change of the condition of one capability."""

    def change(_: Any, block: Any) -> None:
        block["capabilities"]["object.store"]["condition"] = of

    return change


BLOCK = "metadata.integration"
WHERE = f'{BLOCK}.capabilities["object.store"].condition'
SEEN = {"service": "compute", "status": "any"}
REFUSALS: list[tuple[Callable[[Any, Any], object], str]] = [
    (lambda d, b: d["metadata"].pop("integration"), "metadata"),
    (lambda d, b: b.update(extra=1), f"{BLOCK}.extra"),
    (lambda d, b: b.pop("levels"), BLOCK),
    (lambda d, b: b["levels"].pop("native"), f"{BLOCK}.levels"),
    (lambda d, b: b["levels"].update(gold={}), f"{BLOCK}.levels.gold"),
    (lambda d, b: b["levels"]["native"].update(figure=101), f"{BLOCK}.levels.native.figure"),
    (lambda d, b: b["levels"]["native"].update(figure=True), f"{BLOCK}.levels.native.figure"),
    (lambda d, b: b["levels"]["native"].update(figure=7.5), f"{BLOCK}.levels.native.figure"),
    (lambda d, b: b["levels"]["native"].update(primary_write=1),
     f"{BLOCK}.levels.native.primary_write"),
    (lambda d, b: b["levels"]["native"].update(evidence_class="E3"),
     f"{BLOCK}.levels.native.evidence_class"),
    (lambda d, b: b["modes"].update(option="3/2"), f"{BLOCK}.modes.option"),
    (lambda d, b: b["modes"].update(option=0.5), f"{BLOCK}.modes.option"),
    (lambda d, b: b["modes"].update(option="1/0"), f"{BLOCK}.modes.option"),
    (lambda d, b: b["axes"]["image"].update(core="no"), f"{BLOCK}.axes.image.core"),
    (lambda d, b: b["axes"].pop("image"), f'{BLOCK}.capabilities["image.upload"]'),
    (lambda d, b: b.update(axes={}), f"{BLOCK}.axes"),
    (lambda d, b: b["capabilities"].pop("image.upload"), f"{BLOCK}.capabilities"),
    (lambda d, b: b["capabilities"].update({"image.paint": b["capabilities"]["image.upload"]}),
     f'{BLOCK}.capabilities["image.paint"]'),
    (lambda d, b: b["capabilities"]["image.upload"].update(hint="No stop"),
     f'{BLOCK}.capabilities["image.upload"].hint'),
    (lambda d, b: b["capabilities"]["image.upload"].pop("condition"),
     f'{BLOCK}.capabilities["image.upload"]'),
    (lambda d, b: d["capabilities"]["image_upload"]["tests"].update({"osi.other": {}}),
     "capabilities.image_upload.tests"),
    (lambda d, b: d["capabilities"]["image_upload"]["tests"]["osi.image.upload"].update(
        idempotent_id="id-1"), "capabilities.image_upload.tests"),
    (lambda d, b: d["platforms"].pop("native"), "platforms"),
    (lambda d, b: b["concerns"]["names"].update(weight=0), f"{BLOCK}.concerns.names"),
    (lambda d, b: b["concerns"]["names"].update(capabilities=["dns.x"]), f"{BLOCK}.concerns.names"),
    (lambda d, b: b["concerns"]["names"].update(capabilities=["lb.octavia"]), f"{BLOCK}.concerns"),
    (lambda d, b: b["figures"].update(security=["x"]), f"{BLOCK}.figures.security"),
    (lambda d, b: b["figures"].pop("monitoring"), f"{BLOCK}.figures"),
    (lambda d, b: b["profiles"]["iac"].update(primary=[]), f"{BLOCK}.profiles.iac.primary"),
    (lambda d, b: b["profiles"]["iac"].update(may_be_na={"": ["ops"]}),
     f"{BLOCK}.profiles.iac.may_be_na"),
    (lambda d, b: b["profiles"]["iac"].update(may_be_na={"": ["x"]}),
     f"{BLOCK}.profiles.iac.may_be_na"),
    (lambda d, b: b["profiles"]["iac"].update(may_be_na={"dns": []}),
     f"{BLOCK}.profiles.iac.may_be_na.dns"),
    (lambda d, b: b.update(without_logins=["x"]), f"{BLOCK}.without_logins[0]"),
    (lambda d, b: b.update(uncounted=[{}]), f"{BLOCK}.uncounted[0]"),
    (lambda d, b: b.update(uncounted={}), f"{BLOCK}.uncounted"),
    (condition([]), WHERE),
    (condition({}), WHERE),
    (condition({"in": "plain"}), WHERE),
    (condition({"in": "odd", "seen": SEEN}), f"{WHERE}.in"),
    (condition({"in": "plain", "saw": SEEN}), f"{WHERE}.saw"),
    (condition({"in": "plain", "seen": []}), f"{WHERE}.seen"),
    (condition({"in": "plain", "seen": {"service": "compute"}}), f"{WHERE}.seen"),
    (condition({"in": "plain", "seen": {**SEEN, "verb": "GET"}}), f"{WHERE}.seen.verb"),
    (condition({"in": "plain", "seen": {**SEEN, "path": []}}), f"{WHERE}.seen.path"),
    (condition({"in": "plain", "seen": {**SEEN, "path": ""}}), f"{WHERE}.seen.path"),
    (condition({"in": "plain", "seen": [SEEN, {"status": "fine"}]}), f"{WHERE}.seen[1].status"),
    (condition({"in": "plain", "seen": {"status": [True]}}), f"{WHERE}.seen.status"),
    (condition({"in": "plain", "facts": {}}), f"{WHERE}.facts"),
    (condition({"in": "plain", "facts": {"luck": {"min": 1}}}), f"{WHERE}.facts.luck"),
    (condition({"in": "plain", "facts": {"requests": {}}}), f"{WHERE}.facts.requests"),
    (condition({"in": "plain", "facts": {"requests": {"min": "1"}}}),
     f"{WHERE}.facts.requests.min"),
    (condition({"in": "plain", "auth": []}), f"{WHERE}.auth"),
    (condition({"in": "plain", "auth": [{}]}), f"{WHERE}.auth[0]"),
    (condition({"in": "plain", "auth_none": {"users": ["a"]}}), f"{WHERE}.auth_none.users"),
    (condition({"in": "plain", "before": {"earlier": SEEN}}), f"{WHERE}.before"),
    (condition({"in": "plain", "reads": {"per_minute": 1}}), f"{WHERE}.reads"),
    (condition({"in": "plain", "reads": {"per_minute": 1, "seconds": 0}}), f"{WHERE}.reads"),
    (condition({"in": "plain", "services_of": "x"}), f"{WHERE}.services_of"),
    (condition({"in": "plain", "gone": {"also_made": SEEN, "not_made": SEEN, "instead": {}}}),
     f"{WHERE}.gone.instead"),
    (condition({"all": []}), f"{WHERE}.all"),
    (condition({"all": [{"all": []}]}), f"{WHERE}.all[0].all"),
    (condition({"runs": [{}], "passed_in": "both"}), f"{WHERE}.runs"),
    (condition({"runs": [{"in": "plain", "seen": SEEN}] * 2, "passed_in": "two"}),
     f"{WHERE}.passed_in"),
    (condition({"runs": [{"in": "plain", "seen": SEEN}] * 2, "passed_in": "one",
                "differ": "cloud"}), f"{WHERE}.differ"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "place"), REFUSALS, ids=[str(i) for i in range(len(REFUSALS))])
def test_a_wrong_document_is_refused_with_its_place(
    change: Callable[[Any, Any], object], place: str
) -> None:
    with pytest.raises(GuidelineInvalid) as refusal:
        parse_rules(edited(change))
    assert refusal.value.place == place
    assert str(refusal.value).endswith(".")


def selectors(of: Any) -> Iterator[dict[str, Any]]:
    """Each selector of a piece of JSON."""
    if isinstance(of, dict) and "status" in of:
        yield of
    elif isinstance(of, dict | list):
        for part in of.values() if isinstance(of, dict) else of:
            yield from selectors(part)


def listed(of: str | list[str]) -> list[str]:
    return [of] if isinstance(of, str) else of


def test_every_path_of_a_condition_is_one_that_footprints_can_hold() -> None:
    """Else a condition could never hold, or never be broken."""
    table = json.loads(shipped_operation_table())["services"]
    tried = 0
    for rule in RULES.capabilities.values():
        for one in selectors(rule.condition):
            names = listed(one.get("service", []))
            services = [table[name] for name in names if table.get(name, {}).get("operations")]
            paths = {path for service in services for path in service["operations"]} | {"/info"}
            for path in listed(one.get("path", [])) if services else []:
                tried += 1
                assert path in paths, (rule.id, one)
    assert tried > 40
