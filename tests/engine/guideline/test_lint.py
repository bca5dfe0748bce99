"""What an editor of a guideline is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from certification.engine.guideline import Severity, for_approval, lint
from tests.engine.guideline.documents import parsed, schema_2_0

INVENTORY = {"a": [("a.A.t1", "1111-aa"), ("a.A.t2", "2222"), ("b.B.t1", "3333")]}


def clean() -> dict[str, Any]:
    document = schema_2_0()
    document["components"]["os_powered_compute"]["capabilities"]["removed"] = []
    document["capabilities"]["servers"]["tests"]["a.A.t1"]["idempotent_id"] = "id-1111-aa"
    del document["capabilities"]["extra"]
    return document


def codes(document: dict[str, Any], inventory: Any = INVENTORY) -> set[tuple[str, str]]:
    return {(f.severity.value, f.code) for f in lint(parsed(document), inventory)}


def test_a_clean_guideline_gives_no_finding() -> None:
    assert lint(parsed(clean()), INVENTORY) == ()


Spoil = Callable[[dict[str, Any]], Any]
CASES: list[tuple[Spoil, str, str]] = [
    (
        lambda d: d["components"]["os_powered_compute"]["capabilities"]["required"].append("lost"),
        "error",
        "capability-undefined",
    ),
    (
        lambda d: d["components"]["os_powered_compute"]["capabilities"]["removed"].append("lost"),
        "warning",
        "capability-undefined",
    ),
    (
        lambda d: d["platforms"]["OpenStack Powered Compute"]["components"].append({"name": "x"}),
        "error",
        "component-unknown",
    ),
    (
        lambda d: d["components"]["os_powered_compute"]["capabilities"].update(required=[]),
        "warning",
        "target-requires-nothing",
    ),
    (
        lambda d: d["capabilities"]["objects"].update(tests={}),
        "warning",
        "capability-without-tests",
    ),
    (lambda d: d["capabilities"].update(y={"tests": {}}), "warning", "capability-empty"),
    (
        lambda d: d["capabilities"]["objects"]["tests"]["b.B.t1[x]"].update(flagged=True),
        "warning",
        "capability-all-flagged",
    ),
    (
        lambda d: d["capabilities"]["objects"]["tests"].update(
            {"b.B.t1": {"idempotent_id": "3333"}}
        ),
        "error",
        "name-repeated",
    ),
    (
        lambda d: d["capabilities"].update(y={"tests": {"a.A.t2": {"idempotent_id": "3333"}}}),
        "error",
        "name-with-two-ids",
    ),
    (
        lambda d: d["capabilities"].update(y={"tests": {"a.A.t9": {"idempotent_id": "2222"}}}),
        "warning",
        "id-of-two-tests",
    ),
    (
        lambda d: d["capabilities"]["servers"]["tests"]["a.A.t1"].update(
            idempotent_id="id-1111-aa,smoke"
        ),
        "warning",
        "id-with-attributes",
    ),
    (
        lambda d: d["capabilities"]["servers"]["tests"]["a.A.t1"].update(aliases=["a.A.t1"]),
        "warning",
        "alias-of-itself",
    ),
    (
        lambda d: d["capabilities"]["servers"]["tests"].update({"a.A.t7": {"idempotent_id": "7"}}),
        "error",
        "test-unknown",
    ),
    (
        lambda d: d["capabilities"].update(y={"tests": {"a.A.t7": {"idempotent_id": "7"}}}),
        "warning",
        "test-unknown",
    ),
    (
        lambda d: d["capabilities"]["servers"]["tests"]["a.A.t1"].update(idempotent_id="7"),
        "error",
        "test-id-differs",
    ),
    (
        lambda d: d["capabilities"]["objects"].update(
            tests={"b.Old.t1": {"idempotent_id": "id-3333"}}
        ),
        "warning",
        "test-renamed",
    ),
    (
        lambda d: d["capabilities"]["objects"].update(tests={"z.Z.t1": {"idempotent_id": "4"}}),
        "warning",
        "suite-without-inventory",
    ),
]


@pytest.mark.parametrize(("spoil", "severity", "code"), CASES)
def test_each_doubt_has_its_code(spoil: Spoil, severity: str, code: str) -> None:
    document = clean()
    spoil(document)
    assert (severity, code) in codes(document)


def test_without_inventories_nothing_is_compared() -> None:
    document = clean()
    document["capabilities"]["objects"]["tests"] = {"b.B.t7": {"idempotent_id": "7"}}
    assert codes(document, {}) == set()


def test_findings_name_a_place_and_errors_come_first() -> None:
    document = clean()
    document["components"]["os_powered_compute"]["capabilities"]["required"].append("lost")
    document["capabilities"]["objects"]["tests"] = {}
    first, second = lint(parsed(document), INVENTORY)
    assert (first.severity, first.place) == (
        Severity.ERROR,
        "components.os_powered_compute.capabilities.required",
    )
    assert second.place == "capabilities.objects.tests"


@pytest.mark.parametrize("tests", [{}, {"b.B.t1": {"idempotent_id": "3333", "flagged": True}}])
def test_what_history_may_carry_an_approved_guideline_may_not(tests: dict[str, Any]) -> None:
    document = clean()
    document["capabilities"]["objects"]["tests"] = tests
    (finding,) = lint(parsed(document), INVENTORY)
    assert finding.severity is Severity.WARNING
    assert [f.severity for f in for_approval([finding])] == [Severity.ERROR]
