"""A cloud that has no room, or fails half way: `quota` and `half-fail`."""

from __future__ import annotations

from hallmark.recorder.asked import Asked, OwnAnswer
from hallmark.recorder.conditions.condition import Treatment
from hallmark.recorder.conditions.wording import refusal

_NOVA = "Quota exceeded for {0}: Requested 1, but already used 10 of 10 {0}"
_NOVA_SHORT = "Quota exceeded, too many {0}."
_CINDER = "{1}LimitExceeded: Maximum number of {0}s allowed (10) exceeded for quota '{0}s'."
_NEUTRON = "Quota exceeded for resources: ['{0}']."
_BARBICAN = "Quota reached for project. Only 10 {0} are allowed."
_OCTAVIA = "Quota has been met for resources: {0}"
_HEAT = "You have reached the maximum {0} per tenant, 10."

#: What each service answers when a kind of resource is used up: status, words, name of the quota.
_QUOTAS: dict[tuple[str, str], tuple[int, str, str]] = {
    ("compute", "/servers"): (403, _NOVA, "instances"),
    ("compute", "/os-keypairs"): (403, _NOVA_SHORT, "key pairs"),
    ("compute", "/os-server-groups"): (403, _NOVA_SHORT, "server groups"),
    ("block-storage", "/volumes"): (413, _CINDER, "volume"),
    ("block-storage", "/snapshots"): (413, _CINDER, "snapshot"),
    ("block-storage", "/backups"): (413, _CINDER, "backup"),
    ("shared-file-system", "/shares"): (413, _CINDER, "share"),
    ("network", "/networks"): (409, _NEUTRON, "network"),
    ("network", "/subnets"): (409, _NEUTRON, "subnet"),
    ("network", "/ports"): (409, _NEUTRON, "port"),
    ("network", "/routers"): (409, _NEUTRON, "router"),
    ("network", "/floatingips"): (409, _NEUTRON, "floatingip"),
    ("network", "/security-groups"): (409, _NEUTRON, "security_group"),
    ("network", "/security-group-rules"): (409, _NEUTRON, "security_group_rule"),
    ("image", "/images"): (413, "Quota exceeded: the limit of {0} is reached.", "images"),
    ("object-store", "/{id}/{id}/{id}"): (413, "Upload exceeds {0}.", "quota"),
    ("load-balancer", "/lbaas/loadbalancers"): (403, _OCTAVIA, "load balancer"),
    ("dns", "/zones"): (413, "Quota exceeded for {0}.", "zones"),
    ("key-manager", "/secrets"): (403, _BARBICAN, "secrets"),
    ("orchestration", "/stacks"): (403, _HEAT, "stacks"),
}


class Quota(Treatment):
    """The first kind of resource that is made and that a quota counts is used up: nothing of that
    kind is made in this run. The cloud sees none of these calls."""

    def __init__(self) -> None:
        self._used_up: tuple[str, str] | None = None

    def on_request(self, asked: Asked) -> OwnAnswer | None:
        kind = (asked.service, asked.place.path)
        if not asked.is_create or kind not in _QUOTAS or self._used_up not in (None, kind):
            return None
        self._used_up = kind
        status, words, name = _QUOTAS[kind]
        more = {"retry_after": "0"} if words is _CINDER else {}
        return refusal(asked.service, status, words.format(name, name.title()), **more)


class HalfFail(Treatment):
    """The first thing is made; the second fails with 500, and so does every further try at that
    kind. The cloud sees none of the failing calls."""

    def __init__(self) -> None:
        self._creates = 0
        self._broken: tuple[str, str, str] | None = None

    def on_request(self, asked: Asked) -> OwnAnswer | None:
        if not asked.is_create:
            return None
        self._creates += 1
        if self._creates == 2:
            self._broken = asked.operation
        if asked.operation != self._broken:
            return None
        return refusal(asked.service, 500, "Unexpected API Error: something broke on the way.")
