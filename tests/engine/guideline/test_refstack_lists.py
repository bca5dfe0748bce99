"""The test lists that RefStack's clients download."""

from __future__ import annotations

import pytest

from certification.engine import guideline as guidelines
from certification.engine.guideline import CapabilityStatus, find_target, parse_guideline
from tests.engine.guideline.documents import PUBLISHED, parsed, schema_1_2, schema_2_0

REQUIRED = (CapabilityStatus.REQUIRED,)
ALL = tuple(CapabilityStatus)


def test_lines_are_sorted_and_aliases_carry_the_id() -> None:
    guideline = parsed(schema_2_0())
    assert guidelines.test_list(guideline, find_target(guideline, "platform")) == [
        "a.A.t1[id-1111-AA,smoke]",
        "a.A.t2[id-2222]",
        "b.B.t1[3333]",
        "old.A.t1[id-1111-AA,smoke]",
    ]


@pytest.mark.parametrize(
    ("statuses", "alias", "flag", "lines"),
    [
        (REQUIRED, False, True, ["a.A.t1[id-1111-AA,smoke]", "a.A.t2[id-2222]"]),
        (REQUIRED, False, False, ["a.A.t1[id-1111-AA,smoke]"]),
        ((CapabilityStatus.REMOVED,), True, True, []),
        ((), True, True, []),
    ],
)
def test_statuses_aliases_and_flags_choose(
    statuses: tuple[CapabilityStatus, ...], alias: bool, flag: bool, lines: list[str]
) -> None:
    guideline = parsed(schema_2_0())
    target = find_target(guideline, "compute")
    assert guidelines.test_list(guideline, target, statuses, alias, flag) == lines


def test_schema_1_2_gives_bare_names() -> None:
    guideline = parsed(schema_1_2())
    target = find_target(guideline, "compute")
    assert guidelines.test_list(guideline, target) == ["a.A.t1", "a.A.t2"]


def test_a_test_without_id_keeps_its_brackets() -> None:
    document = schema_2_0()
    document["capabilities"]["servers"]["tests"] = {"a.A.t1": {"idempotent_id": ""}}
    guideline = parsed(document)
    assert guidelines.test_list(guideline, find_target(guideline, "compute")) == ["a.A.t1[]"]


@pytest.mark.skipif(not PUBLISHED.exists(), reason="no published guideline is beside the project")
@pytest.mark.parametrize(
    ("name", "target", "statuses", "options", "count"),
    [
        ("2018.02", "platform", ALL, (True, True), 519),
        ("2018.02", "platform", REQUIRED, (True, False), 479),
        ("2018.02", "compute", REQUIRED, (True, True), 457),
        ("2018.02", "object", ALL, (True, True), 60),
        ("add-ons/dns.2018.02", "dns", ALL, (True, True), 10),
        ("2015.03", "compute", ALL, (True, True), 112),
        ("2016.08", "platform", ALL, (False, False), 254),
        ("next", "platform", REQUIRED, (True, True), 386),
    ],
)
def test_counts_are_those_seen_on_refstack(
    name: str,
    target: str,
    statuses: tuple[CapabilityStatus, ...],
    options: tuple[bool, bool],
    count: int,
) -> None:
    guideline = parse_guideline((PUBLISHED / f"{name}.json").read_bytes())
    lines = guidelines.test_list(guideline, find_target(guideline, target), statuses, *options)
    assert len(lines) == count
    assert lines == sorted(lines)
