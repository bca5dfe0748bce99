"""What stands around servers: keys, groups, zones, ports, volumes, and the old network proxies."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from tests.fakes.nova_shape import FLAVORS
from tests.fakes.service import Call, Record, Refusal, Service, found, new_id, now, number, route

if TYPE_CHECKING:
    from tests.fakes.cloud import FakeCloud

FAULTS = {
    400: "badRequest",
    401: "unauthorized",
    403: "forbidden",
    404: "itemNotFound",
    409: "conflictingRequest",
    413: "overLimit",
}


class Around(Service):
    type = "compute"
    name = "nova"
    unnumbered_root = True
    mount = "/v2.1"
    microversions = ("2.1", "2.104")
    microversion_word = "compute"

    def __init__(self, cloud: FakeCloud, region: str) -> None:
        super().__init__(cloud, region)
        self.flavors: dict[str, dict[str, Any]] = {one["id"]: one for one in FLAVORS}
        self.quotas: dict[str, dict[str, int]] = {}

    def refusal_body(self, refusal: Refusal) -> Any:
        if refusal.status == 401:
            return super().refusal_body(refusal)
        fault = FAULTS.get(refusal.status, "computeFault")
        return {fault: {"code": refusal.status, "message": refusal.message}}

    def asked(self, call: Call) -> tuple[int, int]:
        return number(self.chosen_microversion(call.request))

    def flavor(self, flavor_id: str, status: int) -> dict[str, Any]:
        if flavor_id not in self.flavors:
            raise Refusal(status, f"Flavor {flavor_id} could not be found.")
        return self.flavors[flavor_id]

    def server(self, call: Call, server_id: str) -> Record:
        message = f"Instance {server_id} could not be found."
        return found(call, self.shelf("server"), server_id, message)

    # Zones, keys, groups

    @route("GET", "/v2.1/os-availability-zone")
    def zones(self, call: Call) -> Any:
        zone = {"zoneName": "nova", "zoneState": {"available": True}, "hosts": None}
        return {"availabilityZoneInfo": [zone]}

    @route("POST", "/v2.1/os-keypairs")
    def create_key(self, call: Call) -> Any:
        wanted = call.json()["keypair"]
        if self.shelf("key").find(call.user + wanted["name"]) is not None:
            raise Refusal(409, f"Key pair '{wanted['name']}' already exists.")
        print_ = hashlib.md5(wanted.get("public_key", "").encode()).hexdigest()
        body = {
            "name": wanted["name"],
            "public_key": wanted.get("public_key", ""),
            "fingerprint": ":".join(print_[at : at + 2] for at in range(0, 32, 2)),
        }
        self.shelf("key").put(Record(call.user + wanted["name"], call.project, call.user, body))
        modern = self.asked(call) >= (2, 2)
        more = {"type": "ssh"} if modern else {}
        return 201 if modern else 200, {"keypair": {**more, **body, "user_id": call.user}}

    @route("GET", "/v2.1/os-keypairs")
    def list_keys(self, call: Call) -> Any:
        more = {"type": "ssh"} if self.asked(call) >= (2, 2) else {}
        rows = [one.body for one in self.shelf("key") if one.user == call.user]
        return {"keypairs": [{"keypair": {**body, **more}} for body in rows]}

    def _key(self, call: Call, name: str) -> Record:
        record = self.shelf("key").find(call.user + name)
        if record is None:
            raise Refusal(404, f"Keypair {name} not found for user {call.user}")
        return record

    @route("GET", "/v2.1/os-keypairs/{name}")
    def show_key(self, call: Call, name: str) -> Any:
        body = {**self._key(call, name).body, "user_id": call.user, "id": 1}
        body |= {"created_at": now(True), "deleted": False, "deleted_at": None, "updated_at": None}
        return {"keypair": {**body, **({"type": "ssh"} if self.asked(call) >= (2, 2) else {})}}

    @route("DELETE", "/v2.1/os-keypairs/{name}")
    def delete_key(self, call: Call, name: str) -> Any:
        self.shelf("key").take(self._key(call, name).id)
        return 204 if self.asked(call) >= (2, 2) else 202, None

    @route("POST", "/v2.1/os-server-groups")
    def create_group(self, call: Call) -> Any:
        wanted = call.json()["server_group"]
        made = Record(new_id(), call.project, call.user, {})
        made.body.update(id=made.id, name=wanted["name"], members=[])
        made.hidden["policy"] = wanted.get("policy") or wanted["policies"][0]
        self.shelf("group").put(made)
        return {"server_group": self._group(call, made)}

    def _group(self, call: Call, group: Record) -> dict[str, Any]:
        policy = group.hidden["policy"]
        who = {"project_id": group.project, "user_id": group.user}
        if self.asked(call) >= (2, 64):
            return {**group.body, "policy": policy, "rules": {}, **who}
        body = {**group.body, "policies": [policy], "metadata": {}}
        return {**body, **who} if self.asked(call) >= (2, 13) else body

    @route("GET", "/v2.1/os-server-groups")
    def list_groups(self, call: Call) -> Any:
        rows = [one for one in self.shelf("group") if one.project == call.project]
        return {"server_groups": [self._group(call, one) for one in rows]}

    @route("GET", "/v2.1/os-server-groups/{id}")
    def show_group(self, call: Call, id: str) -> Any:
        message = f"Instance group {id} could not be found."
        return {"server_group": self._group(call, found(call, self.shelf("group"), id, message))}

    @route("DELETE", "/v2.1/os-server-groups/{id}")
    def delete_group(self, call: Call, id: str) -> Any:
        found(call, self.shelf("group"), id, f"Instance group {id} could not be found.")
        self.shelf("group").take(id)
        return 204, None

    # Ports

    def plug(self, call: Call, server: Record, networks: Any) -> None:
        """Gives the server its ports: on the networks named, else on the project's only one."""
        if networks == "none" or not self.cloud.has("network"):
            return
        neutron = self.beside("network")
        if not isinstance(networks, list):
            own = [one.id for one in neutron.shelf("networks") if one.project == call.project]
            networks = [{"uuid": one} for one in own[:1]]
        for wanted in networks:
            port = neutron.port_for(call, server.id, wanted)
            network = neutron.shelf("networks").find(port.body["network_id"])
            server.body["addresses"][network.body["name"]] = [
                {
                    "version": 6 if ":" in one["ip_address"] else 4,
                    "addr": one["ip_address"],
                    "OS-EXT-IPS:type": "fixed",
                    "OS-EXT-IPS-MAC:mac_addr": port.body["mac_address"],
                }
                for one in port.body["fixed_ips"]
            ]

    def unplug(self, server: Record) -> None:
        if self.cloud.has("network"):
            self.beside("network").free_ports(server.id)

    @route("GET", "/v2.1/servers/{id}/os-interface")
    def list_interfaces(self, call: Call, id: str) -> Any:
        server = self.server(call, id)
        ports = self.beside("network").shelf("ports") if self.cloud.has("network") else []
        return {
            "interfaceAttachments": [
                {
                    "net_id": one.body["network_id"],
                    "port_id": one.id,
                    "mac_addr": one.body["mac_address"],
                    "port_state": one.body["status"],
                    "fixed_ips": one.body["fixed_ips"],
                }
                for one in ports
                if one.body["device_id"] == server.id
            ]
        }

    # Volumes

    def attached(self, server: Record) -> list[dict[str, Any]]:
        return server.hidden.setdefault("attachments", [])

    def attach_at_start(self, call: Call, server: Record, disks: list[dict[str, Any]]) -> None:
        for disk in disks:
            if disk.get("source_type") == "volume":
                self._attach(call, server, disk["uuid"])

    def detach_all(self, server: Record) -> None:
        for one in list(self.attached(server)):
            self.beside("block-storage").detached(one["volumeId"])
        self.attached(server).clear()

    def _attach(self, call: Call, server: Record, volume_id: str) -> dict[str, Any]:
        self.beside("block-storage").attach(call, volume_id, server.id)
        made = {"id": volume_id, "serverId": server.id, "volumeId": volume_id, "device": "/dev/sdb"}
        self.attached(server).append(made)
        return made

    @route("GET", "/v2.1/servers/{id}/os-volume_attachments")
    def list_attachments(self, call: Call, id: str) -> Any:
        return {"volumeAttachments": self.attached(self.server(call, id))}

    @route("POST", "/v2.1/servers/{id}/os-volume_attachments")
    def attach(self, call: Call, id: str) -> Any:
        volume = call.json()["volumeAttachment"]["volumeId"]
        return {"volumeAttachment": self._attach(call, self.server(call, id), volume)}

    def _attachment(self, call: Call, server_id: str, volume: str) -> dict[str, Any]:
        for one in self.attached(self.server(call, server_id)):
            if one["volumeId"] == volume:
                return one
        raise Refusal(404, f"Volume {volume} is not attached to server {server_id}")

    @route("GET", "/v2.1/servers/{id}/os-volume_attachments/{volume}")
    def show_attachment(self, call: Call, id: str, volume: str) -> Any:
        return {"volumeAttachment": self._attachment(call, id, volume)}

    @route("DELETE", "/v2.1/servers/{id}/os-volume_attachments/{volume}")
    def detach(self, call: Call, id: str, volume: str) -> Any:
        one = self._attachment(call, id, volume)
        self.attached(self.server(call, id)).remove(one)
        self.beside("block-storage").detached(volume)
        return 202, None

    # Network by way of compute: deprecated since 2.36, still served below that.

    def _proxied(self, call: Call, kind: str, key: str) -> Any:
        if self.asked(call) >= (2, 36):
            raise Refusal(404, "The resource could not be found.")
        shelf = self.beside("network").shelf(kind)
        rows = [one for one in shelf if call.sees(one)]
        return {key: [{"id": one.id, **_names(one)} for one in rows]}

    @route("GET", "/v2.1/os-networks")
    def proxied_networks(self, call: Call) -> Any:
        return self._proxied(call, "networks", "networks")

    @route("GET", "/v2.1/os-security-groups")
    def proxied_groups(self, call: Call) -> Any:
        return self._proxied(call, "security-groups", "security_groups")

    @route("GET", "/v2.1/os-floating-ips")
    def proxied_addresses(self, call: Call) -> Any:
        return self._proxied(call, "floatingips", "floating_ips")


def _names(record: Record) -> dict[str, Any]:
    return {key: record.body[key] for key in ("name", "description") if key in record.body}
