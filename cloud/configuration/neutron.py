"""Network: the API with ports that are bound at once, and no agents."""

from __future__ import annotations

from cloud.configuration.ini import Sections
from cloud.configuration.shared import Databases, basics, database, ending, login, token_check
from cloud.plan import Plan

EXTERNAL = "public"
_PLUGINS = (
    *("router", "tag", "timestamp", "revisions", "flavors", "auto_allocate"),
    *("network_ip_availability", "qos", "port_forwarding"),
)


def files(plan: Plan, databases: Databases) -> dict[str, Sections]:
    return {
        "neutron.conf": {
            "DEFAULT": {
                **basics(),
                "state_path": plan.state("neutron"),
                "api_paste_config": plan.settings("neutron") / "api-paste.ini",
                "auth_strategy": "keystone",
                "core_plugin": "ml2",
                "service_plugins": _PLUGINS,
                "global_physnet_mtu": 1500,
                "rpc_workers": 0,
                "dhcp_agent_notification": False,
                "allow_automatic_l3agent_failover": False,
                "notify_nova_on_port_status_changes": False,
                "notify_nova_on_port_data_changes": False,
            },
            "database": database(databases("neutron")),
            "ml2": {
                "type_drivers": ("flat", "vlan", "vxlan", "local"),
                "tenant_network_types": "vxlan",
                "mechanism_drivers": "small_ports",
                "extension_drivers": ("port_security", "qos"),
            },
            "ml2_type_flat": {"flat_networks": EXTERNAL},
            "ml2_type_vlan": {"network_vlan_ranges": f"{EXTERNAL}:100:200"},
            "ml2_type_vxlan": {"vni_ranges": "1:1000"},
            "nova": login(plan, "nova"),
            "placement": login(plan, "placement"),
            "keystone_authtoken": token_check(plan, "neutron"),
            **ending(plan),
        }
    }
