"""What the settings of several services have in common."""

from __future__ import annotations

from collections.abc import Callable

from cloud.plan import REGION, Plan

#: Name of a database to the URL under which SQLAlchemy finds it.
Databases = Callable[[str], str]
Section = dict[str, object]

#: Messages between the parts of a service stay in its process: there is no broker.
MESSAGE_BUS = "fake://"


def basics() -> Section:
    return {"transport_url": MESSAGE_BUS, "use_stderr": True, "log_dir": "", "debug": False}


def database(url: str) -> Section:
    """Ten services and connections each stay below what the private PostgreSQL takes."""
    return {"connection": url, "max_pool_size": 3, "max_overflow": 6}


def login(plan: Plan, user: str) -> Section:
    """How `user`, one of the services, signs in at identity."""
    return {
        "auth_type": "password",
        "auth_url": plan.identity_url,
        "username": user,
        "password": plan.service_password,
        "project_name": "service",
        "user_domain_id": "default",
        "project_domain_id": "default",
        "region_name": REGION,
        "valid_interfaces": "public",
    }


def token_check(plan: Plan, user: str) -> Section:
    """How the service `user` has the tokens of its callers looked at."""
    return {
        **login(plan, user),
        "www_authenticate_uri": plan.url("keystone"),
        "service_token_roles": "service",
        "service_token_roles_required": True,
    }


def ending(plan: Plan) -> dict[str, Section]:
    """Sections that every service with Oslo libraries wants."""
    return {
        "oslo_concurrency": {"lock_path": plan.folder / "data" / "locks"},
        "oslo_messaging_notifications": {"driver": "noop"},
    }
