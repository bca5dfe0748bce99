"""Operators' access logs give the operations that a recorder gives."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from certification.engine.footprint import FootprintLedger, Matched
from certification.engine.footprint.access_log import (
    LoggedCall,
    log_normaliser,
    read_access_log,
    read_log_line,
)
from tests.engine.footprint.building import PROJECT, REQUEST, SERVER, TABLE, footprint_of

STARTED = datetime(2026, 11, 21, 15, 23, 0, tzinfo=UTC)
UWSGI = json.dumps(
    {
        "t": "[21/Nov/2026:15:23:32 +0000]", "service": "nova", "method": "GET",
        "path": f"/v2.1/servers/{SERVER}?all_tenants=1", "status": "200",
        "microversion": "compute 2.88", "nova_microversion": "2.88",
        "user_agent": "Shipyard/2.1", "user_id": "ab" * 16, "project_id": PROJECT,
        "request_id": REQUEST, "global_request_id": "-",
    }
)  # fmt: skip
SWIFT = (
    "Nov 21 host proxy-server: 10.0.0.9 10.0.0.8 21/Nov/2026/15/37/28 PUT "
    "/v1/AUTH_31c9/box/a%2520b%3Fformat%3Djson HTTP/1.0 201 - Shipyard/2.1%20x gAAAAA... 7 - "
    "- tx5e0e87f7a5b549cd8dfdb-006b01bab8 - 0.0279 {source} - 1795275448.8 1795275448.9 0 -"
)
COMBINED = (
    '10.0.0.9 - - [21/Nov/2026:16:23:32 +0100] "POST /v3/volumes HTTP/1.1" 202 512 "-" "Ship/1"'
)


def test_a_line_of_uwsgi() -> None:
    found = read_log_line(UWSGI)
    assert found == LoggedCall(
        at=datetime(2026, 11, 21, 15, 23, 32, tzinfo=UTC),
        process="nova",
        method="GET",
        path=f"/v2.1/servers/{SERVER}?all_tenants=1",
        status=200,
        user_agent="Shipyard/2.1",
        microversion="compute 2.88",
        user_id="ab" * 16,
        project_id=PROJECT,
        request_id=REQUEST,
    )


def test_a_line_of_swift() -> None:
    found = read_log_line(SWIFT.format(source="-"))
    assert found is not None
    assert (found.process, found.method, found.status) == ("swift", "PUT", 201)
    assert found.path == "/v1/AUTH_31c9/box/a%20b?format=json"
    assert found.user_agent == "Shipyard/2.1 x"
    assert found.request_id == "tx5e0e87f7a5b549cd8dfdb-006b01bab8"


def test_what_swift_asks_itself_is_no_call() -> None:
    assert read_log_line(SWIFT.format(source="CQ")) is None


def test_a_line_of_a_web_server() -> None:
    found = read_log_line(COMBINED, "cinder")
    assert found is not None
    assert found.at == datetime(2026, 11, 21, 15, 23, 32, tzinfo=UTC)
    assert (found.process, found.method, found.path) == ("cinder", "POST", "/v3/volumes")
    assert (found.status, found.user_agent) == (202, "Ship/1")


@pytest.mark.parametrize(
    "line",
    [
        "",
        "The option is not known",
        "{}",
        "{",
        "[1]",
        '{"t": "never", "method": "GET", "path": "/", "status": "200"}',
        UWSGI.replace("Nov", "Nox"),
        UWSGI.replace("21/", "41/"),
        UWSGI.replace('"200"', '"many"'),
        UWSGI.replace('"200"', "null"),
        SWIFT.partition(" gAAAAA")[0],
        COMBINED.replace("+0100", "+9900"),
        "{" * 100_000,
        UWSGI + " " * 70_000,
    ],
)
def test_other_lines_are_passed_over(line: str) -> None:
    assert read_log_line(line) is None


def test_a_log_gives_a_footprint() -> None:
    ledger = FootprintLedger(log_normaliser(TABLE), ["Ship"])
    lines = [UWSGI, "noise", SWIFT.format(source="-"), SWIFT.format(source="OV"), COMBINED]
    for row in read_access_log(lines, "cinder"):
        ledger.note(row.call(STARTED))
    footprint = footprint_of(ledger)
    assert [(one.service, one.method, one.path, one.status) for one in footprint.operations] == [
        ("block-storage", "POST", "/volumes", 202),
        ("compute", "GET", "/servers/{id}", 200),
        ("object-store", "PUT", "/{id}/{id}/{id}", 201),
    ]
    assert footprint.operations[1].first_s == 32
    assert footprint.facts.agents_declared == 3
    assert len(footprint.request_ids_sha256) == 2


def test_a_log_of_one_front_names_the_clouds_own_address() -> None:
    normaliser = log_normaliser(TABLE, ["image"])
    normaliser.learn_endpoint("block-storage", "http://cloud.test/volume")
    row = read_log_line(COMBINED.replace("/v3", "/volume/v3"))
    assert row is not None
    call = row.call(STARTED, "http://cloud.test")
    assert normaliser.normalise(call.method, call.url).matched is Matched.TABLE


REAL_CALLS = """
GET keystone /v3/auth/tokens|HEAD keystone /v3/projects/I/users/I/roles/I|GET keystone /v3/users/I
POST keystone /v3/users/I/application_credentials|GET keystone /v3/roles/ResellerAdmin
GET nova /v2.1/os-keypairs/hmfka28b72b7-key|DELETE nova /v2.1/servers/I/metadata/more
GET nova /v2.1/servers/I/os-volume_attachments/I|POST nova /v2.1/servers/I/action
GET nova /v2.1/os-hypervisors?with_servers=True|GET nova /v2.1/flavors/42
PUT neutron /v2.0/routers/I/add_router_interface|GET neutron /v2.0/quotas/I/details.json
PUT neutron /v2.0/networks/I/tags|GET neutron /v2.0/subnetpools?name=shared-v4
POST cinder /v3/attachments/I/action|GET cinder /v3/os-quota-sets/I?usage=False
PUT glance /v2/images/I/file|DELETE glance /v2/images/I/tags/word|GET glance /v2/schemas/image
GET placement /resource_providers/I/inventories|PUT placement /allocations/I
GET swift /v1/AUTH_I/box?format=json|PUT swift /v1/AUTH_I/box/deep/c
"""


@pytest.mark.parametrize("real", REAL_CALLS.replace("\n", "|").strip("|").split("|"))
def test_calls_that_real_clients_made_are_in_the_table(real: str) -> None:
    method, process, path = real.split(" ")
    url = f"http://{process}.invalid{path.replace('I', '0f' * 16)}"
    found = log_normaliser(TABLE).normalise(method, url)
    assert found.matched in (Matched.TABLE, Matched.RULE)
