"""What each service is asked, and which facts its answers make.

Answers hold names, ids and addresses; the facts hold numbers and words, and nothing else is
returned from here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hallmark.probe.client import ServiceClient

#: A count, words (also unknown ones, which the caller sorts out), or limits by name.
Found = dict[str, int | list[str] | dict[str, int]]


@dataclass(frozen=True, slots=True)
class Look:
    """One question to a service (below its API version `major`) and the facts it answers."""

    service: str
    major: str
    facts: tuple[str, ...]
    ask: Callable[[ServiceClient], Found]


def _extensions(network: ServiceClient) -> Found:
    aliases = [_text(one["alias"]) for one in network.items("/extensions", "extensions")]
    return {"network.extensions": aliases}


def _external_networks(network: ServiceClient) -> Found:
    found = network.items("/networks?router%3Aexternal=True&fields=id", "networks")
    return {"network.external_networks": len(found)}


def _shared_networks(network: ServiceClient) -> Found:
    shared = {
        _text(one["id"]) for one in network.items("/networks?shared=True&fields=id", "networks")
    }
    subnets = [
        one
        for one in (network.items("/subnets", "subnets") if shared else ())
        if one["network_id"] in shared
    ]
    ipv6 = [one for one in subnets if one["ip_version"] == 6]
    return {
        "network.shared_networks": len(shared),
        "network.shared_subnets": len(subnets),
        "network.shared_dhcp_subnets": sum(one["enable_dhcp"] is True for one in subnets),
        "network.shared_ipv4_subnets": sum(one["ip_version"] == 4 for one in subnets),
        "network.shared_ipv6_subnets": len(ipv6),
        "network.ipv6_address_modes": [_mode(one, "ipv6_address_mode") for one in ipv6],
        "network.ipv6_ra_modes": [_mode(one, "ipv6_ra_mode") for one in ipv6],
    }


def _mode(subnet: Mapping[str, Any], key: str) -> str:
    return _text(subnet.get(key) or "none")


def _network_zones(network: ServiceClient) -> Found:
    zones = network.items("/availability_zones", "availability_zones")
    return {"network.availability_zones": len({_text(one["name"]) for one in zones})}


def _network_quota(network: ServiceClient) -> Found:
    quota = network.document(f"/quotas/{network.project_id}")["quota"]
    same = {name: name for name in quota}
    return {"network.quota": _limits(quota, same)}


def _flavors(compute: ServiceClient) -> Found:
    flavors = compute.items("/flavors/detail", "flavors")
    return {
        "compute.flavors": len(flavors),
        "compute.largest_vcpus": max((_number(one["vcpus"]) for one in flavors), default=0),
        "compute.largest_ram_mib": max((_number(one["ram"]) for one in flavors), default=0),
    }


def _compute_zones(compute: ServiceClient) -> Found:
    zones = compute.items("/os-availability-zone", "availabilityZoneInfo")
    return {"compute.availability_zones": sum(_is_available(one) for one in zones)}


def _compute_limits(compute: ServiceClient) -> Found:
    names = {
        "maxTotalInstances": "instances",
        "maxTotalCores": "cores",
        "maxTotalRAMSize": "ram_mib",
        "maxTotalKeypairs": "key_pairs",
        "maxServerMeta": "server_metadata",
        "maxServerGroups": "server_groups",
        "maxServerGroupMembers": "server_group_members",
    }
    return {"compute.limits": _limits(compute.document("/limits")["limits"]["absolute"], names)}


def _volume_types(volumes: ServiceClient) -> Found:
    return {"block-storage.types": len(volumes.items("/types", "volume_types"))}


def _volume_zones(volumes: ServiceClient) -> Found:
    zones = volumes.items("/os-availability-zone", "availabilityZoneInfo")
    return {"block-storage.availability_zones": sum(_is_available(one) for one in zones)}


def _volume_limits(volumes: ServiceClient) -> Found:
    names = {
        "maxTotalVolumes": "volumes",
        "maxTotalSnapshots": "snapshots",
        "maxTotalVolumeGigabytes": "gigabytes",
        "maxTotalBackups": "backups",
        "maxTotalBackupGigabytes": "backup_gigabytes",
    }
    absolute = volumes.document("/limits")["limits"]["absolute"]
    return {"block-storage.limits": _limits(absolute, names)}


def _image_formats(image: ServiceClient) -> Found:
    properties = image.document("/schemas/image")["properties"]
    return {
        "image.disk_formats": _enumerated(properties["disk_format"]),
        "image.container_formats": _enumerated(properties["container_format"]),
    }


def _enumerated(schema: Mapping[str, Any]) -> list[str]:
    return [_text(word) for word in schema["enum"] if word is not None]


def _import_methods(image: ServiceClient) -> Found:
    methods = image.document("/info/import")["import-methods"]["value"]
    return {"image.import_methods": [_text(word) for word in methods]}


def _object_capabilities(objects: ServiceClient) -> Found:
    return {"object-store.capabilities": list(objects.document(f"{objects.server_root()}/info"))}


def _providers(balancers: ServiceClient) -> Found:
    providers = balancers.items("/lbaas/providers", "providers")
    return {"load-balancer.providers": [_text(one["name"]) for one in providers]}


def _dns_limits(dns: ServiceClient) -> Found:
    names = {
        "max_zones": "zones",
        "max_zone_recordsets": "zone_recordsets",
        "max_zone_records": "zone_records",
        "max_recordset_records": "recordset_records",
        "max_zone_name_length": "zone_name_length",
        "max_recordset_name_length": "recordset_name_length",
        "max_page_limit": "page",
        "min_ttl": "minimum_ttl",
    }
    return {"dns.limits": _limits(dns.document("/limits"), names)}


def _secret_stores(keys: ServiceClient) -> Found:
    return {"key-manager.secret_stores": len(keys.items("/secret-stores", "secret_stores"))}


def _share_types(shares: ServiceClient) -> Found:
    return {"shared-file-system.share_types": len(shares.items("/types", "share_types"))}


def _limits(answer: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, int]:
    """The numbers of the answer under our names; a limit that is no number is not known."""
    return {
        ours: max(int(answer[theirs]), -1)
        for theirs, ours in names.items()
        if isinstance(answer.get(theirs), int) and not isinstance(answer[theirs], bool)
    }


def _is_available(zone: Mapping[str, Any]) -> bool:
    return zone["zoneState"]["available"] is True


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError("no number where the API has one")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no text where the API has one")
    return value


_SHARED = (
    "network.shared_networks",
    "network.shared_subnets",
    "network.shared_dhcp_subnets",
    "network.shared_ipv4_subnets",
    "network.shared_ipv6_subnets",
    "network.ipv6_address_modes",
    "network.ipv6_ra_modes",
)
_FLAVORS = ("compute.flavors", "compute.largest_vcpus", "compute.largest_ram_mib")
_FORMATS = ("image.disk_formats", "image.container_formats")

LOOKS: tuple[Look, ...] = (
    Look("network", "2", ("network.extensions",), _extensions),
    Look("network", "2", ("network.external_networks",), _external_networks),
    Look("network", "2", _SHARED, _shared_networks),
    Look("network", "2", ("network.availability_zones",), _network_zones),
    Look("network", "2", ("network.quota",), _network_quota),
    Look("compute", "2", _FLAVORS, _flavors),
    Look("compute", "2", ("compute.availability_zones",), _compute_zones),
    Look("compute", "2", ("compute.limits",), _compute_limits),
    Look("block-storage", "3", ("block-storage.types",), _volume_types),
    Look("block-storage", "3", ("block-storage.availability_zones",), _volume_zones),
    Look("block-storage", "3", ("block-storage.limits",), _volume_limits),
    Look("image", "2", _FORMATS, _image_formats),
    Look("image", "2", ("image.import_methods",), _import_methods),
    Look("object-store", "", ("object-store.capabilities",), _object_capabilities),
    Look("load-balancer", "2", ("load-balancer.providers",), _providers),
    Look("dns", "2", ("dns.limits",), _dns_limits),
    Look("key-manager", "1", ("key-manager.secret_stores",), _secret_stores),
    Look("shared-file-system", "2", ("shared-file-system.share_types",), _share_types),
)
