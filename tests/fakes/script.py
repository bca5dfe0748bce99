"""Calls that a fake and a real cloud must answer alike: status and shape, one table.

`{word}` in a path or body stands for a value kept from an earlier answer (`keep`). A step is sent
as `who`: admin, user (role member in a project of its own), or one of the bad tokens none, foreign.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """`until` repeats the call for some seconds until that field has that value (None = status)."""

    service: str
    method: str
    path: str
    status: int
    body: Any = None
    who: str = "user"
    keep: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    until: tuple[str, str] | None = None

    @property
    def title(self) -> str:
        return f"{self.service} {self.method} {self.path} as {self.who}: {self.status}"


def _identity() -> Iterator[Step]:
    def step(*args: Any, who: str = "admin", **more: Any) -> Step:
        return Step("identity", *args, who=who, **more)

    password = {
        "name": "{mark}-user",
        "domain": {"id": "default"},
        "password": "{password}",
    }
    yield step("GET", "", 200)
    yield step("GET", "/roles?name=member", 200, keep={"member": "roles.0.id"})
    yield step("GET", "/roles?name=reader", 200, keep={"reader": "roles.0.id"})
    yield step(
        "POST", "/projects", 201,
        {"project": {"name": "{mark}", "domain_id": "default", "description": "nonce"}},
        keep={"project": "project.id"},
    )  # fmt: skip
    yield step(
        "POST", "/users", 201,
        {"user": {"name": "{mark}-user", "domain_id": "default", "password": "{password}"}},
        keep={"user": "user.id"},
    )  # fmt: skip
    yield step(
        "POST", "/users", 409,
        {"user": {"name": "{mark}-user", "domain_id": "default", "password": "{password}"}},
    )  # fmt: skip
    yield step("PUT", "/projects/{project}/users/{user}/roles/{member}", 204)
    yield step("GET", "/projects/{project}/users/{user}/roles", 200)
    yield step("HEAD", "/projects/{project}/users/{user}/roles/{member}", 204)
    yield step("GET", "/role_assignments?user.id={user}&include_names=True", 200)
    yield step(
        "POST", "/auth/tokens", 201,
        {"auth": {
            "identity": {"methods": ["password"], "password": {"user": password}},
            "scope": {"project": {"id": "{project}"}},
        }},
        who="none", keep={"token:user": "X-Subject-Token"},
    )  # fmt: skip
    yield step(
        "POST", "/auth/tokens", 401,
        {"auth": {
            "identity": {
                "methods": ["password"],
                "password": {"user": {**password, "password": "wrong"}},
            },
        }},
        who="none",
    )  # fmt: skip
    yield step("POST", "/auth/tokens", 400, {"auth": {}}, who="none")
    yield step("GET", "/auth/tokens", 200, headers={"X-Subject-Token": "{token:user}"}, who="user")
    yield step("HEAD", "/auth/tokens", 200, headers={"X-Subject-Token": "{token:user}"})
    yield step("GET", "/auth/tokens", 404, headers={"X-Subject-Token": "forged"})
    yield step("GET", "/auth/catalog", 200, who="user")
    yield step("GET", "/auth/projects", 200, who="user")
    yield step("GET", "/users/{user}", 200, who="user")
    yield step("GET", "/projects/{project}", 200, who="user")
    yield step("GET", "/projects", 403, who="user")
    yield step("GET", "/users", 403, who="user")
    yield step("GET", "/projects?limit=1", 200)
    yield step("GET", "/projects", 401, who="none")
    yield step("GET", "/projects", 401, who="foreign")
    yield step("GET", "/projects/absent", 404)
    yield step("GET", "/users?name={mark}-user", 200)
    yield step("PATCH", "/projects/{project}", 200, {"project": {"description": "other"}})
    yield step("GET", "/domains", 200)
    yield step("GET", "/services?type=identity", 200)
    yield step("GET", "/endpoints", 200)
    yield step("GET", "/regions", 200)
    yield step("GET", "/roles", 200)
    yield step(
        "POST", "/users/{user}/application_credentials", 201,
        {"application_credential": {"name": "{mark}-cred"}},
        who="user",
        keep={
            "cred": "application_credential.id",
            "secret": "application_credential.secret",
        },
    )  # fmt: skip
    yield step("GET", "/users/{user}/application_credentials", 200, who="user")
    yield step("GET", "/users/{user}/application_credentials/{cred}", 200, who="user")
    by_cred = {"methods": ["application_credential"]}
    yield step(
        "POST", "/auth/tokens", 201,
        {"auth": {"identity": {
            **by_cred, "application_credential": {"id": "{cred}", "secret": "{secret}"},
        }}},
        who="none",
    )  # fmt: skip
    yield step(
        "POST", "/auth/tokens", 401,
        {"auth": {"identity": {
            **by_cred, "application_credential": {"id": "{cred}", "secret": "wrong"},
        }}},
        who="none",
    )  # fmt: skip


def _compute() -> Iterator[Step]:
    newest = {"OpenStack-API-Version": "compute 2.96"}

    def step(*args: Any, **more: Any) -> Step:
        return Step("compute", *args, **more)

    def made(name: str) -> dict[str, Any]:
        server = {"name": name, "flavorRef": "{flavor}", "imageRef": "{image}", "networks": "none"}
        return {"server": {**server, "metadata": {"mark": "{mark}"}}}

    yield step("GET", "/", 200)
    yield step("GET", "/limits", 200)
    yield step("GET", "/os-quota-sets/{project}", 200)
    yield step("GET", "/flavors", 200)
    yield step("GET", "/flavors/detail?sort_key=memory_mb", 200, keep={"flavor": "flavors.0.id"})
    yield step("GET", "/flavors/detail", 200, headers=newest)
    yield step("GET", "/flavors/{flavor}", 200)
    yield step("GET", "/flavors/absent", 404)
    yield step("GET", "/os-availability-zone", 200)
    yield step("GET", "/servers", 401, who="none")
    yield step("GET", "/servers", 406, headers={"OpenStack-API-Version": "compute 2.999"})
    yield step("GET", "/servers", 400, headers={"OpenStack-API-Version": "compute x"})
    yield step(
        "POST", "/os-keypairs", 201,
        {"keypair": {"name": "{mark}-key", "type": "ssh", "public_key": "{public_key}"}},
        headers={"OpenStack-API-Version": "compute 2.92"},
    )  # fmt: skip
    yield step("GET", "/os-keypairs", 200)
    yield step("GET", "/os-keypairs/{mark}-key", 200)
    yield step("DELETE", "/os-keypairs/{mark}-key", 202)
    yield step("GET", "/os-keypairs/{mark}-key", 404)
    yield step(
        "POST", "/os-server-groups", 200,
        {"server_group": {"name": "{mark}-group", "policies": ["anti-affinity"]}},
        keep={"group": "server_group.id"},
    )  # fmt: skip
    yield step("GET", "/os-server-groups", 200)
    yield step("GET", "/os-server-groups/{group}", 200)
    yield step("DELETE", "/os-server-groups/{group}", 204)
    yield step("POST", "/servers", 400, {"server": {"flavorRef": "{flavor}"}})
    for number in (1, 2, 3):
        yield step(
            "POST", "/servers", 202, made(f"{{mark}}-{number}"),
            headers=newest, keep={f"server{number}": "server.id"},
        )  # fmt: skip
    for number in (1, 2, 3):
        yield step("GET", f"/servers/{{server{number}}}", 200, until=("server.status", "ACTIVE"))
    yield step("GET", "/servers/{server1}", 200, headers=newest)
    yield step("GET", "/servers?limit=2", 200, keep={"marker": "servers.-1.id"})
    yield step("GET", "/servers?limit=2&marker={marker}", 200)
    yield step("GET", "/servers?marker=absent", 400)
    yield step("GET", "/servers/detail", 200)
    yield step("GET", "/servers/detail?limit=1", 200, headers=newest)
    yield step("GET", "/servers/detail?all_tenants=True", 403)
    yield step("GET", "/servers?name={mark}-2", 200)
    yield step("GET", "/servers/absent", 404)
    yield step("GET", "/servers/{server1}/metadata", 200)
    yield step("POST", "/servers/{server1}/metadata", 200, {"metadata": {"more": "word"}})
    yield step("DELETE", "/servers/{server1}/metadata/more", 204)
    yield step("GET", "/servers/{server1}/os-volume_attachments", 200)
    yield step("GET", "/servers/{server1}/os-interface", 200)
    yield step("PUT", "/servers/{server1}", 200, {"server": {"name": "{mark}-renamed"}})
    yield step("POST", "/servers/{server1}/action", 202, {"os-stop": None})
    yield step("GET", "/servers/{server1}", 200, until=("server.status", "SHUTOFF"))
    yield step("POST", "/servers/{server1}/action", 409, {"os-stop": None})
    yield step("POST", "/servers/{server1}/action", 202, {"os-start": None})
    yield step("GET", "/servers/{server1}", 200, until=("server.status", "ACTIVE"))
    yield step("POST", "/servers/{server1}/action", 400, {"os-absent": None})
    yield step("GET", "/servers/{server1}/os-instance-actions", 200)


def _attachment() -> Iterator[Step]:
    yield Step(
        "compute", "POST", "/servers/{server1}/os-volume_attachments", 200,
        {"volumeAttachment": {"volumeId": "{volume1}"}},
    )  # fmt: skip
    yield Step("block-storage", "GET", "/volumes/{volume1}", 200, until=("volume.status", "in-use"))
    yield Step("compute", "GET", "/servers/{server1}/os-volume_attachments/{volume1}", 200)
    yield Step("block-storage", "DELETE", "/volumes/{volume1}", 400)
    yield Step("compute", "DELETE", "/servers/{server1}/os-volume_attachments/{volume1}", 202)
    yield Step(
        "block-storage", "GET", "/volumes/{volume1}", 200, until=("volume.status", "available")
    )
    for number in (1, 2, 3):
        yield Step("compute", "DELETE", f"/servers/{{server{number}}}", 204)
    for number in (1, 2, 3):
        yield Step("compute", "GET", f"/servers/{{server{number}}}", 404, until=("", ""))
    yield Step("compute", "DELETE", "/servers/{server1}", 404)


def _block_storage() -> Iterator[Step]:
    newest = {"OpenStack-API-Version": "volume 3.70"}

    def step(*args: Any, **more: Any) -> Step:
        return Step("block-storage", *args, **more)

    yield step("GET", "/", 200)
    yield step("GET", "/limits", 200)
    yield step("GET", "/os-quota-sets/{project}", 200)
    yield step("GET", "/os-quota-sets/{project}?usage=True", 200)
    yield step("GET", "/types", 200)
    yield step("GET", "/os-availability-zone", 200)
    yield step("GET", "/volumes", 401, who="none")
    yield step("GET", "/volumes", 406, headers={"OpenStack-API-Version": "volume 3.999"})
    yield step("POST", "/volumes", 400, {"volume": {"size": "much"}})
    for number in (1, 2, 3):
        volume = {"size": 1, "name": f"{{mark}}-{number}", "metadata": {"mark": "{mark}"}}
        yield step(
            "POST", "/volumes", 202, {"volume": volume}, keep={f"volume{number}": "volume.id"}
        )
    for number in (1, 2, 3):
        yield step("GET", f"/volumes/{{volume{number}}}", 200, until=("volume.status", "available"))
    yield step("GET", "/volumes/{volume1}", 200, headers=newest)
    yield step("GET", "/volumes?limit=2", 200, keep={"marker": "volumes.-1.id"})
    yield step("GET", "/volumes?limit=2&marker={marker}", 200)
    yield step("GET", "/volumes/detail", 200)
    yield step("GET", "/volumes/absent", 404)
    yield step("PUT", "/volumes/{volume1}", 200, {"volume": {"name": "{mark}-renamed"}})
    yield step("POST", "/volumes/{volume1}/action", 202, {"os-extend": {"new_size": 2}})
    yield step("GET", "/volumes/{volume1}", 200, until=("volume.status", "available"))
    yield step("POST", "/volumes/{volume1}/action", 400, {"os-extend": {"new_size": 1}})
    yield step("POST", "/snapshots", 404, {"snapshot": {"volume_id": "{project}"}})
    yield step(
        "POST", "/snapshots", 202,
        {"snapshot": {"volume_id": "{volume1}", "name": "{mark}", "metadata": {"mark": "x"}}},
        keep={"snapshot": "snapshot.id"},
    )  # fmt: skip
    yield step("GET", "/snapshots/{snapshot}", 200, until=("snapshot.status", "available"))
    yield step("GET", "/snapshots", 200)
    yield step("GET", "/snapshots/detail", 200)
    yield step("DELETE", "/volumes/{volume1}", 400)
    yield step(
        "POST", "/volumes", 202,
        {"volume": {"snapshot_id": "{snapshot}", "name": "{mark}-back"}},
        keep={"volume4": "volume.id"},
    )  # fmt: skip
    yield step("GET", "/volumes/{volume4}", 200, until=("volume.status", "available"))
    yield step("DELETE", "/snapshots/{snapshot}", 202)
    yield step("GET", "/snapshots/{snapshot}", 404, until=("", ""))


def _volumes_gone() -> Iterator[Step]:
    for number in (1, 2, 3, 4):
        yield Step("block-storage", "DELETE", f"/volumes/{{volume{number}}}", 202)
    for number in (1, 2, 3, 4):
        yield Step("block-storage", "GET", f"/volumes/{{volume{number}}}", 404, until=("", ""))


def _image() -> Iterator[Step]:
    def step(*args: Any, **more: Any) -> Step:
        return Step("image", *args, **more)

    made = {"disk_format": "raw", "container_format": "bare", "visibility": "private"}
    yield step("GET", "/", 300)
    yield step("GET", "/v2/schemas/image", 200)
    yield step("GET", "/v2/info/import", 200)
    yield step("GET", "/v2/images", 401, who="none")
    for number in (1, 2, 3):
        yield step(
            "POST", "/v2/images", 201,
            {"name": f"{{mark}}-{number}", "mark": "{mark}", "tags": ["{mark}"], **made},
            keep={f"image{number}": "id"},
        )  # fmt: skip
    yield step("POST", "/v2/images", 400, {"name": "x", "disk_format": "absent"})
    yield step(
        "PUT", "/v2/images/{image1}/file", 204, b"some data of an image",
        headers={"Content-Type": "application/octet-stream"}, keep={},
    )  # fmt: skip
    yield step("GET", "/v2/images/{image1}", 200, keep={"image": "id"})
    yield step("GET", "/v2/images/{image1}/file", 200)
    yield step("GET", "/v2/images/{image2}/file", 204)
    yield step("GET", "/v2/images?limit=2&visibility=private", 200, keep={"next": "next"})
    yield step("GET", "{next}", 200)
    yield step("GET", "/v2/images?name={mark}-2", 200)
    yield step("GET", "/v2/images?marker=absent", 400)
    yield step("GET", "/v2/images/absent", 404)
    yield step(
        "PATCH", "/v2/images/{image2}", 200,
        [{"op": "replace", "path": "/name", "value": "{mark}-renamed"}],
        headers={"Content-Type": "application/openstack-images-v2.1-json-patch"},
    )  # fmt: skip
    yield step("PUT", "/v2/images/{image2}/tags/word", 204)
    yield step("DELETE", "/v2/images/{image2}/tags/word", 204)


def _images_gone() -> Iterator[Step]:
    for number in (1, 2, 3):
        yield Step("image", "DELETE", f"/v2/images/{{image{number}}}", 204)
    yield Step("image", "DELETE", "/v2/images/{image1}", 404)


def _network() -> Iterator[Step]:
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


def _network_guards() -> Iterator[Step]:
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


def _network_ways() -> Iterator[Step]:
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


def _object_store() -> Iterator[Step]:
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


def _end() -> Iterator[Step]:
    def step(*args: Any, who: str = "admin", **more: Any) -> Step:
        return Step("identity", *args, who=who, **more)

    yield step("DELETE", "/users/{user}/application_credentials/{cred}", 204, who="user")
    yield step(
        "POST", "/users/{user}/password", 204,
        {"user": {"password": "{password}x", "original_password": "{password}"}},
        who="user",
    )  # fmt: skip
    yield step("DELETE", "/projects/{project}/users/{user}/roles/{member}", 204)
    yield step("DELETE", "/users/{user}", 204)
    yield step("DELETE", "/projects/{project}", 204)
    yield step("DELETE", "/projects/{project}", 404)


def steps() -> Iterator[Step]:
    yield from _identity()
    yield from _image()
    yield from _compute()
    yield from _block_storage()
    yield from _attachment()
    yield from _volumes_gone()
    yield from _images_gone()
    yield from _network()
    yield from _network_guards()
    yield from _network_ways()
    yield from _object_store()
    yield from _end()
