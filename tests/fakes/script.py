"""Calls that a fake and a real cloud must answer alike: status and shape, one table.

`{word}` in a path or body stands for a value kept from an earlier answer (`keep`). A step is sent
as `who`: admin, user (role member in a project of its own), or one of the bad tokens none, foreign.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.fakes.script_network import network, network_guards, network_ways, object_store
from tests.fakes.step import Step


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
    yield from network()
    yield from network_guards()
    yield from network_ways()
    yield from object_store()
    yield from _end()
