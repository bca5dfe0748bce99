"""What the fake network service keeps: kinds of resources with their first state, quotas."""

from __future__ import annotations

from typing import Any

from tests.fakes.shelved import Kind

QUOTA = {
    "network": 100,
    "subnet": 100,
    "subnetpool": -1,
    "port": 500,
    "router_route": 30,
    "router": 10,
    "floatingip": 50,
    "rbac_policy": 10,
    "security_group": 10,
    "security_group_rule": 100,
}
ALIASES = (
    "availability_zone",
    "dns-integration",
    "dvr",
    "external-net",
    "port-security",
    "provider",
    "quota_details",
    "quotas",
    "router",
    "security-group",
    "sorting",
    "pagination",
    "standard-attr-tag",
    "standard-attr-timestamp",
)
EXTENSIONS: list[dict[str, Any]] = [
    {"name": one, "alias": one, "description": one, "updated": "2026-04-01T00:00:00", "links": []}
    for one in ALIASES
]


def _tagged(more: dict[str, Any]) -> dict[str, Any]:
    """What all resources that can carry tags have."""
    return {**more, "description": "", "tags": [], "revision_number": 1}


_NETWORK = {
    "name": "",
    "admin_state_up": True,
    "mtu": 1450,
    "status": "ACTIVE",
    "subnets": [],
    "shared": False,
    "availability_zone_hints": [],
    "availability_zones": [],
    "ipv4_address_scope": None,
    "ipv6_address_scope": None,
    "router:external": False,
    "qinq": False,
    "vlan_transparent": False,
    "port_security_enabled": True,
    "qos_policy_id": None,
    "is_default": False,
}
_SUBNET = {
    "name": "",
    "network_id": "",
    "ip_version": 4,
    "subnetpool_id": None,
    "enable_dhcp": True,
    "ipv6_ra_mode": None,
    "ipv6_address_mode": None,
    "gateway_ip": None,
    "cidr": "",
    "allocation_pools": [],
    "host_routes": [],
    "dns_nameservers": [],
    "router:external": False,
    "service_types": [],
}
_PORT = {
    "name": "",
    "network_id": "",
    "mac_address": "",
    "admin_state_up": True,
    "status": "DOWN",
    "device_id": "",
    "device_owner": "",
    "fixed_ips": [],
    "allowed_address_pairs": [],
    "extra_dhcp_opts": [],
    "security_groups": [],
    "binding:vnic_type": "normal",
    "port_security_enabled": True,
    "qos_policy_id": None,
    "qos_network_policy_id": None,
}
_ROUTER = {
    "name": "",
    "admin_state_up": True,
    "status": "ACTIVE",
    "external_gateway_info": None,
    "availability_zones": [],
    "availability_zone_hints": [],
    "routes": [],
    "flavor_id": None,
}
_GROUP = {"name": "", "stateful": True, "shared": False, "security_group_rules": []}
_RULE = {
    "security_group_id": "",
    "ethertype": "IPv4",
    "direction": "ingress",
    "protocol": None,
    "port_range_min": None,
    "port_range_max": None,
    "remote_ip_prefix": None,
    "remote_address_group_id": None,
    "normalized_cidr": None,
    "remote_group_id": None,
    "belongs_to_default_sg": False,
    "description": "",
    "revision_number": 0,
}
_ADDRESS = {
    "floating_ip_address": "",
    "floating_network_id": "",
    "router_id": None,
    "port_id": None,
    "fixed_ip_address": None,
    "status": "DOWN",
    "qos_policy_id": None,
    "port_details": None,
    "port_forwardings": [],
}
KINDS = (
    Kind("/v2.0/networks", "networks", "network", _tagged(_NETWORK)),
    Kind("/v2.0/subnets", "subnets", "subnet", _tagged(_SUBNET)),
    Kind("/v2.0/subnetpools", "subnetpools", "subnetpool", _tagged({"name": ""})),
    Kind("/v2.0/ports", "ports", "port", _tagged(_PORT)),
    Kind("/v2.0/routers", "routers", "router", _tagged(_ROUTER)),
    Kind("/v2.0/security-groups", "security-groups", "security_group", _tagged(_GROUP)),
    Kind("/v2.0/security-group-rules", "security-group-rules", "security_group_rule", _RULE),
    Kind("/v2.0/floatingips", "floatingips", "floatingip", _tagged(_ADDRESS)),
)
BY_PLURAL = {kind.plural: kind for kind in KINDS}
