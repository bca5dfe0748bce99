"""Compute: servers that build, stop and go; flavors, limits, microversions 2.1 to 2.104."""

from __future__ import annotations

import base64
import binascii
import time
from typing import Any

from tests.fakes.nova_around import Around
from tests.fakes.nova_shape import flavor_body, flavor_within, server_body
from tests.fakes.service import Call, Record, Refusal, found, new_id, next_query, now, page, route
from tests.fakes.wire import Answer

QUOTA = {
    "cores": 20,
    "fixed_ips": -1,
    "floating_ips": -1,
    "injected_file_content_bytes": 10240,
    "injected_file_path_bytes": 255,
    "injected_files": 5,
    "instances": 10,
    "key_pairs": 100,
    "metadata_items": 128,
    "ram": 51200,
    "security_group_rules": -1,
    "security_groups": -1,
    "server_group_members": 10,
    "server_groups": 10,
}
# What an action needs, what it leads to: status, vm_state, power_state.
ACTIONS = {
    "os-stop": (("ACTIVE", "ERROR"), ("SHUTOFF", "stopped", 4)),
    "os-start": (("SHUTOFF",), ("ACTIVE", "active", 1)),
    "reboot": (("ACTIVE", "SHUTOFF"), ("ACTIVE", "active", 1)),
}


