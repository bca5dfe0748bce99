"""The operation table that Hallmark ships."""

from __future__ import annotations

import hashlib
import json

import pytest

from certification.engine.footprint import TableInvalid, parse_table
from certification.guidelines import shipped_operation_table
from tests.engine.footprint.building import TABLE


def test_it_is_named_by_its_bytes() -> None:
    raw = shipped_operation_table()
    assert TABLE.sha256 == hashlib.sha256(raw).hexdigest()
    assert TABLE.version == "2026.11.1"


def test_every_row_is_well_formed_and_can_be_walked() -> None:
    document = json.loads(shipped_operation_table())
    rows = 0
    for name, service in document["services"].items():
        operations = TABLE.operations_of(name)
        for path, methods in service["operations"].items():
            assert path.startswith("/") and (path == "/" or not path.endswith("/"))
            segments = path.split("/")[1:] if path != "/" else []
            assert all(segment == "{id}" or "{" not in segment for segment in segments)
            for method in methods.split():
                rows += 1
                assert operations.has(method, path)
                assert operations.template_of(method, segments) == path
    assert rows == 2340


@pytest.mark.parametrize(
    ("service_type", "official"),
    [
        ("compute", "compute"),
        ("volumev3", "block-storage"),
        ("block-store", "block-storage"),
        ("sharev2", "shared-file-system"),
        ("container-infra", "container-infrastructure-management"),
        ("imagev2", "image"),
        ("identityv3", "identity"),
        ("bare_metal", "baremetal"),
        ("metering", "meter"),
        ("alarming", "alarm"),
        ("metric", "metric"),
        ("s3", "object-store"),
        ("house-brand", ""),
        ("", ""),
    ],
)
def test_official_names(service_type: str, official: str) -> None:
    assert TABLE.official_name(service_type) == official


def test_which_services_have_operations() -> None:
    assert all(TABLE.covers(one) for one in ("compute", "identity", "object-store", "dns"))
    without = ("metric", "monitoring", "meter", "alarm", "backup", "house-brand")
    assert not any(TABLE.covers(one) for one in without)
    assert {"metric", "monitoring", "alarm"} <= TABLE.services


def test_quota_sets_belong_to_three_services() -> None:
    for service in ("compute", "block-storage", "shared-file-system"):
        assert TABLE.operations_of(service).has("PUT", "/os-quota-sets/{id}")
    assert "common" not in TABLE.services


def test_network_serves_the_load_balancers_operations() -> None:
    assert TABLE.operations_of("network").has("POST", "/lbaas/loadbalancers")
    assert not TABLE.operations_of("network").has("GET", "/octavia/amphorae")


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{}", b'{"format": "osi-operations/2"}', b"\xff", b"[" * 100_000]
)
def test_what_is_no_table_is_refused(raw: bytes) -> None:
    with pytest.raises(TableInvalid):
        parse_table(raw)
