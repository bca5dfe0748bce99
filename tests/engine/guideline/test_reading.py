"""Every schema becomes the same shape."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from certification.engine.guideline import CapabilityStatus, Flag, parse_guideline
from tests.engine.guideline.documents import (
    PUBLISHED,
    add_on,
    parsed,
    raw,
    schema_1_2,
    schema_1_5,
    schema_2_0,
)


def published() -> list[Path]:
    return sorted((*PUBLISHED.glob("*.json"), *PUBLISHED.glob("add-ons/*.json")))


def test_schema_1_2_lists_names() -> None:
    guideline = parsed(schema_1_2())
    first, second = guideline.capabilities["servers"].tests
    assert (first.name, first.idempotent_id, first.flag) == ("a.A.t1", "", None)
    assert second.flag == Flag()
    assert (guideline.id, guideline.schema, guideline.document_status, guideline.replaces) == (
        "2015.99",
        "1.2",
        "superseded",
        "2015.98",
    )
    assert guideline.releases == ("icehouse",)


@pytest.mark.parametrize("version", ["1.5", "1.6"])
def test_schemas_1_5_and_1_6_map_names_to_ids(version: str) -> None:
    guideline = parsed(schema_1_5(version))
    first, second = guideline.capabilities["servers"].tests
    assert (first.idempotent_id, first.id_as_written) == ("1111-aa", "id-1111-AA,smoke")
    assert first.aliases == ("old.A.t1",)
    assert second.flag == Flag("r", "a", "2016-01-01")
    assert guideline.capabilities["objects"].tests[0].name == "b.B.t1"
    assert guideline.components["compute"].capabilities == {
        CapabilityStatus.REQUIRED: ("servers",),
        CapabilityStatus.ADVISORY: ("extra",),
        CapabilityStatus.DEPRECATED: (),
        CapabilityStatus.REMOVED: ("gone",),
    }


def test_schema_1_has_a_platform_and_one_target_per_component() -> None:
    targets = parsed(schema_1_2()).targets
    assert [(t.name, t.title, t.components) for t in targets] == [
        ("platform", "Platform", ("compute", "object")),
        ("compute", "Compute", ("compute",)),
        ("object", "Object Storage", ("object",)),
    ]


def test_schema_2_0_names_its_platforms() -> None:
    guideline = parsed(schema_2_0())
    assert [(t.name, t.document_name, t.is_add_on) for t in guideline.targets] == [
        ("platform", "OpenStack Powered Platform", False),
        ("compute", "OpenStack Powered Compute", False),
        ("object", "OpenStack Powered Storage", False),
    ]
    assert (guideline.document_status, guideline.releases) == ("draft", ("gazpacho",))
    assert guideline.digest == hashlib.sha256(raw(schema_2_0())).hexdigest()


def test_add_ons_are_targets_of_their_own() -> None:
    guideline = parsed(add_on())
    assert [(t.name, t.title, t.is_add_on) for t in guideline.targets] == [
        ("dns", "DNS", True),
        ("shared_file_system", "Shared File System", True),
        ("load_balancer", "Load Balancer", True),
    ]
    required = guideline.components["os_powered_dns"].capabilities[CapabilityStatus.REQUIRED]
    assert required == ("servers",)


@pytest.mark.parametrize("spelling", ["flag", "flagged"])
@pytest.mark.parametrize(
    ("value", "flag"), [(True, Flag()), (False, None), (None, None), ({"reason": "x"}, Flag("x"))]
)
def test_flags_in_every_spelling(spelling: str, value: object, flag: Flag | None) -> None:
    document = schema_2_0()
    document["capabilities"]["objects"]["tests"] = {
        "b.B.t1": {"idempotent-id": "id-3333", spelling: value}
    }
    (test,) = parsed(document).capabilities["objects"].tests
    assert (test.flag, test.idempotent_id) == (flag, "3333")


def test_a_byte_order_mark_is_no_obstacle() -> None:
    assert parse_guideline(b"\xef\xbb\xbf" + raw(schema_2_0())).id == "2026.99"


@pytest.mark.slow
@pytest.mark.skipif(not published(), reason="no published guideline is beside the project")
def test_every_published_guideline_is_read() -> None:
    guidelines = {path.stem: parse_guideline(path.read_bytes()) for path in published()}
    assert len(guidelines) == 26
    for guideline in guidelines.values():
        assert guideline.targets and guideline.capabilities and guideline.releases
    assert guidelines["2020.06"].releases == ("stein", "train", "ussuri", "victoria")
    assert guidelines["dns.2020.06"].targets[0].name == "dns"


@pytest.mark.skipif(not published(), reason="no published guideline is beside the project")
def test_a_draft_in_an_unusual_spelling_is_read() -> None:
    draft = parse_guideline((PUBLISHED / "schema" / "next.2.0.json").read_bytes())
    tests = [test for c in draft.capabilities.values() for test in c.tests]
    assert len(draft.capabilities) == 89
    assert sum(test.flag is not None for test in tests) == 6
    assert [test.name for test in tests if not test.idempotent_id] == [
        "tempest.api.volume.NEED_TEST"
    ]
