"""The small cloud does what clients ask, and its access logs say what they asked."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.cloud

LATE_SECONDS = 10
CATALOGUE = {
    *("identity", "image", "placement", "object-store"),
    *("compute", "network", "block-storage"),
}


def test_its_catalogue_names_seven_services(as_tenant: Any) -> None:
    assert {entry["type"] for entry in as_tenant.service_catalog} == CATALOGUE


def test_a_server_gets_a_volume_and_loses_it(as_tenant: Any, operator: Any) -> None:
    image = as_tenant.image.find_image("mini-image")
    server = as_tenant.compute.create_server(
        name="one", flavor_id="42", image_id=image.id, networks="none"
    )
    server = as_tenant.compute.wait_for_server(server)
    volume = as_tenant.block_storage.create_volume(name="one", size=1)
    as_tenant.block_storage.wait_for_status(volume, "available")
    as_tenant.compute.create_volume_attachment(server, volume_id=volume.id)
    as_tenant.block_storage.wait_for_status(volume, "in-use")
    as_tenant.compute.delete_volume_attachment(server, volume)
    as_tenant.block_storage.wait_for_status(volume, "available")
    as_tenant.compute.delete_server(server)
    as_tenant.compute.wait_for_delete(server)
    as_tenant.block_storage.delete_volume(volume)
    as_tenant.block_storage.wait_for_delete(volume)

    assert not list(operator.compute.servers(all_projects=True, project_id=server.project_id))


def test_a_snapshot_of_a_server_becomes_an_image(as_tenant: Any) -> None:
    image = as_tenant.image.find_image("mini-image")
    server = as_tenant.compute.create_server(
        name="one", flavor_id="42", image_id=image.id, networks="none"
    )
    as_tenant.compute.wait_for_server(server)
    snapshot = as_tenant.compute.create_server_image(server, "copy", wait=True)
    as_tenant.compute.delete_server(server)
    as_tenant.compute.wait_for_delete(server)

    assert as_tenant.image.get_image(snapshot.id).status == "active"
    as_tenant.image.delete_image(snapshot)


def test_networks_and_ports_come_up(as_tenant: Any) -> None:
    network = as_tenant.network.create_network(name="one")
    subnet = as_tenant.network.create_subnet(
        network_id=network.id, ip_version=4, cidr="10.9.0.0/24"
    )
    outside = as_tenant.network.find_network("public")
    router = as_tenant.network.create_router(external_gateway_info={"network_id": outside.id})
    as_tenant.network.add_interface_to_router(router, subnet_id=subnet.id)
    ports = list(as_tenant.network.ports(network_id=network.id))
    as_tenant.network.remove_interface_from_router(router, subnet_id=subnet.id)
    as_tenant.network.delete_router(router)
    as_tenant.network.delete_network(network)

    assert [port.device_owner for port in ports] == ["network:router_interface"]


@pytest.mark.parametrize(
    ("service", "path"),
    [
        ("compute", "/servers?limit=1"),
        ("network", "/v2.0/networks?limit=1"),
        ("image", "/v2/images?limit=1"),
        ("block-storage", "/volumes?limit=1"),
        ("object-store", "?format=json&limit=1"),
        ("identity", "/auth/projects"),
    ],
)
def test_the_access_log_knows_a_call(
    as_tenant: Any, cloud_folder: Path, service: str, path: str
) -> None:
    answer = as_tenant.session.get(
        path, endpoint_filter={"service_type": service}, user_agent="one-client/1.0"
    )

    (line,) = lines_about(cloud_folder, answer.headers["x-openstack-request-id"])
    assert (line["method"], line["status"]) == ("GET", 200)
    assert line["path"] == answer.request.path_url
    assert line["user_agent"].startswith("one-client/1.0")
    assert line["user_id"] == as_tenant.current_user_id
    assert line["project_id"] == as_tenant.current_project_id


def test_the_access_log_knows_the_microversion(as_tenant: Any, cloud_folder: Path) -> None:
    answer = as_tenant.compute.get("/servers", microversion="2.90")

    (line,) = lines_about(cloud_folder, answer.headers["x-openstack-request-id"])
    assert line["microversion"] == "compute 2.90"


def lines_about(folder: Path, request_id: str) -> list[dict[str, Any]]:
    """A line is written after the answer was sent, so it may be a moment late."""
    end = time.monotonic() + LATE_SECONDS
    while True:
        texts = [log.read_text() for log in (folder / "log").glob("*.access.jsonl")]
        wanted = [line for text in texts for line in text.splitlines() if request_id in line]
        if wanted or time.monotonic() > end:
            return [json.loads(line) for line in wanted]
        time.sleep(0.05)
