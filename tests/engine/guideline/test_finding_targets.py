"""People name targets in many ways."""

from __future__ import annotations

import pytest

from certification.engine.guideline import TargetUnknown, find_target
from tests.engine.guideline.documents import add_on, parsed, schema_1_2, schema_2_0


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("platform", "platform"),
        ("COMPUTE", "compute"),
        ("OpenStack Powered Compute", "compute"),
        ("os_powered_compute", "compute"),
        ("object", "object"),
        ("Object Storage", "object"),
        ("object_storage", "object"),
        ("openstack powered storage", "object"),
        ("os_powered_storage", "object"),
    ],
)
def test_targets_of_a_core_guideline(wanted: str, name: str) -> None:
    assert find_target(parsed(schema_2_0()), wanted).name == name
    assert find_target(parsed(schema_1_2()), wanted).name == name


@pytest.mark.parametrize("wanted", ["dns", "DNS", "os_powered_dns"])
def test_targets_of_an_add_on(wanted: str) -> None:
    assert find_target(parsed(add_on()), wanted).name == "dns"


@pytest.mark.parametrize("wanted", ["dns", "", "all", "powered"])
def test_an_unknown_target_is_refused_and_the_known_ones_are_named(wanted: str) -> None:
    with pytest.raises(TargetUnknown, match="it has: platform, compute, object"):
        find_target(parsed(schema_2_0()), wanted)
