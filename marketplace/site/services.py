"""What OpenStack calls its services, and what people call them."""

from __future__ import annotations

SERVICES = {
    "nova": "Compute",
    "keystone": "Identity",
    "glance": "Image",
    "neutron": "Network",
    "cinder": "Block storage",
    "swift": "Object storage",
    "designate": "DNS",
    "heat": "Orchestration",
    "manila": "Shared file system",
    "octavia": "Load balancer",
    "barbican": "Key manager",
    "placement": "Placement",
}


def service_title(project: str) -> str:
    return SERVICES.get(project.lower(), project or "Other")


def service_order(project: str) -> tuple[int, str]:
    names = list(SERVICES)
    lowered = project.lower()
    return (names.index(lowered) if lowered in names else len(names), lowered)
