"""Object store: proxy, account, container and object server, one device, one copy."""

from __future__ import annotations

import getpass
import secrets

from cloud.configuration.ini import Sections
from cloud.configuration.shared import Databases, Section, login
from cloud.plan import HOST, Plan

DEVICE = "disk"
BACK_ENDS = ("account", "container", "object")
#: Name in the pipeline to the name of Swift's own filter, in the order of a request.
_OUTER = {"catch_errors": "catch_errors", "gatekeeper": "gatekeeper", "healthcheck": "healthcheck"}
_BEFORE_LOGIN = {
    "listing_formats": "listing_formats",
    "bulk": "bulk",
    "tempurl": "tempurl",
    "formpost": "formpost",
}
_AFTER_LOGIN = {
    "staticweb": "staticweb",
    "copy": "copy",
    "container-quotas": "container_quotas",
    "account-quotas": "account_quotas",
    "slo": "slo",
    "dlo": "dlo",
    "versioned_writes": "versioned_writes",
    "symlink": "symlink",
}


def files(plan: Plan, _databases: Databases) -> dict[str, Sections]:
    ring = {
        "swift-hash": {"swift_hash_path_suffix": secrets.token_hex(8)},
        "storage-policy:0": {"name": "one", "default": "yes"},
    }
    back_ends = {f"{name}-server.conf": _back_end(plan, name) for name in BACK_ENDS}
    return {"swift.conf": ring, "proxy-server.conf": _proxy(plan), **back_ends}


def _server(plan: Plan, listener: str) -> Section:
    return {
        "bind_ip": HOST,
        "bind_port": plan.ports[listener],
        "workers": 0,  # serve in the process that was started, not in children of it
        "user": getpass.getuser(),
        "swift_dir": plan.settings("swift"),
        "log_level": "WARNING",
    }


def _back_end(plan: Plan, name: str) -> Sections:
    app: Section = {"use": f"egg:swift#{name}"}
    if name == "object":
        app |= {"fallocate_reserve": 0, "disable_fallocate": "yes"}
    storage: Section = {"devices": plan.state("swift"), "mount_check": "false"}
    return {
        "DEFAULT": _server(plan, name) | storage,
        "pipeline:main": {"pipeline": f"{name}-server"},
        f"app:{name}-server": app,
    }


def _proxy(plan: Plan) -> Sections:
    pipeline = ["record", *_OUTER, *_BEFORE_LOGIN, "authtoken", "keystoneauth", *_AFTER_LOGIN]
    own = _OUTER | _BEFORE_LOGIN | _AFTER_LOGIN
    sections: dict[str, Section] = {
        "DEFAULT": _server(plan, "swift") | {"expose_info": "true"},
        "pipeline:main": {"pipeline": " ".join([*pipeline, "proxy-server"])},
        "app:proxy-server": {"use": "egg:swift#proxy", "account_autocreate": "true"},
        "filter:record": {
            "paste.filter_factory": "small_record:filter_factory",
            "record_service": "swift",
            "record_file": plan.log("swift.access.jsonl"),
        },
        "filter:authtoken": _token_check(plan),
        "filter:keystoneauth": {
            "use": "egg:swift#keystoneauth",
            "operator_roles": "admin, member",
            "reseller_admin_role": "ResellerAdmin",
        },
    }
    for name, filter_name in own.items():
        sections[f"filter:{name}"] = {"use": f"egg:swift#{filter_name}"}
    sections["filter:versioned_writes"] |= {
        "allow_versioned_writes": "true",
        "allow_object_versioning": "true",
    }
    return sections


def _token_check(plan: Plan) -> Section:
    return {
        "paste.filter_factory": "keystonemiddleware.auth_token:filter_factory",
        "www_authenticate_uri": plan.url("keystone"),
        **login(plan, "swift"),
        # Public containers and signed URLs need no token: keystoneauth decides.
        "delay_auth_decision": "true",
        "include_service_catalog": "false",
    }
