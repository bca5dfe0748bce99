"""Names: zones and record sets, a thin version."""

from __future__ import annotations

from typing import Any

from tests.fakes.service import Call, Record, new_id, route
from tests.fakes.shelved import Kind, Shelved


class Designate(Shelved):
    type = "dns"
    name = "designate"
    kinds = (
        Kind(
            "/v2/zones", "zones", "zone",
            {"email": "", "ttl": 3600, "type": "PRIMARY", "status": "PENDING", "description": None},
            {"status": "ACTIVE"}, created=202, deleted=202, changes_by="PATCH", wrapped=False,
        ),
    )  # fmt: skip

    @route("GET", "/", open=True)
    def versions(self, call: Call) -> Any:
        links = [{"rel": "self", "href": f"{self.origin}/v2"}]
        return {"versions": {"values": [{"id": "v2", "status": "CURRENT", "links": links}]}}

    @route("GET", "/v2/limits")
    def limits(self, call: Call) -> Any:
        return {"max_zones": 10, "max_zone_recordsets": 500, "max_zone_name_length": 255}

    @route("POST", "/v2/zones/{zone}/recordsets")
    def create_recordset(self, call: Call, zone: str) -> Any:
        self.one(call, self.kinds[0], zone)
        made = new_id()
        body = {"id": made, "zone_id": zone, "status": "ACTIVE", "ttl": None, **call.json()}
        body["project_id"] = call.project
        self.shelf("recordset").put(Record(made, call.project, call.user, body))
        return 202, body

    @route("GET", "/v2/zones/{zone}/recordsets")
    def list_recordsets(self, call: Call, zone: str) -> Any:
        rows = [one.body for one in self.shelf("recordset") if one.body["zone_id"] == zone]
        return {"recordsets": rows, "links": {"self": self.origin}}

    @route("GET", "/v2/recordsets")
    def list_all_recordsets(self, call: Call) -> Any:
        rows = [one.body for one in self.shelf("recordset") if call.sees(one)]
        return {"recordsets": rows, "links": {"self": self.origin}}

    @route("DELETE", "/v2/zones/{zone}/recordsets/{id}")
    def delete_recordset(self, call: Call, zone: str, id: str) -> Any:
        self.shelf("recordset").take(id)
        return 202, None
