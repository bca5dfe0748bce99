"""Load balancers: a thin version, enough for an entry point with a health monitor."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.fakes.service import Call, route
from tests.fakes.shelved import Kind, Shelved
from tests.fakes.wire import Answer, Request

_BUSY = {"provisioning_status": "PENDING_CREATE", "operating_status": "OFFLINE", "tags": []}
_DONE = {"provisioning_status": "ACTIVE", "operating_status": "ONLINE"}
_LBAAS = "/v2/lbaas"


def _kind(plural: str, singular: str, **more: Any) -> Kind:
    start = {"name": "", "description": "", "admin_state_up": True, **_BUSY, **more}
    return Kind(f"{_LBAAS}/{plural}", plural, singular, start, _DONE)


class Octavia(Shelved):
    type = "load-balancer"
    name = "octavia"
    kinds = (
        _kind("loadbalancers", "loadbalancer", vip_address="10.0.0.9", listeners=[], pools=[]),
        _kind("listeners", "listener", loadbalancers=[], default_pool_id=None),
        _kind("pools", "pool", listeners=[], members=[], healthmonitor_id=None),
        _kind("healthmonitors", "healthmonitor", pools=[]),
    )

    def handle(self, request: Request) -> Answer:
        """`/v2` and `/v2.0` are the same, as with the real service; openstacksdk takes that."""
        return super().handle(replace(request, path=request.path.replace("/v2.0/", "/v2/", 1)))

    @route("GET", "/", open=True)
    def versions(self, call: Call) -> Any:
        links = [{"rel": "self", "href": f"{self.origin}/v2"}]
        return {"versions": [{"id": "v2.27", "status": "CURRENT", "links": links}]}

    @route("GET", f"{_LBAAS}/providers")
    def providers(self, call: Call) -> Any:
        return {"providers": [{"name": "fake", "description": "a fake"}]}
