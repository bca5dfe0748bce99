"""Compute: servers without a hypervisor."""

from __future__ import annotations

from cloud.configuration.ini import Sections
from cloud.configuration.shared import Databases, basics, database, ending, login, token_check
from cloud.plan import HOST, REGION, Plan


def files(plan: Plan, databases: Databases) -> dict[str, Sections]:
    as_nova = login(plan, "nova")
    return {
        "nova.conf": {
            "DEFAULT": {
                **basics(),
                "host": "small",
                "my_ip": HOST,
                "state_path": plan.state("nova"),
                "instances_path": plan.state("nova") / "instances",
                "compute_driver": "small_compute.SmallCompute",
                "concurrency_backend": "threading",
                "allow_resize_to_same_host": True,
                "periodic_fuzzy_delay": 0,
                # No agent will ever report that a port is plugged.
                "vif_plugging_is_fatal": False,
                "vif_plugging_timeout": 0,
            },
            "api": {"auth_strategy": "keystone"},
            "wsgi": {"api_paste_config": plan.settings("nova") / "api-paste.ini"},
            "api_database": database(databases("nova_api")),
            "database": database(databases("nova")),
            "conductor": {"workers": 1},
            "scheduler": {"discover_hosts_in_cells_interval": 5},
            "filter_scheduler": {"track_instance_changes": False},
            "vnc": {"enabled": False},
            "glance": {"api_servers": plan.url("glance")},
            "neutron": as_nova,
            "placement": as_nova,
            "keystone": as_nova,
            "cinder": {**as_nova, "os_region_name": REGION},
            "service_user": {**as_nova, "send_service_user_token": True},
            "keystone_authtoken": token_check(plan, "nova"),
            **ending(plan),
        }
    }
