"""The fake cloud by itself: what it promises to the tests that use it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import openstack
import pytest

from tests.fakes.cloud import ADMIN, PASSWORD, FakeCloud
from tests.fakes.enactment import Enactment, password_of, words
from tests.fakes.script import steps

# openstacksdk warns in its own modules of what it will remove one day.
pytestmark = [
    pytest.mark.filterwarnings("ignore::openstack.warnings.RemovedInSDK50Warning"),
    pytest.mark.filterwarnings("ignore::openstack.warnings.RemovedInSDK60Warning"),
]


@pytest.fixture
def cloud() -> Iterator[FakeCloud]:
    with FakeCloud(regions=("RegionOne", "RegionTwo")) as started:
        yield started


@pytest.fixture
def connection(cloud: FakeCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(cloud.write_clouds_yaml(tmp_path)))
    made = openstack.connect(cloud="fake-demo")
    yield made
    made.close()


def test_every_call_of_the_script_has_its_status(cloud: FakeCloud) -> None:
    auth = {"username": ADMIN, "password": PASSWORD, "project_name": ADMIN}
    enactment = Enactment(cloud.auth_url, password_of(auth), words("script"), pause_s=0.005)
    for seen in enactment.run(steps()):
        assert (seen.step.title, seen.status) == (seen.step.title, seen.step.status)


def test_starts_at_once() -> None:
    began = time.perf_counter()
    with FakeCloud():
        took = time.perf_counter() - began
    assert took < 0.5  # some 5 ms on an idle machine


def test_two_clouds_know_nothing_of_each_other(cloud: FakeCloud) -> None:
    with FakeCloud() as other:
        token = _token(cloud)
        for one, status in ((cloud, 200), (other, 401)):
            assert _status(f"{one.auth_url}/auth/catalog", token) == status


def test_regions_have_services_of_their_own(cloud: FakeCloud) -> None:
    origins = {cloud.service("compute", region).origin for region in cloud.regions}
    assert len(origins) == 2


def test_a_token_runs_out(cloud: FakeCloud) -> None:
    token = _token(cloud)
    cloud.identity.expire_all()
    assert _status(f"{cloud.auth_url}/auth/catalog", token) == 401


def test_sdk_sees_every_page(cloud: FakeCloud, connection: Any) -> None:
    flavor = next(iter(connection.compute.flavors()))
    for number in range(5):
        connection.compute.create_server(name=f"s{number}", flavor_id=flavor.id, networks="none")
    names = [one.name for one in connection.compute.servers(limit=2)]
    assert sorted(names) == [f"s{number}" for number in range(5)]


def test_sdk_takes_a_volume_an_image_an_object_and_a_network(connection: Any) -> None:
    volume = connection.block_storage.create_volume(size=1, name="data")
    assert connection.block_storage.wait_for_status(volume, "available", interval=1).size == 1
    image = connection.create_image("own", data=b"bytes", disk_format="raw", wait=True)
    assert image.status == "active"
    connection.object_store.create_container(name="home")
    connection.object_store.upload_object(container="home", name="one", data=b"bytes")
    assert connection.object_store.download_object("one", container="home") == b"bytes"
    network = connection.network.create_network(name="net")
    connection.network.create_subnet(network_id=network.id, ip_version=4, cidr="10.1.0.0/24")
    port = connection.network.create_port(network_id=network.id)
    assert port.fixed_ips[0]["ip_address"].startswith("10.1.0.")


@pytest.mark.parametrize(
    ("service", "path", "key"),
    [
        ("load-balancer", "/v2/lbaas/loadbalancers", "loadbalancers"),
        ("dns", "/v2/zones", "zones"),
        ("key-manager", "/v1/secrets", "secrets"),
        ("shared-file-system", "/v2/shares/detail", "shares"),
    ],
)
def test_thin_services_list_and_refuse(cloud: FakeCloud, service: str, path: str, key: str) -> None:
    origin, token = cloud.service(service).origin, _token(cloud)
    assert _status(origin + path) == 401
    request = Request(origin + path, headers={"X-Auth-Token": token})
    with urlopen(request) as answer:
        assert json.load(answer)[key] == []
        assert answer.headers["x-openstack-request-id"].startswith("req-")


def _token(cloud: FakeCloud) -> str:
    auth = {"username": ADMIN, "password": PASSWORD, "project_name": ADMIN}
    body = json.dumps({"auth": password_of(auth)}).encode()
    with urlopen(Request(f"{cloud.auth_url}/auth/tokens", data=body)) as answer:
        return str(answer.headers["X-Subject-Token"])


def _status(url: str, token: str = "") -> int:
    try:
        with urlopen(Request(url, headers={"X-Auth-Token": token})) as answer:
            return int(answer.status)
    except HTTPError as error:
        error.close()
        return error.code