class Nova(Around):
    """A server whose name ends in `-fails` ends in ERROR."""

    @route("GET", "/", open=True)
    def versions(self, call: Call) -> Any:
        old = {"id": "v2.0", "status": "DEPRECATED", "version": "", "min_version": ""}
        old |= {"updated": "2025-07-04T12:00:00Z"}
        old_links = [{"rel": "self", "href": f"{self.origin}/v2/"}]
        newest = {k: v for k, v in self._version().items() if k != "media-types"}
        newest["links"] = newest["links"][:1]
        return {"versions": [{**old, "links": old_links}, newest]}

    @route("GET", "/v2.1", open=True)
    def version(self, call: Call) -> Any:
        return {"version": self._version()}

    def _version(self) -> dict[str, Any]:
        lowest, highest = self.microversions
        media = "application/vnd.openstack.compute+json;version=2.1"
        return {
            "id": "v2.1",
            "status": "CURRENT",
            "version": highest,
            "min_version": lowest,
            "updated": "2013-07-23T11:33:21Z",
            "links": [
                {"rel": "self", "href": f"{self.origin}/v2.1/"},
                {"rel": "describedby", "type": "text/html", "href": "http://docs.openstack.org/"},
            ],
            "media-types": [{"base": "application/json", "type": media}],
        }

    # Flavors

    @route("GET", "/v2.1/flavors")
    def list_flavors(self, call: Call) -> Any:
        rows = [flavor_body(self, one, self.asked(call)) for one in self.flavors.values()]
        keep = ("id", "name", "links", "description")
        return {"flavors": [{k: v for k, v in row.items() if k in keep} for row in rows]}

    @route("GET", "/v2.1/flavors/detail")
    def list_flavors_in_full(self, call: Call) -> Any:
        asked = self.asked(call)
        return {"flavors": [flavor_body(self, one, asked) for one in self.flavors.values()]}

    @route("GET", "/v2.1/flavors/{id}")
    def show_flavor(self, call: Call, id: str) -> Any:
        return {"flavor": flavor_body(self, self.flavor(id, 404), self.asked(call))}

    # Limits

    @route("GET", "/v2.1/limits")
    def limits(self, call: Call) -> Any:
        quota = self.quota_of(call.project)
        servers = [one for one in self.shelf("server") if one.project == call.project]
        flavors = [one.hidden["flavor"] for one in servers]
        absolute = {
            "maxTotalCores": quota["cores"],
            "maxPersonality": quota["injected_files"],
            "maxPersonalitySize": quota["injected_file_content_bytes"],
            "maxTotalInstances": quota["instances"],
            "maxTotalKeypairs": quota["key_pairs"],
            "maxServerMeta": quota["metadata_items"],
            "maxImageMeta": quota["metadata_items"],
            "maxTotalRAMSize": quota["ram"],
            "maxServerGroups": quota["server_groups"],
            "maxServerGroupMembers": quota["server_group_members"],
            "maxTotalFloatingIps": -1,
            "maxSecurityGroups": -1,
            "maxSecurityGroupRules": -1,
            "totalRAMUsed": sum(one["ram"] for one in flavors),
            "totalCoresUsed": sum(one["vcpus"] for one in flavors),
            "totalInstancesUsed": len(servers),
            "totalFloatingIpsUsed": 0,
            "totalSecurityGroupsUsed": 0,
            "totalServerGroupsUsed": 0,
        }
        return {"limits": {"rate": [], "absolute": absolute}}

    @route("GET", "/v2.1/os-quota-sets/{project}")
    def show_quota(self, call: Call, project: str) -> Any:
        return {"quota_set": {"id": project, **self.quota_of(project)}}

    @route("PUT", "/v2.1/os-quota-sets/{project}")
    def set_quota(self, call: Call, project: str) -> Any:
        if not call.is_admin:
            raise Refusal(403, "Policy doesn't allow os_compute_api:os-quota-sets:update")
        self.quotas.setdefault(project, {}).update(call.json()["quota_set"])
        return {"quota_set": self.quota_of(project)}

    def quota_of(self, project: str) -> dict[str, int]:
        return {**QUOTA, **self.quotas.get(project, {})}

    # Servers

    @route("POST", "/v2.1/servers")
    def create_server(self, call: Call) -> Any:
        wanted = call.json().get("server") or {}
        for key in ("name", "flavorRef"):
            if key not in wanted:
                raise Refusal(400, f"Invalid input for field/attribute server. {key!r} is missing")
        flavor = self.flavor(wanted["flavorRef"].rsplit("/", 1)[-1], 400)
        user_data = _checked_user_data(wanted.get("user_data"))
        self._check_image(call, wanted.get("imageRef") or "")
        self._check_quota(call, flavor)
        server = Record(new_id(), call.project, call.user, {})
        server.hidden.update(flavor=flavor, user_data=user_data, wanted=wanted, tags=[], events=[])
        server.body.update(server_body(self, server, call))
        fails = wanted["name"].endswith("-fails")
        server.settles_at = time.monotonic() + self.cloud.settle_s
        server.settled = _state("ERROR", "error", 0) if fails else _state("ACTIVE", "active", 1)
        server.settled["OS-SRV-USG:launched_at"] = now(precise=True)[:-1]
        self._note(server, call, "create")
        self.plug(call, server, wanted.get("networks"))
        self.shelf("server").put(server)
        self._join_group(call, server)
        if self.cloud.has("metric"):
            self.beside("metric").watch_server(call, server.id, flavor["vcpus"])
        self.attach_at_start(call, server, wanted.get("block_device_mapping_v2") or [])
        shown = ("id", "links", "OS-DCF:diskConfig")
        answer = {key: server.body[key] for key in shown}
        groups = wanted.get("security_groups") or [{"name": "default"}]
        body = {"server": {**answer, "security_groups": groups, "adminPass": "only-a-fake"}}
        return Answer(202, body, {"Location": server.body["links"][0]["href"]})

    def _check_image(self, call: Call, image: str) -> None:
        if image and self.cloud.has("image"):
            record = self.beside("image").shelf("image").find(image.rsplit("/", 1)[-1])
            public = record is not None and record.body["visibility"] == "public"
            if record is None or not (public or call.sees(record)):
                raise Refusal(400, f"Image {image} could not be found.")

    def _check_quota(self, call: Call, flavor: dict[str, Any]) -> None:
        quota = self.quota_of(call.project)
        servers = [one for one in self.shelf("server") if one.project == call.project]
        used = {
            "instances": len(servers) + 1,
            "cores": sum(one.hidden["flavor"]["vcpus"] for one in servers) + flavor["vcpus"],
            "ram": sum(one.hidden["flavor"]["ram"] for one in servers) + flavor["ram"],
        }
        for name, after in used.items():
            if 0 <= quota[name] < after:
                raise Refusal(
                    403,
                    f"Quota exceeded for {name}: Requested 1, but already used {after - 1} "
                    f"of {quota[name]} {name}",
                )

    def _join_group(self, call: Call, server: Record) -> None:
        hints = call.json().get("os:scheduler_hints") or call.json().get(
            "OS-SCH-HNT:scheduler_hints"
        )
        group = (hints or {}).get("group", "")
        if group:
            found(call, self.shelf("group"), group, f"Server group {group}").body["members"].append(
                server.id
            )

    def _note(self, server: Record, call: Call, action: str) -> None:
        server.hidden["events"].insert(
            0,
            {
                "action": action,
                "instance_uuid": server.id,
                "request_id": "req-" + new_id(),
                "user_id": call.user,
                "project_id": call.project,
                "start_time": now(precise=True),
                "message": None,
            },
        )

    def _rows(self, call: Call) -> list[Record]:
        query = call.request.query
        everywhere = query.get("all_tenants", "").lower() in ("1", "true")
        if everywhere and not call.is_admin:
            raise Refusal(403, "Policy doesn't allow os_compute_api:servers:detail:get_all_tenants")
        rows = [one for one in self.shelf("server") if everywhere or one.project == call.project]
        for key in ("name", "status"):
            if key in query:
                rows = [one for one in rows if query[key].lower() in one.body[key].lower()]
        return rows[::-1]

    def _page(self, call: Call, path: str, brief: bool) -> Any:
        shown, marker = page(self._rows(call), call.request.query)
        keep = ("id", "name", "links")
        servers = [
            {key: one.body[key] for key in keep} if brief else self.shown(one, call, full=False)
            for one in shown
        ]
        answer: dict[str, Any] = {"servers": servers}
        if marker:
            href = f"{self.origin}{path}?{next_query(call.request.query, marker)}"
            answer["servers_links"] = [{"rel": "next", "href": href}]
        return answer

    @route("GET", "/v2.1/servers")
    def list_servers(self, call: Call) -> Any:
        return self._page(call, "/v2.1/servers", brief=True)

    @route("GET", "/v2.1/servers/detail")
    def list_servers_in_full(self, call: Call) -> Any:
        return self._page(call, "/v2.1/servers/detail", brief=False)

    @route("GET", "/v2.1/servers/{id}")
    def show_server(self, call: Call, id: str) -> Any:
        return {"server": self.shown(self.server(call, id), call)}

    def shown(self, server: Record, call: Call, full: bool = True) -> dict[str, Any]:
        body = {**server.body, "flavor": flavor_within(self, server, self.asked(call))}
        body["os-extended-volumes:volumes_attached"] = [
            {"id": one["volumeId"]} for one in self.attached(server)
        ]
        if server.body["status"] not in ("BUILD", "ACTIVE"):
            del body["progress"]
        if self.asked(call) < (2, 3):
            return body
        if call.is_admin:
            encoded = base64.b64encode(server.hidden["user_data"]).decode()
            body["OS-EXT-SRV-ATTR:user_data"] = encoded or None
        newer: list[tuple[tuple[int, int], str, Any]] = [
            ((2, 9), "locked", False),
            ((2, 19), "description", server.hidden["wanted"].get("description")),
            ((2, 26), "tags", list(server.hidden["tags"])),
            ((2, 63), "trusted_image_certificates", None),
            ((2, 73), "locked_reason", None),
            ((2, 90), "OS-EXT-SRV-ATTR:hostname", server.body["name"]),
            ((2, 96), "pinned_availability_zone", None),
        ]
        body |= {key: value for since, key, value in newer if self.asked(call) >= since}
        if full and self.asked(call) >= (2, 71):
            groups = self.shelf("group")
            body["server_groups"] = [g.id for g in groups if server.id in g.body["members"]]
        return body

    @route("PUT", "/v2.1/servers/{id}")
    def rename_server(self, call: Call, id: str) -> Any:
        server = self.server(call, id)
        server.body.update(call.json()["server"])
        server.body["updated"] = now()
        body = self.shown(server, call)
        return {"server": {k: v for k, v in body.items() if not k.startswith(_LATER)}}

    @route("DELETE", "/v2.1/servers/{id}")
    def delete_server(self, call: Call, id: str) -> Any:
        server = self.server(call, id)
        self.unplug(server)
        self.detach_all(server)
        server.body["OS-EXT-STS:task_state"] = "deleting"
        server.settles_at = time.monotonic() + self.cloud.settle_s
        server.settled = {"status": "__gone__"}
        return 204, None

    @route("POST", "/v2.1/servers/{id}/action")
    def act(self, call: Call, id: str) -> Any:
        server = self.server(call, id)
        action = next(iter(call.json()), "")
        if action == "os-getConsoleOutput":
            return {"output": _console(server)}
        if action == "os-resetState":
            if not call.is_admin:
                raise Refusal(
                    403, "Policy doesn't allow os_compute_api:os-admin-actions:reset_state"
                )
            state = call.json()[action]["state"]
            server.body.update(_state(state.upper(), state, 1))
            return 202, None
        if action not in ACTIONS:
            raise Refusal(400, f"There is no such action: {action}")
        before, after = ACTIONS[action]
        if server.body["status"] not in before:
            verb = action.removeprefix("os-")
            state = server.body["OS-EXT-STS:vm_state"]
            raise Refusal(409, f"Cannot '{verb}' instance {id} while it is in vm_state {state}")
        self._note(server, call, action.removeprefix("os-"))
        server.settles_at = time.monotonic() + self.cloud.settle_s
        server.settled = _state(*after)
        return 202, None

    @route("GET", "/v2.1/servers/{id}/os-instance-actions")
    def list_actions(self, call: Call, id: str) -> Any:
        return {"instanceActions": self.server(call, id).hidden["events"]}

    # What users write on servers

    @route("GET", "/v2.1/servers/{id}/metadata")
    def show_metadata(self, call: Call, id: str) -> Any:
        return {"metadata": self.server(call, id).body["metadata"]}

    @route("POST", "/v2.1/servers/{id}/metadata")
    def add_metadata(self, call: Call, id: str) -> Any:
        server = self.server(call, id)
        server.body["metadata"] |= call.json()["metadata"]
        return {"metadata": server.body["metadata"]}

    @route("DELETE", "/v2.1/servers/{id}/metadata/{key}")
    def delete_metadata(self, call: Call, id: str, key: str) -> Any:
        if self.server(call, id).body["metadata"].pop(key, None) is None:
            raise Refusal(404, "Metadata item was not found")
        return 204, None

    @route("PUT", "/v2.1/servers/{id}/tags")
    def set_tags(self, call: Call, id: str) -> Any:
        server = self.server(call, id)
        server.hidden["tags"] = list(call.json()["tags"])
        return {"tags": server.hidden["tags"]}


# A changed server is shown without what extensions add.
_LATER = ("OS-EXT", "OS-SRV", "os-extended", "config_drive", "key_name")


def _state(status: str, vm_state: str, power_state: int) -> dict[str, Any]:
    return {
        "status": status,
        "OS-EXT-STS:vm_state": vm_state,
        "OS-EXT-STS:power_state": power_state,
        "OS-EXT-STS:task_state": None,
        "updated": now(),
    }


def _console(server: Record) -> str:
    """What a guest would write: this one runs the `echo` lines of its user data."""
    lines = server.hidden["user_data"].decode("utf-8", "replace").splitlines()
    said = [line.removeprefix("echo ").split(" >")[0] for line in lines if line[:5] == "echo "]
    return "\n".join(said) if server.body["status"] == "ACTIVE" else ""


def _checked_user_data(given: str | None) -> bytes:
    try:
        return base64.b64decode(given or "", validate=True)
    except binascii.Error:
        raise Refusal(400, "Invalid input for field/attribute user_data. Not base64") from None
