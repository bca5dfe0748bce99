"""What OpenStack calls its services, and what people call them."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

SERVICES = {
    "nova": gettext_noop("Compute"),
    "keystone": gettext_noop("Identity"),
    "glance": gettext_noop("Image"),
    "neutron": gettext_noop("Network"),
    "cinder": gettext_noop("Block storage"),
    "swift": gettext_noop("Object storage"),
    "designate": gettext_noop("DNS"),
    "heat": gettext_noop("Orchestration"),
    "manila": gettext_noop("Shared file system"),
    "octavia": gettext_noop("Load balancer"),
    "barbican": gettext_noop("Key manager"),
    "placement": gettext_noop("Placement"),
}


def service_title(project: str) -> str:
    known = SERVICES.get(project.lower())
    return gettext(known) if known else project or gettext("Other")


def service_order(project: str) -> tuple[int, str]:
    names = list(SERVICES)
    lowered = project.lower()
    return (names.index(lowered) if lowered in names else len(names), lowered)
