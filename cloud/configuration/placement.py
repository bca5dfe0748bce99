"""Placement: what capacity there is, which nova asks."""

from __future__ import annotations

from cloud.configuration.ini import Sections
from cloud.configuration.shared import Databases, basics, database, ending, token_check
from cloud.plan import Plan


def files(plan: Plan, databases: Databases) -> dict[str, Sections]:
    return {
        "placement.conf": {
            "DEFAULT": basics(),
            "api": {"auth_strategy": "keystone"},
            "placement_database": database(databases("placement")),
            "keystone_authtoken": token_check(plan, "placement"),
            **ending(plan),
        }
    }
