"""Images, kept as files."""

from __future__ import annotations

from cloud.configuration.ini import Sections
from cloud.configuration.shared import Databases, basics, database, ending, token_check
from cloud.plan import Plan

STORES = ("images", "staging", "tasks")


def files(plan: Plan, databases: Databases) -> dict[str, Sections]:
    images, staging, tasks = (plan.state("glance") / name for name in STORES)
    return {
        "glance-api.conf": {
            "DEFAULT": {
                **basics(),
                "enabled_backends": "shelf:file",
                "enabled_import_methods": "[glance-direct,web-download]",
            },
            "database": database(databases("glance")),
            "glance_store": {"default_backend": "shelf"},
            "shelf": {"filesystem_store_datadir": images},
            "os_glance_staging_store": {"filesystem_store_datadir": staging},
            "os_glance_tasks_store": {"filesystem_store_datadir": tasks},
            # Test images are a few bytes of text, whatever format they are declared to have.
            "image_format": {"require_image_format_match": False},
            "paste_deploy": {
                "flavor": "keystone",
                "config_file": plan.settings("glance") / "glance-api-paste.ini",
            },
            "keystone_authtoken": token_check(plan, "glance"),
            **ending(plan),
        }
    }
