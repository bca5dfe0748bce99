"""The part of the script that asks networks and the object store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.fakes.step import Step


def network() -> Iterator[Step]:
    def step(*args: Any, **more: Any) -> Step:
        return Step("network", *args, **more)

    yield step("GET", "/", 200)
    yield step("GET", "/v2.0/", 200)
    yield step("GET", "/v2.0/extensions", 200)
    yield step("GET", "/v2.0/quotas/{project}", 200)
    yield step("GET", "/v2.0/quotas/{project}/details.json", 200)
    yield step("GET", "/v2.0/networks", 401, who="none")
    yield step("GET", "/v2.0/networks?router:external=True", 200, keep={"outside": "networks.0.id"})
    for number in (1, 2, 3):
        yield step(
            "POST", "/v2.0/networks", 201, {"network": {"name": f"{{mark}}-{number}"}},
            keep={f"network{number}": "network.id"},
        )  # fmt: skip
    yield step("GET", "/v2.0/networks/{network1}", 200)
    yield step("GET", "/v2.0/networks?limit=2&sort_key=id&sort_dir=asc&name={mark}-1", 200)
    yield step("GET", "/v2.0/networks?limit=2&sort_key=id&sort_dir=asc", 200)
    yield step("GET", "/v2.0/networks/absent", 404)
    yield step("POST", "/v2.0/networks", 400, {"network": {"absent": 1}})
    yield step("PUT", "/v2.0/networks/{network1}", 200, {"network": {"name": "{mark}-renamed"}})
    yield step("PUT", "/v2.0/networks/{network1}/tags", 200, {"tags": ["{mark}", "word"]})
    yield step("GET", "/v2.0/networks/{network1}/tags", 200)
    yield step("GET", "/v2.0/networks?tags={mark}", 200)
    yield step(
        "POST", "/v2.0/subnets", 201,
        {"subnet": {"network_id": "{network1}", "ip_version": 4, "cidr": "10.7.0.0/24"}},
        keep={"subnet": "subnet.id"},
    )  # fmt: skip
    yield step("GET", "/v2.0/subnets/{subnet}", 200)
    yield step("GET", "/v2.0/subnets?network_id={network1}", 200)
    yield step(
        "POST", "/v2.0/subnets", 400,
        {"subnet": {"network_id": "{network1}", "ip_version": 4, "cidr": "10.7.0.0/24"}},
    )  # fmt: skip
    yield step(
        "POST", "/v2.0/ports", 201, {"port": {"network_id": "{network1}", "name": "{mark}"}},
        keep={"port": "port.id"},
    )  # fmt: skip
    yield step("GET", "/v2.0/ports/{port}", 200)
    yield step("GET", "/v2.0/ports?network_id={network1}", 200)
    yield step("DELETE", "/v2.0/networks/{network1}", 409)


def network_guards() -> Iterator[Step]:
    def step(*args: Any, **more: Any) -> Step:
        return Step("network", *args, **more)

    yield step(
        "POST", "/v2.0/security-groups", 201,
        {"security_group": {"name": "{mark}", "description": "some"}},
        keep={"secgroup": "security_group.id"},
    )  # fmt: skip
    yield step("GET", "/v2.0/security-groups/{secgroup}", 200)
    yield step("GET", "/v2.0/security-groups", 200)
    rule = {"security_group_id": "{secgroup}", "direction": "ingress", "protocol": "tcp"}
    rule |= {"port_range_min": 443, "port_range_max": 443, "remote_ip_prefix": "0.0.0.0/0"}
    yield step(
        "POST", "/v2.0/security-group-rules", 201, {"security_group_rule": rule},
        keep={"rule": "security_group_rule.id"},
    )  # fmt: skip
    yield step("POST", "/v2.0/security-group-rules", 409, {"security_group_rule": rule})
    yield step("GET", "/v2.0/security-group-rules?security_group_id={secgroup}", 200)
    yield step("DELETE", "/v2.0/security-group-rules/{rule}", 204)
    yield step("DELETE", "/v2.0/security-groups/{secgroup}", 204)


def network_ways() -> Iterator[Step]:
    def step(*args: Any, **more: Any) -> Step:
        return Step("network", *args, **more)

    gateway = {"network_id": "{outside}"}
    yield step(
        "POST", "/v2.0/routers", 201,
        {"router": {"name": "{mark}", "external_gateway_info": gateway}},
        keep={"router": "router.id"},
    )  # fmt: skip
    yield step("GET", "/v2.0/routers/{router}", 200)
    yield step("GET", "/v2.0/routers", 200)
    interface = {"subnet_id": "{subnet}"}
    yield step("PUT", "/v2.0/routers/{router}/add_router_interface", 200, interface)
    yield step(
        "POST", "/v2.0/floatingips", 201,
        {"floatingip": {"floating_network_id": "{outside}", "port_id": "{port}"}},
        keep={"floating": "floatingip.id"},
    )  # fmt: skip
    yield step("GET", "/v2.0/floatingips/{floating}", 200)
    yield step("GET", "/v2.0/floatingips", 200)
    yield step("PUT", "/v2.0/floatingips/{floating}", 200, {"floatingip": {"port_id": None}})
    yield step("DELETE", "/v2.0/floatingips/{floating}", 204)
    yield step("DELETE", "/v2.0/routers/{router}", 409)
    yield step("PUT", "/v2.0/routers/{router}/remove_router_interface", 200, interface)
    yield step("DELETE", "/v2.0/routers/{router}", 204)
    yield step("DELETE", "/v2.0/ports/{port}", 204)
    yield step("DELETE", "/v2.0/subnets/{subnet}", 204)
    for number in (1, 2, 3):
        yield step("DELETE", f"/v2.0/networks/{{network{number}}}", 204)
    yield step("DELETE", "/v2.0/networks/{network1}", 404)
    yield step("GET", "/v2.0/agents", 200)
    yield step("GET", "/v2.0/availability_zones", 200)


def object_store() -> Iterator[Step]:
    def step(*args: Any, **more: Any) -> Step:
        return Step("object-store", *args, **more)

    yield step("GET", "//info", 200, who="none")
    yield step("GET", "", 401, who="none")
    yield step("GET", "", 204, headers={"Accept": "text/plain"})
    yield step("HEAD", "", 200)
    yield step("GET", "/{mark}", 404)
    yield step("PUT", "/{mark}", 201, headers={"X-Container-Meta-Mark": "{mark}"})
    yield step("PUT", "/{mark}", 202)
    for name in ("a", "b", "deep/c"):
        yield step("PUT", f"/{{mark}}/{name}", 201, b"content", headers={"X-Object-Meta-Mark": "x"})
    yield step("GET", "/{mark}/a", 200)
    yield step("GET", "/{mark}/a", 206, headers={"Range": "bytes=0-2"})
    yield step("HEAD", "/{mark}/a", 200)
    yield step("GET", "/{mark}/absent", 404)
    yield step("HEAD", "/{mark}/absent", 404)
    yield step("GET", "/{mark}?format=json", 200)
    yield step("GET", "/{mark}?format=json&limit=2", 200)
    yield step("GET", "/{mark}?format=json&limit=2&marker=b", 200)
    yield step("GET", "/{mark}?format=json&prefix=deep/&delimiter=/", 200)
    yield step("GET", "/{mark}", 200)
    yield step("HEAD", "/{mark}", 204)
    yield step("GET", "?format=json", 200)
    yield step("POST", "/{mark}/a", 202, headers={"X-Object-Meta-Mark": "y"})
    yield step("POST", "/{mark}", 204, headers={"X-Container-Meta-Mark": "y"})
    yield step("PUT", "/{mark}/copy", 201, headers={"X-Copy-From": "/{mark}/a"})
    yield step("DELETE", "/{mark}", 409)
    for name in ("a", "b", "deep/c", "copy"):
        yield step("DELETE", f"/{{mark}}/{name}", 204)
    yield step("DELETE", "/{mark}/a", 404)
    yield step("DELETE", "/{mark}", 204)
    yield step("PUT", "/absent-container/a", 404, b"x")
