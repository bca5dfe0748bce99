"""Block storage: volumes, snapshots, backups; microversions 3.0 to 3.71."""

from __future__ import annotations

import time
from typing import Any

from tests.fakes.service import (
    Call,
    Record,
    Refusal,
    Service,
    found,
    new_id,
    next_query,
    now,
    number,
    page,
    route,
)

QUOTA = {
    "volumes": 10,
    "per_volume_gigabytes": -1,
    "snapshots": 10,
    "gigabytes": 1000,
    "backups": 10,
    "backup_gigabytes": 1000,
    "groups": 10,
}
FAULTS = {400: "badRequest", 403: "forbidden", 404: "itemNotFound", 413: "overLimit"}
IN_USE = "Invalid volume: Volume status must be available or error"


class Cinder(Service):
    type = "block-storage"
    name = "cinder"
    mount = "/v3"
    microversions = ("3.0", "3.71")
    microversion_word = "volume"

    def __init__(self, *place: Any) -> None:
        super().__init__(*place)
        self.quotas: dict[str, dict[str, int]] = {}
        self._type = {
            "id": new_id(),
            "name": "fake",
            "is_public": True,
            "description": None,
            "extra_specs": {},
            "os-volume-type-access:is_public": True,
        }

    def refusal_body(self, refusal: Refusal) -> Any:
        if refusal.status == 401:
            return super().refusal_body(refusal)
        fault = FAULTS.get(refusal.status, "computeFault")
        return {fault: {"code": refusal.status, "message": refusal.message}}

    @route("GET", "/", open=True)
    def versions(self, call: Call) -> Any:
        return 300, {"versions": [self._version()]}

    @route("GET", "/v3", open=True)
    def version(self, call: Call) -> Any:
        return {"versions": [self._version()]}

    def _version(self) -> dict[str, Any]:
        assert self.microversions is not None
        lowest, highest = self.microversions
        media = "application/vnd.openstack.volume+json;version=3"
        docs = {"rel": "describedby", "type": "text/html", "href": "https://docs.openstack.org/"}
        return {
            "id": "v3.0",
            "status": "CURRENT",
            "version": highest,
            "min_version": lowest,
            "updated": "2023-08-31T00:00:00Z",
            "links": [docs, {"rel": "self", "href": f"{self.origin}/v3/"}],
            "media-types": [{"base": "application/json", "type": media}],
        }

    # Limits and types

    def _used(self, project: str) -> dict[str, int]:
        def own(kind: str) -> list[Record]:
            return [one for one in self.shelf(kind) if one.project == project]

        sizes = [one.body["size"] for kind in ("volume", "snapshot") for one in own(kind)]
        return {
            "volumes": len(own("volume")),
            "snapshots": len(own("snapshot")),
            "gigabytes": sum(sizes),
            "backups": len(own("backup")),
            "backup_gigabytes": sum(one.body["size"] for one in own("backup")),
        }

    def quota_of(self, project: str) -> dict[str, int]:
        return {**QUOTA, **self.quotas.get(project, {})}

    def _check_quota(self, call: Call, **more: int) -> None:
        quota, used = self.quota_of(call.project), self._used(call.project)
        for name, count in more.items():
            if 0 <= quota[name] < used[name] + count:
                kind = {"volumes": "VolumeLimitExceeded", "snapshots": "SnapshotLimitExceeded"}
                reason = f"Maximum number of {name} allowed ({quota[name]}) exceeded"
                raise Refusal(413, f"{kind.get(name, 'VolumeSizeExceedsAvailableQuota')}: {reason}")

    @route("GET", "/v3/limits")
    def limits(self, call: Call) -> Any:
        quota, used = self.quota_of(call.project), self._used(call.project)
        absolute = {
            "maxTotalVolumes": quota["volumes"],
            "maxTotalSnapshots": quota["snapshots"],
            "maxTotalVolumeGigabytes": quota["gigabytes"],
            "maxTotalBackups": quota["backups"],
            "maxTotalBackupGigabytes": quota["backup_gigabytes"],
            "totalVolumesUsed": used["volumes"],
            "totalGigabytesUsed": used["gigabytes"],
            "totalSnapshotsUsed": used["snapshots"],
            "totalBackupsUsed": used["backups"],
            "totalBackupGigabytesUsed": used["backup_gigabytes"],
        }
        return {"limits": {"rate": [], "absolute": absolute}}

    @route("GET", "/v3/os-quota-sets/{project}")
    def show_quota(self, call: Call, project: str) -> Any:
        quota: dict[str, Any] = dict(self.quota_of(project))
        if call.request.query.get("usage", "").lower() == "true":
            used = self._used(project)
            quota = {
                name: {"limit": limit, "in_use": used.get(name, 0), "reserved": 0}
                for name, limit in quota.items()
            }
        return {"quota_set": {**quota, "id": project}}

    @route("PUT", "/v3/os-quota-sets/{project}")
    def set_quota(self, call: Call, project: str) -> Any:
        if not call.is_admin:
            raise Refusal(403, "Policy doesn't allow volume_extension:quotas:update")
        self.quotas.setdefault(project, {}).update(call.json()["quota_set"])
        return {"quota_set": self.quota_of(project)}

    @route("GET", "/v3/types")
    def list_types(self, call: Call) -> Any:
        return {"volume_types": [self._type]}

    @route("GET", "/v3/types/{id}")
    def show_type(self, call: Call, id: str) -> Any:
        return {"volume_type": self._type}

    @route("GET", "/v3/os-availability-zone")
    def zones(self, call: Call) -> Any:
        zone = {"zoneName": "nova", "zoneState": {"available": True}}
        return {"availabilityZoneInfo": [zone]}

    # What volumes, snapshots and backups have in common

    def _make(self, call: Call, kind: str, settled: str, body: dict[str, Any]) -> Record:
        made = Record(new_id(), call.project, call.user, {})
        made.body.update(id=made.id, created_at=now(precise=True), updated_at=None, **body)
        made.settles_at = time.monotonic() + self.cloud.settle_s
        made.settled = {"status": settled, "updated_at": now(precise=True)}
        return self.shelf(kind).put(made)

    def _one(self, call: Call, kind: str, record_id: str) -> Record:
        message = f"{kind.capitalize()} {record_id} could not be found."
        return found(call, self.shelf(kind), record_id, message)

    def _go(self, record: Record) -> tuple[int, None]:
        record.body["status"] = "deleting"
        record.settles_at = time.monotonic() + self.cloud.settle_s
        record.settled = {"status": "__gone__"}
        return 202, None

    def _listed(self, call: Call, kind: str, plural: str) -> tuple[list[Record], dict[str, Any]]:
        query = call.request.query
        everywhere = call.is_admin and query.get("all_tenants", "").lower() in ("1", "true")
        rows = [one for one in self.shelf(kind) if everywhere or one.project == call.project]
        for key in ("name", "status", "volume_id"):
            if key in query:
                rows = [one for one in rows if one.body.get(key) == query[key]]
        shown, marker = page(rows[::-1], query)
        if not marker:
            return shown, {}
        href = f"{self.origin}{call.request.path}?{next_query(query, marker)}"
        return shown, {f"{plural}_links": [{"rel": "next", "href": href}]}

    # Volumes

    def _volume(self, call: Call, volume: Record, within: bool = True) -> dict[str, Any]:
        body = dict(volume.body)
        if not within:
            return body
        newer: list[tuple[tuple[int, int], str, Any]] = [
            ((3, 13), "group_id", None),
            ((3, 48), "shared_targets", False),
            ((3, 48), "service_uuid", self._type["id"]),
            ((3, 63), "volume_type_id", self._type["id"]),
            ((3, 65), "consumes_quota", True),
        ]
        asked = number(self.chosen_microversion(call.request))
        body |= {key: value for since, key, value in newer if asked >= since}
        return {**body, "os-vol-tenant-attr:tenant_id": volume.project}

    @route("POST", "/v3/volumes")
    def create_volume(self, call: Call) -> Any:
        wanted = call.json().get("volume") or {}
        hidden: dict[str, Any] = {}
        size = wanted.get("size")
        for key, kind in (("snapshot_id", "snapshot"), ("backup_id", "backup"),
                          ("source_volid", "volume")):  # fmt: skip
            if wanted.get(key):
                source = self._one(call, kind, wanted[key])
                size = size or source.body["size"]
                hidden = dict(source.hidden)
        if not str(size).isdigit():
            raise Refusal(400, f"Invalid input for field/attribute size. Value: {size}.")
        self._check_quota(call, volumes=1, gigabytes=int(str(size)))
        body = {
            "status": "creating",
            "size": int(str(size)),
            "availability_zone": wanted.get("availability_zone") or "nova",
            "name": wanted.get("name"),
            "description": wanted.get("description"),
            "volume_type": self._type["name"],
            "snapshot_id": wanted.get("snapshot_id"),
            "source_volid": wanted.get("source_volid"),
            "metadata": dict(wanted.get("metadata") or {}),
            "user_id": call.user,
            "bootable": "true" if wanted.get("imageRef") else "false",
            "encrypted": False,
            "replication_status": None,
            "consistencygroup_id": None,
            "multiattach": False,
            "attachments": [],
        }
        fails = str(wanted.get("name")).endswith("-fails")
        made = self._make(call, "volume", "error" if fails else "available", body)
        made.hidden.update(hidden)
        made.body["links"] = [
            {"rel": "self", "href": f"{self.origin}/v3/volumes/{made.id}"},
            {"rel": "bookmark", "href": f"{self.origin}/volumes/{made.id}"},
        ]
        return 202, {"volume": self._volume(call, made, within=False)}

    @route("GET", "/v3/volumes")
    def list_volumes(self, call: Call) -> Any:
        shown, links = self._listed(call, "volume", "volumes")
        brief = [{key: one.body[key] for key in ("id", "name", "links")} for one in shown]
        return {"volumes": brief, **links}

    @route("GET", "/v3/volumes/detail")
    def list_volumes_in_full(self, call: Call) -> Any:
        shown, links = self._listed(call, "volume", "volumes")
        return {"volumes": [self._volume(call, one) for one in shown], **links}

    @route("GET", "/v3/volumes/{id}")
    def show_volume(self, call: Call, id: str) -> Any:
        return {"volume": self._volume(call, self._one(call, "volume", id))}

    @route("PUT", "/v3/volumes/{id}")
    def rename_volume(self, call: Call, id: str) -> Any:
        volume = self._one(call, "volume", id)
        volume.body.update(call.json()["volume"])
        return {"volume": self._volume(call, volume, within=False)}

    @route("POST", "/v3/volumes/{id}/metadata")
    def add_metadata(self, call: Call, id: str) -> Any:
        volume = self._one(call, "volume", id)
        volume.body["metadata"] |= call.json()["metadata"]
        return {"metadata": volume.body["metadata"]}

    @route("DELETE", "/v3/volumes/{id}")
    def delete_volume(self, call: Call, id: str) -> Any:
        volume = self._one(call, "volume", id)
        snapshots = [one for one in self.shelf("snapshot") if one.body["volume_id"] == id]
        if volume.body["status"] not in ("available", "error") or snapshots:
            raise Refusal(400, f"{IN_USE} and must not have snapshots.")
        return self._go(volume)

    @route("POST", "/v3/volumes/{id}/action")
    def act(self, call: Call, id: str) -> Any:
        volume = self._one(call, "volume", id)
        action, wanted = next(iter(call.json().items()))
        if action == "os-reset_status":
            if not call.is_admin:
                raise Refusal(403, "Policy doesn't allow volume_extension:volume_admin_actions")
            volume.body["status"] = wanted["status"]
            return 202, None
        if action != "os-extend":
            raise Refusal(400, f"There is no such action: {action}")
        more = int(wanted["new_size"]) - volume.body["size"]
        if more <= 0:
            raise Refusal(
                400, "Invalid input received: New size must be greater than current size."
            )
        self._check_quota(call, gigabytes=more)
        volume.body["size"] += more
        return 202, None

    def attach(self, call: Call, volume_id: str, server: str) -> None:
        """For compute: the volume is in use from now on."""
        volume = self._one(call, "volume", volume_id)
        if volume.body["status"] != "available":
            raise Refusal(400, f"{IN_USE}, it is {volume.body['status']}.")
        volume.body["status"] = "in-use"
        volume.body["attachments"] = [
            {
                "id": volume_id,
                "attachment_id": new_id(),
                "volume_id": volume_id,
                "server_id": server,
                "host_name": None,
                "device": "/dev/sdb",
                "attached_at": now(precise=True),
            }
        ]

    def detached(self, volume_id: str) -> None:
        volume = self.shelf("volume").find(volume_id)
        if volume is not None:
            volume.body.update(status="available", attachments=[])

    # Snapshots and backups

    @route("POST", "/v3/snapshots")
    def create_snapshot(self, call: Call) -> Any:
        wanted = call.json()["snapshot"]
        volume = self._one(call, "volume", wanted["volume_id"])
        self._check_quota(call, snapshots=1, gigabytes=volume.body["size"])
        made = self._make(call, "snapshot", "available", _copy_of(volume, wanted))
        made.body["metadata"] = dict(wanted.get("metadata") or {})
        made.hidden.update(volume.hidden)
        return 202, {"snapshot": made.body}

    def _snapshot(self, one: Record) -> dict[str, Any]:
        extended = "os-extended-snapshot-attributes"
        more = {f"{extended}:project_id": one.project, f"{extended}:progress": "100%"}
        return {**one.body, **more}

    @route("GET", "/v3/snapshots")
    def list_snapshots(self, call: Call) -> Any:
        shown, links = self._listed(call, "snapshot", "snapshots")
        return {"snapshots": [one.body for one in shown], **links}

    @route("GET", "/v3/snapshots/detail")
    def list_snapshots_in_full(self, call: Call) -> Any:
        shown, links = self._listed(call, "snapshot", "snapshots")
        return {"snapshots": [self._snapshot(one) for one in shown], **links}

    @route("GET", "/v3/snapshots/{id}")
    def show_snapshot(self, call: Call, id: str) -> Any:
        return {"snapshot": self._snapshot(self._one(call, "snapshot", id))}

    @route("DELETE", "/v3/snapshots/{id}")
    def delete_snapshot(self, call: Call, id: str) -> Any:
        return self._go(self._one(call, "snapshot", id))

    @route("POST", "/v3/backups")
    def create_backup(self, call: Call) -> Any:
        wanted = call.json()["backup"]
        volume = self._one(call, "volume", wanted["volume_id"])
        self._check_quota(call, backups=1, backup_gigabytes=volume.body["size"])
        made = self._make(call, "backup", "available", _copy_of(volume, wanted))
        made.hidden.update(volume.hidden)
        return 202, {"backup": {"id": made.id, "name": made.body["name"], "links": []}}

    @route("GET", "/v3/backups")
    @route("GET", "/v3/backups/detail")
    def list_backups(self, call: Call) -> Any:
        shown, links = self._listed(call, "backup", "backups")
        return {"backups": [one.body for one in shown], **links}

    @route("GET", "/v3/backups/{id}")
    def show_backup(self, call: Call, id: str) -> Any:
        return {"backup": self._one(call, "backup", id).body}

    @route("DELETE", "/v3/backups/{id}")
    def delete_backup(self, call: Call, id: str) -> Any:
        return self._go(self._one(call, "backup", id))

    @route("POST", "/v3/backups/{id}/restore")
    def restore_backup(self, call: Call, id: str) -> Any:
        backup = self._one(call, "backup", id)
        volume = self._one(call, "volume", call.json()["restore"]["volume_id"])
        volume.hidden.update(backup.hidden)
        return 202, {"restore": {"backup_id": id, "volume_id": volume.id}}


def _copy_of(volume: Record, wanted: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": wanted.get("name"),
        "description": wanted.get("description"),
        "volume_id": volume.id,
        "status": "creating",
        "size": volume.body["size"],
    }
