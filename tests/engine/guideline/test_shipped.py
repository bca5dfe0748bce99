"""The guidelines that come with Hallmark."""

from __future__ import annotations

import pytest

from certification.engine.guideline import (
    CapabilityStatus,
    Guideline,
    Target,
    find_target,
    for_approval,
    lint,
    parse_guideline,
)
from certification.engine.verdict import compile_guideline
from certification.guidelines import (
    GuidelineNotShipped,
    shipped_bytes,
    shipped_file_name,
    shipped_ids,
    shipped_inventories,
)

CURRENT = parse_guideline(shipped_bytes("2026.11"))
NEXT = parse_guideline(shipped_bytes("powered-2027.05"))


def required(guideline: Guideline, target: Target) -> set[str]:
    return {
        capability
        for component in target.components
        for capability in guideline.components[component].capabilities[CapabilityStatus.REQUIRED]
    }


def test_the_inventory_is_that_of_tempest_47() -> None:
    (tests,) = shipped_inventories().values()
    assert len(tests) == len(set(tests)) == 1575
    assert len({idempotent_id for _, idempotent_id in tests}) == 1445


INTEGRATION = [one for one in shipped_ids() if one.startswith("integration.")]
PLATFORMS = [one for one in shipped_ids() if one not in INTEGRATION]


def test_the_shipped_documents_in_their_order() -> None:
    assert shipped_ids() == ("2026.11", "2027.05", "integration.2026.11")


@pytest.mark.parametrize("guideline_id", shipped_ids())
def test_a_document_is_found_by_its_id_and_its_name(guideline_id: str) -> None:
    name = shipped_file_name(guideline_id)
    assert shipped_bytes(name.removesuffix(".json")) == shipped_bytes(guideline_id)
    assert parse_guideline(shipped_bytes(guideline_id)).id == guideline_id


@pytest.mark.parametrize("guideline_id", INTEGRATION)
def test_an_integration_guideline_could_be_approved(guideline_id: str) -> None:
    """Its tests are the kit's own: no inventory of a suite names them."""
    findings = for_approval(lint(parse_guideline(shipped_bytes(guideline_id)), {}))
    assert {one.code for one in findings} <= {"suite-without-inventory"}


@pytest.mark.parametrize("guideline_id", PLATFORMS)
def test_a_platform_guideline_could_be_approved(guideline_id: str) -> None:
    guideline = parse_guideline(shipped_bytes(guideline_id))
    assert for_approval(lint(guideline, shipped_inventories())) == ()
    for capability in guideline.capabilities.values():
        assert capability.description.endswith(".")
        assert capability.project in {"nova", "keystone", "glance", "neutron", "cinder", "swift"}


@pytest.mark.parametrize(
    ("target", "counted", "flagged"), [("compute", 217, 5), ("object", 58, 0), ("platform", 273, 5)]
)
def test_what_2026_11_counts(target: str, counted: int, flagged: int) -> None:
    aim = compile_guideline(CURRENT).targets[target]
    assert (len(aim.counted), len(aim.flagged), aim.problem) == (counted, flagged, None)


def test_targets_have_our_names() -> None:
    assert [(t.name, t.document_name, t.title) for t in CURRENT.targets] == [
        ("platform", "Hallmark Powered Platform", "Platform"),
        ("compute", "Hallmark Powered Compute", "Compute"),
        ("object", "Hallmark Powered Object Storage", "Object Storage"),
    ]
    assert find_target(CURRENT, "os_powered_storage").name == "object"


def test_2026_11_holds_its_decisions() -> None:
    compute = CURRENT.components["compute"].capabilities
    assert {"compute-servers-resize", "identity-v3-list-projects"} <= set(
        compute[CapabilityStatus.ADVISORY]
    )
    assert "images-v2-import" not in CURRENT.capabilities
    assert CURRENT.releases == ("flamingo", "gazpacho", "hibiscus")
    assert (CURRENT.document_status, NEXT.document_status) == ("approved", "draft")


def test_the_draft_requires_more_and_nothing_that_was_not_announced() -> None:
    for target in NEXT.targets:
        before = find_target(CURRENT, target.name)
        gained = required(NEXT, target) - required(CURRENT, before)
        advisory = {
            capability
            for component in before.components
            for capability in CURRENT.components[component].capabilities[CapabilityStatus.ADVISORY]
        }
        assert gained and gained <= advisory
        assert required(CURRENT, before) <= required(NEXT, target)


def test_a_guideline_that_is_not_shipped_is_named() -> None:
    with pytest.raises(GuidelineNotShipped, match=r"2026\.11, 2027\.05"):
        shipped_bytes("../powered-2026.11")
