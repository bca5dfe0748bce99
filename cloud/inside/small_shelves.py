"""Put on the shelves of a new cloud what users expect: flavors, images, networks, a volume type.

Ends when there is a compute host, so that servers can be made.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import openstack

IMAGES = ("mini-image", "mini-image-alt")
#: Name, id, memory in MiB; each with one processor and 1 GiB of disk.
FLAVORS = (("m1.nano", "42", 192), ("m1.micro", "84", 256))
VOLUME_TYPE = "fake"
EXTERNAL = "public"
COMPUTE_SECONDS = 120


def main() -> None:
    cloud = openstack.connect(cloud="mini-admin")
    for name in IMAGES:
        cloud.image.create_image(
            name=name,
            data=b"an image of the small cloud\n" * 4096,
            disk_format="raw",
            container_format="bare",
            visibility="public",
        )
    for name, number, memory in FLAVORS:
        cloud.compute.create_flavor(id=number, name=name, ram=memory, vcpus=1, disk=1)
    cloud.block_storage.create_type(
        name=VOLUME_TYPE, extra_specs={"volume_backend_name": VOLUME_TYPE}
    )
    make_networks(cloud.network, cloud.identity.find_project("demo").id)
    await_compute(cloud.compute)


def make_networks(network: Any, demo: str) -> None:
    """An external network, a network of the project `demo` behind a router, a pool of subnets."""
    outside = network.create_network(
        name=EXTERNAL,
        is_router_external=True,
        is_default=True,
        provider_network_type="flat",
        provider_physical_network=EXTERNAL,
    )
    network.create_subnet(
        name="public-v4",
        network_id=outside.id,
        ip_version=4,
        cidr="172.24.4.0/24",
        is_dhcp_enabled=False,
    )
    inside = network.create_network(name="private", project_id=demo)
    subnet = network.create_subnet(
        name="private-v4",
        network_id=inside.id,
        project_id=demo,
        ip_version=4,
        cidr="10.11.0.0/24",
    )
    router = network.create_router(
        name="router1", project_id=demo, external_gateway_info={"network_id": outside.id}
    )
    network.add_interface_to_router(router, subnet_id=subnet.id)
    network.create_subnet_pool(
        name="shared-v4",
        prefixes=["10.20.0.0/16"],
        default_prefixlen=26,
        is_shared=True,
        is_default=True,
    )


def await_compute(compute: Any) -> None:
    deadline = time.monotonic() + COMPUTE_SECONDS
    while not list(compute.hypervisors()):
        if time.monotonic() > deadline:
            sys.exit(f"compute-missing: no compute host after {COMPUTE_SECONDS} s")
        time.sleep(0.5)


if __name__ == "__main__":
    main()
