"""What a program on Apache Libcloud would do. Items are servers; names carry the run's mark.

Libcloud has no call to make volumes larger, none that sends an image, and none that makes a group
of servers: those verbs are not there. It finds block storage only
under its old name, `volumev3`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import libcloud.security
from libcloud.compute.providers import get_driver
from libcloud.compute.types import Provider
from libcloud.storage.providers import get_driver as get_storage_driver
from libcloud.storage.types import ContainerDoesNotExistError
from libcloud.storage.types import Provider as StorageProvider

FLAVOR = "m1.nano"
IMAGE = "mini-image"
WAIT_SECONDS = 300
MARK = os.environ["OSI_MARK"]
#: Holds the id of the volume, once there is one.
VOLUME = Path(os.environ["OSI_WORK"]) / "volume"


def login() -> tuple[str, str, dict[str, Any]]:
    """User, password and the named arguments with which every driver is made."""
    if os.environ.get("OS_CACERT"):
        libcloud.security.CA_CERTS_PATH = os.environ["OS_CACERT"]
    named = {
        # The drivers add the version themselves.
        "ex_force_auth_url": os.environ["OS_AUTH_URL"].removesuffix("/").removesuffix("/v3"),
        "ex_force_service_region": os.environ["OS_REGION_NAME"],
    }
    if os.environ.get("OS_APPLICATION_CREDENTIAL_ID"):
        user = os.environ["OS_APPLICATION_CREDENTIAL_ID"]
        named["ex_force_auth_version"] = "3.x_appcred"
        return user, os.environ["OS_APPLICATION_CREDENTIAL_SECRET"], named
    named |= {
        "ex_force_auth_version": "3.x_password",
        "ex_tenant_name": os.environ["OS_PROJECT_NAME"],
        "ex_domain_name": os.environ.get("OS_USER_DOMAIN_NAME", "Default"),
        # The project's domain it takes by id only.
        "ex_tenant_domain_id": os.environ.get("OS_PROJECT_DOMAIN_ID", "default"),
    }
    return os.environ["OS_USERNAME"], os.environ["OS_PASSWORD"], named


def servers_driver() -> Any:
    user, password, named = login()
    return get_driver(Provider.OPENSTACK)(user, password, api_version="2.2", **named)


def objects_driver() -> Any:
    user, password, named = login()
    return get_storage_driver(StorageProvider.OPENSTACK_SWIFT)(user, password, **named)


def mine(found: list[Any]) -> list[Any]:
    return [one for one in found if (one.name or "").startswith(MARK)]


def install(driver: Any) -> None:
    group = driver.ex_create_security_group(MARK, f"made for {MARK}")
    driver.ex_create_security_group_rule(group, "tcp", 22, 22)
    if not given_network():
        network = driver.ex_create_network(MARK)
        driver.ex_create_subnet(MARK, network, "10.78.0.0/24")
    if os.environ.get("OSI_ADDRESS_MODE") == "floating":
        outside = {"network_id": os.environ["OSI_NETWORK"]}
        router = driver.ex_create_router(MARK, external_gateway_info=outside)
        (subnet,) = mine(driver.ex_list_subnets())
        driver.ex_add_router_subnet(router, subnet)


def create(driver: Any) -> None:
    for _ in range(int(os.environ["OSI_COUNT"])):
        make_server(driver)


def make_server(driver: Any, **more: Any) -> Any:
    server = driver.create_node(
        name=f"{MARK}-{time.time_ns()}",
        size=next(size for size in driver.list_sizes() if size.name == FLAVOR),
        image=next(image for image in driver.list_images() if image.name == IMAGE),
        networks=[network for network in driver.ex_list_networks() if is_ours(network)],
        ex_security_groups=mine(driver.ex_list_security_groups()),
        ex_metadata={"made-for": MARK},
        **more,
    )
    wait_for_servers(driver, [server], WAIT_SECONDS)
    if os.environ.get("OSI_ADDRESS_MODE") == "floating":
        pools = driver.ex_list_floating_ip_pools()
        pool = next(pool for pool in pools if pool.id == os.environ["OSI_NETWORK"])
        driver.ex_attach_floating_ip_to_node(server, driver.ex_create_floating_ip(pool.name))
    return server


def given_network() -> str:
    """Id of the network that the kit wants the servers on; empty where we make our own."""
    if os.environ.get("OSI_ADDRESS_MODE") == "floating":
        return ""
    return os.environ.get("OSI_NETWORK", "")


def is_ours(network: Any) -> bool:
    given = given_network()
    return bool(network.id == given if given else network.name == MARK)


def wait_for_servers(driver: Any, servers: list[Any], seconds: int) -> None:
    driver.wait_until_running(
        servers,
        wait_period=1,
        timeout=seconds,
        ssh_interface="private_ips",
        # Else it never sees a server that has no IPv4 address.
        force_ipv4=False,
    )


def list_(driver: Any) -> dict[str, Any]:
    return {"items": [server.id for server in mine(driver.list_nodes())]}


def scale(driver: Any) -> None:
    servers = mine(driver.list_nodes())
    wanted = int(os.environ["OSI_COUNT"])
    for _ in range(wanted - len(servers)):
        make_server(driver)
    for server in servers[wanted:]:
        driver.destroy_node(server)
    await_gone(driver, servers[wanted:])


def await_gone(driver: Any, servers: list[Any]) -> None:
    ids = {server.id for server in servers}
    deadline = time.monotonic() + WAIT_SECONDS
    while ids & {server.id for server in driver.list_nodes()}:
        if time.monotonic() > deadline:
            sys.exit("the servers do not go away")
        time.sleep(1)


def stop(driver: Any) -> None:
    for server in mine(driver.list_nodes()):
        driver.ex_stop_node(server)


def attach(driver: Any) -> None:
    volume = driver.create_volume(1, MARK)
    VOLUME.write_text(volume.id)
    await_volume(driver, volume)
    driver.attach_volume(mine(driver.list_nodes())[0], volume)


def detach(driver: Any) -> None:
    driver.detach_volume(driver.ex_get_volume(VOLUME.read_text()))


def await_volume(driver: Any, volume: Any) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while driver.ex_get_volume(volume.id).state != "available":
        if time.monotonic() > deadline:
            sys.exit("the volume does not become available")
        time.sleep(1)


def backup(_driver: Any) -> None:
    container = objects_driver().create_container(MARK)
    container.upload_object(os.environ["OSI_DATA"], "content")


def restore(_driver: Any) -> None:
    found = objects_driver().get_object(MARK, "content")
    found.download(os.environ["OSI_RESTORED"], overwrite_existing=True)


def wait(driver: Any) -> None:
    wait_for_servers(driver, mine(driver.list_nodes()), int(float(os.environ["OSI_TIMEOUT_S"])))


def rotate(driver: Any) -> None:
    driver.list_nodes()


def guest(driver: Any) -> dict[str, Any]:
    server = make_server(
        driver,
        ex_userdata=Path(os.environ["OSI_USER_DATA"]).read_text(),
        ex_config_drive=os.environ["OSI_CONFIG_DRIVE"] == "1",
    )
    return {"server": server.id}


def remove(driver: Any) -> None:
    servers = mine(driver.list_nodes())
    for server in servers:
        driver.destroy_node(server)
    await_gone(driver, servers)
    if VOLUME.exists():
        volume = driver.ex_get_volume(VOLUME.read_text())
        await_volume(driver, volume)
        driver.destroy_volume(volume)
    remove_networks(driver)
    for group in mine(driver.ex_list_security_groups()):
        driver.ex_delete_security_group(group)
    remove_objects(objects_driver())


def remove_networks(driver: Any) -> None:
    addresses = driver.ex_list_floating_ips()
    for address in addresses:
        if address.node_id is None:
            driver.ex_delete_floating_ip(address)
    subnets = mine(driver.ex_list_subnets())
    for router in mine(driver.ex_list_routers()):
        for subnet in subnets:
            driver.ex_del_router_subnet(router, subnet)
        driver.ex_delete_router(router)
    for network in mine(driver.ex_list_networks()):
        driver.ex_delete_network(network)


def remove_objects(driver: Any) -> None:
    try:
        container = driver.get_container(MARK)
    except ContainerDoesNotExistError:
        return
    for one in container.list_objects():
        one.delete()
    container.delete()


VERBS: dict[str, Callable[[Any], dict[str, Any] | None]] = {
    "install": install,
    "create": create,
    "list": list_,
    "scale": scale,
    "stop": stop,
    "attach": attach,
    "detach": detach,
    "backup": backup,
    "restore": restore,
    "wait": wait,
    "rotate": rotate,
    "guest": guest,
    "remove": remove,
}


def main() -> None:
    try:
        facts = VERBS[sys.argv[1]](servers_driver())
    except Exception as error:
        # What a program would show its user; where in our code it happened does not matter.
        sys.exit(f"{type(error).__name__}: {error}")
    if facts is not None:
        sys.stdout.write(json.dumps(facts) + "\n")


if __name__ == "__main__":
    main()
