"""How the fake compute service writes servers and flavors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.service import Call, Record, now

if TYPE_CHECKING:
    from tests.fakes.nova_around import Around

FLAVORS = (
    {"id": "42", "name": "m1.nano", "ram": 192, "vcpus": 1, "disk": 1},
    {"id": "84", "name": "m1.micro", "ram": 256, "vcpus": 1, "disk": 1},
)


def links(nova: Around, path: str) -> list[dict[str, str]]:
    return [
        {"rel": "self", "href": f"{nova.origin}/v2.1/{path}"},
        {"rel": "bookmark", "href": f"{nova.origin}/{path}"},
    ]


def flavor_body(nova: Around, flavor: dict[str, Any], asked: tuple[int, int]) -> dict[str, Any]:
    body = {
        **flavor,
        "swap": 0 if asked >= (2, 75) else "",
        "OS-FLV-EXT-DATA:ephemeral": 0,
        "OS-FLV-DISABLED:disabled": False,
        "os-flavor-access:is_public": True,
        "rxtx_factor": 1.0,
        "links": links(nova, f"flavors/{flavor['id']}"),
    }
    if asked >= (2, 55):
        body["description"] = None
    if asked >= (2, 61):
        body["extra_specs"] = {}
    return body


def flavor_within(nova: Around, server: Record, asked: tuple[int, int]) -> dict[str, Any]:
    """A server's flavor: a link, from 2.47 on the flavor itself."""
    flavor = server.hidden["flavor"]
    if asked < (2, 47):
        return {"id": flavor["id"], "links": links(nova, f"flavors/{flavor['id']}")[1:]}
    size = {key: flavor[key] for key in ("vcpus", "ram", "disk")}
    within = {**size, "ephemeral": 0, "swap": 0, "original_name": flavor["name"]}
    return {**within, "extra_specs": {}} if asked >= (2, 61) else within


def server_body(nova: Around, server: Record, call: Call) -> dict[str, Any]:
    """As it stands right after it was asked for."""
    wanted = server.hidden["wanted"]
    image = (wanted.get("imageRef") or "").rsplit("/", 1)[-1]
    image_links = links(nova, f"images/{image}")[1:]
    return {
        "accessIPv4": "",
        "accessIPv6": "",
        "addresses": {},
        "created": now(),
        "hostId": "0" * 56,
        "id": server.id,
        "image": {"id": image, "links": image_links} if image else "",
        "links": links(nova, f"servers/{server.id}"),
        "metadata": dict(wanted.get("metadata") or {}),
        "name": wanted["name"],
        "status": "BUILD",
        "tenant_id": call.project,
        "user_id": call.user,
        "updated": now(),
        "OS-DCF:diskConfig": "MANUAL",
        "progress": 0,
        "OS-EXT-AZ:availability_zone": wanted.get("availability_zone") or "nova",
        "config_drive": "True" if wanted.get("config_drive") else "",
        "key_name": wanted.get("key_name"),
        "OS-SRV-USG:launched_at": None,
        "OS-SRV-USG:terminated_at": None,
        "OS-EXT-STS:task_state": "scheduling",
        "OS-EXT-STS:vm_state": "building",
        "OS-EXT-STS:power_state": 0,
    }
