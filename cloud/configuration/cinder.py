"""Block storage: volumes that exist, and hold nothing."""

from __future__ import annotations

from cloud.configuration.ini import Sections
from cloud.configuration.shared import Databases, basics, database, ending, login, token_check
from cloud.plan import Plan

VOLUME_TYPE = "fake"
VOLUME_HOST = "small"


def files(plan: Plan, databases: Databases) -> dict[str, Sections]:
    folder = plan.settings("cinder")
    return {
        "cinder.conf": {
            "DEFAULT": {
                **basics(),
                "host": VOLUME_HOST,
                "state_path": plan.state("cinder"),
                "api_paste_config": folder / "api-paste.ini",
                "resource_query_filters_file": folder / "resource_filters.json",
                "auth_strategy": "keystone",
                "enabled_backends": VOLUME_TYPE,
                "default_volume_type": VOLUME_TYPE,
                "scheduler_driver_init_wait_time": 1,
                "glance_api_servers": plan.url("glance"),
            },
            VOLUME_TYPE: {
                "volume_driver": "small_volumes.SmallVolumes",
                "volume_backend_name": VOLUME_TYPE,
            },
            "coordination": {"backend_url": f"file://{plan.state('cinder')}"},
            "database": database(databases("cinder")),
            "nova": login(plan, "nova"),
            "service_user": {**login(plan, "cinder"), "send_service_user_token": True},
            "keystone_authtoken": token_check(plan, "cinder"),
            **ending(plan),
        }
    }
