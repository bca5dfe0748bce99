"""The API calls of an invented product: by capability what it does undisturbed, and its answers to
each disturbance. `#` in a path stands for an id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One call: `status` is the cloud's answer; `action` the key of an action's body."""

    service: str
    method: str
    path: str
    status: int = 200
    action: str = ""


def _life(service: str, made: str, gone: str, status: int = 201) -> tuple[Line, ...]:
    """Made, looked at, taken down."""
    return (
        Line(service, "POST", made, status),
        Line(service, "GET", gone),
        Line(service, "DELETE", gone, 204),
    )


_SERVER = (
    Line("compute", "POST", "/servers", 202),
    Line("compute", "GET", "/servers/#"),
    Line("compute", "POST", "/servers/#/action", 202, "os-stop"),
    Line("compute", "DELETE", "/servers/#", 204),
)
_VOLUME = (
    Line("block-storage", "POST", "/volumes", 202),
    Line("block-storage", "GET", "/volumes/#"),
    Line("block-storage", "POST", "/volumes/#/action", 202, "os-extend"),
    Line("block-storage", "DELETE", "/volumes/#", 202),
)
_OBJECT = (
    Line("object-store", "PUT", "/AUTH_#/backups", 201),
    Line("object-store", "PUT", "/AUTH_#/backups/part-1", 201),
    Line("object-store", "GET", "/AUTH_#/backups/part-1"),
    Line("object-store", "DELETE", "/AUTH_#/backups/part-1", 204),
    Line("object-store", "DELETE", "/AUTH_#/backups", 204),
)

#: What a product that has a capability is seen doing in the plain run.
UNDISTURBED: Mapping[str, tuple[Line, ...]] = {
    "identity.end_user_token": (Line("identity", "GET", "/auth/tokens"),),
    "quota.preflight": (Line("compute", "GET", "/limits"),),
    "compute.lifecycle": _SERVER,
    "compute.placement": _life("compute", "/os-server-groups", "/os-server-groups/#", 200),
    "network.neutron_only": (
        Line("network", "GET", "/networks"),
        Line("network", "GET", "/subnets"),
    ),
    "network.security_groups": (
        Line("network", "POST", "/security-groups", 201),
        Line("network", "POST", "/security-group-rules", 201),
        Line("network", "DELETE", "/security-groups/#", 204),
    ),
    "block.volumes": _VOLUME,
    "block.snapshots": _life("block-storage", "/snapshots", "/snapshots/#", 202),
    "object.store": _OBJECT,
    "shared.manila": _life("shared-file-system", "/shares", "/shares/#", 200),
    "image.upload": (
        Line("image", "POST", "/images", 201),
        Line("image", "PUT", "/images/#/file", 204),
        Line("image", "DELETE", "/images/#", 204),
    ),
    "lb.octavia": _life("load-balancer", "/lbaas/loadbalancers", "/lbaas/loadbalancers/#", 201),
    "dns.designate": (
        Line("dns", "POST", "/zones", 202),
        Line("dns", "POST", "/zones/#/recordsets", 202),
        Line("dns", "DELETE", "/zones/#/recordsets/#", 202),
        Line("dns", "DELETE", "/zones/#", 202),
    ),
    "orch.heat": (
        Line("orchestration", "POST", "/stacks", 201),
        Line("orchestration", "DELETE", "/stacks/#/#", 204),
    ),
    "secrets.barbican": _life("key-manager", "/secrets", "/secrets/#"),
    "telemetry.consume": (Line("metric", "GET", "/metric/#/measures"),),
    "telemetry.publish": (Line("metric", "POST", "/batch/metrics/measures", 202),),
    "telemetry.alarms": _life("alarm", "/alarms", "/alarms/#"),
}

#: With a floating IP in one run, without any in the other.
FLOATING = _life("network", "/floatingips", "/floatingips/#")
PORT = _life("network", "/ports", "/ports/#")
