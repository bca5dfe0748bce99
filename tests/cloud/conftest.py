"""A real OpenStack, and a fresh project on it for whoever asks.

`make test-cloud` starts one and names its folder in HALLMARK_TEST_CLOUD.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

#: Folder with clouds.yaml (mini-admin, mini-demo) and the access logs, log/*.access.jsonl.
VARIABLE = "HALLMARK_TEST_CLOUD"
#: openstacksdk warns itself, in its own modules, of what it will remove one day.
OF_THE_SDK = ("RemovedInSDK50Warning", "RemovedInSDK60Warning", "OpenStackDeprecationWarning")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("cloud"):
            for name in OF_THE_SDK:
                item.add_marker(pytest.mark.filterwarnings(f"ignore::openstack.warnings.{name}"))


@dataclass(frozen=True)
class Tenant:
    """A project with one user, who has the role member in it. `clouds` is a clouds.yaml that knows
    it as `cloud`."""

    cloud: str
    clouds: Path
    project_id: str
    user_id: str
    auth: dict[str, str]


@pytest.fixture(scope="session")
def cloud_folder() -> Path:
    folder = os.environ.get(VARIABLE)
    if not folder:
        pytest.fail(f"{VARIABLE} names no cloud; run these tests by: make test-cloud")
    return Path(folder)


@pytest.fixture
def operator(cloud_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A connection of the administrator."""
    connection = connect(cloud_folder / "clouds.yaml", "mini-admin", monkeypatch)
    yield connection
    connection.close()


@pytest.fixture
def tenant(operator: Any, tmp_path: Path) -> Iterator[Tenant]:
    name = f"test-{secrets.token_hex(4)}"
    password = secrets.token_hex(8)
    identity = operator.identity
    project = identity.create_project(name=name, domain_id="default")
    user = identity.create_user(name=name, password=password, domain_id="default")
    identity.assign_project_role_to_user(project, user, identity.find_role("member"))
    auth = {
        "auth_url": operator.config.auth["auth_url"],
        "username": name,
        "password": password,
        "project_name": name,
        "user_domain_id": "default",
        "project_domain_id": "default",
    }
    clouds = tmp_path / "clouds.yaml"
    entry = {"auth": auth, "region_name": "RegionOne", "identity_api_version": 3}
    clouds.write_text(yaml.safe_dump({"clouds": {name: entry}}))
    yield Tenant(name, clouds, project.id, user.id, auth)
    identity.delete_user(user)
    for group in operator.network.security_groups(project_id=project.id):
        operator.network.delete_security_group(group)
    identity.delete_project(project)


@pytest.fixture
def as_tenant(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A connection of the tenant's user."""
    connection = connect(tenant.clouds, tenant.cloud, monkeypatch)
    yield connection
    connection.close()


def connect(clouds: Path, cloud: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An openstacksdk connection, untouched by the OS_ variables and proxies of the caller."""
    import openstack

    for name in [name for name in os.environ if name.startswith("OS_")]:
        monkeypatch.delenv(name)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1")
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(clouds))
    return openstack.connect(cloud=cloud)
