"""Register the services at identity: `small_catalog.py TYPE=NAME=URL...`.

Makes the project and users of the services, the project and user `demo`, and the catalogue. The
passwords come in SERVICE_PASSWORD and DEMO_PASSWORD: command lines can be read by everybody.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import openstack

DOMAIN = "default"
REGION = "RegionOne"


def main(assignments: list[str]) -> None:
    identity: Any = openstack.connect(cloud="mini-admin").identity
    roles = {role.name: role for role in identity.roles()}
    for name in {"service", "ResellerAdmin"} - roles.keys():
        roles[name] = identity.create_role(name=name)
    services = identity.create_project(name="service", domain_id=DOMAIN)
    for assignment in assignments:
        kind, name, url = assignment.split("=", 2)
        user = _user(identity, name, os.environ["SERVICE_PASSWORD"])
        for role in ("admin", "service"):
            identity.assign_project_role_to_user(services, user, roles[role])
        service = identity.create_service(name=name, type=kind)
        identity.create_endpoint(
            service_id=service.id, interface="public", region_id=REGION, url=url
        )
    demo = identity.create_project(name="demo", domain_id=DOMAIN)
    user = _user(identity, "demo", os.environ["DEMO_PASSWORD"])
    identity.assign_project_role_to_user(demo, user, roles["member"])
    admin = identity.find_user("admin", domain_id=DOMAIN)
    identity.assign_project_role_to_user(demo, admin, roles["admin"])


def _user(identity: Any, name: str, password: str) -> Any:
    return identity.create_user(name=name, password=password, domain_id=DOMAIN)


if __name__ == "__main__":
    main(sys.argv[1:])
