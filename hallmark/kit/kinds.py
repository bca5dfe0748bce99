"""Kinds of resources that a product can leave in a project: where they are listed and deleted.

The order is the one to delete in: what uses others comes first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """`path` lists, below the service's versioned endpoint; `key` is the JSON key of the list, and
    `inner` the key of each entry where entries are wrapped. `delete` is a path with `{id}`.
    `owner` is the field with the project, where a list may show others' resources. `marks` are the
    fields for tags or metadata; empty where the kind has none. `free_properties`: any further
    field is a property that the owner chose (images)."""

    name: str
    service: str
    path: str
    key: str
    delete: str
    marks: tuple[str, ...] = ()
    microversion: str = ""
    owner: str = ""
    inner: str = ""
    id: str = "id"
    free_properties: bool = False


_TAGS = ("tags",)
_METADATA = ("metadata",)


def _network(name: str, key: str) -> Kind:
    path = f"/{key.replace('_', '-')}" if key != "floatingips" else "/floatingips"
    return Kind(name, "network", path, key, f"{path}/{{id}}", _TAGS, owner="project_id")


def _balancing(name: str, key: str, delete: str = "") -> Kind:
    path = f"/lbaas/{key}"
    kept = delete or f"{path}/{{id}}"
    return Kind(name, "load-balancer", path, key, kept, _TAGS, owner="project_id")


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("stack", "orchestration", "/stacks", "stacks", "/stacks/{name}/{id}", _TAGS),
        Kind(
            "server",
            "compute",
            "/servers/detail",
            "servers",
            "/servers/{id}",
            ("metadata", "tags"),
            microversion="2.26",
            owner="tenant_id",
        ),
        Kind(
            "keypair",
            "compute",
            "/os-keypairs",
            "keypairs",
            "/os-keypairs/{id}",
            inner="keypair",
            id="name",
        ),
        Kind(
            "server_group",
            "compute",
            "/os-server-groups",
            "server_groups",
            "/os-server-groups/{id}",
            microversion="2.13",
            owner="project_id",
        ),
        _balancing("load_balancer", "loadbalancers", "/lbaas/loadbalancers/{id}?cascade=true"),
        _balancing("listener", "listeners"),
        _balancing("pool", "pools"),
        _balancing("health_monitor", "healthmonitors"),
        Kind(
            "volume_backup",
            "block-storage",
            "/backups/detail",
            "backups",
            "/backups/{id}",
            _METADATA,
            microversion="3.43",
        ),
        Kind(
            "snapshot",
            "block-storage",
            "/snapshots/detail",
            "snapshots",
            "/snapshots/{id}",
            _METADATA,
        ),
        Kind(
            "volume",
            "block-storage",
            "/volumes/detail",
            "volumes",
            "/volumes/{id}",
            _METADATA,
            owner="os-vol-tenant-attr:tenant_id",
        ),
        _network("floating_ip", "floatingips"),
        _network("router", "routers"),
        _network("trunk", "trunks"),
        _network("port", "ports"),
        _network("subnet", "subnets"),
        _network("network", "networks"),
        _network("security_group", "security_groups"),
        Kind(
            "image",
            "image",
            "/images",
            "images",
            "/images/{id}",
            _TAGS,
            owner="owner",
            free_properties=True,
        ),
        Kind("object", "object-store", "", "", "/{id}", id="name"),
        Kind("container", "object-store", "", "", "/{id}", ("headers",), id="name"),
        Kind("share", "shared-file-system", "/shares/detail", "shares", "/shares/{id}", _METADATA),
        Kind(
            "share_network",
            "shared-file-system",
            "/share-networks/detail",
            "share_networks",
            "/share-networks/{id}",
        ),
        Kind(
            "recordset",
            "dns",
            "/recordsets",
            "recordsets",
            "/zones/{zone_id}/recordsets/{id}",
            owner="project_id",
        ),
        Kind("zone", "dns", "/zones", "zones", "/zones/{id}", owner="project_id"),
        Kind("secret", "key-manager", "/secrets", "secrets", "/secrets/{id}", id="secret_ref"),
        Kind(
            "application_credential",
            "identity",
            "/users/{user_id}/application_credentials",
            "application_credentials",
            "/users/{user_id}/application_credentials/{id}",
        ),
    )
}

#: Ports that others make for a product's networks and servers.
NOT_THE_PRODUCTS = ("network:", "compute:", "neutron:", "Octavia")
