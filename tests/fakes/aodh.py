"""Alarms: kept, and set off by `PUT .../state`."""

from __future__ import annotations

from typing import Any

from tests.fakes.service import Call, Record, found, new_id, now, route
from tests.fakes.shelved import Shelved


class Aodh(Shelved):
    type = "alarm"
    name = "aodh"

    @route("GET", "/", open=True)
    def versions(self, call: Call) -> Any:
        links = [{"rel": "self", "href": f"{self.origin}/v2/"}]
        return {"versions": {"values": [{"id": "v2", "status": "stable", "links": links}]}}

    @route("POST", "/v2/alarms")
    def create_alarm(self, call: Call) -> Any:
        made = Record(new_id(), call.project, call.user, {})
        who = {"project_id": call.project, "user_id": call.user}
        made.body = {"alarm_id": made.id, "state": "insufficient data", "enabled": True}
        made.body |= {**who, "timestamp": now(), **call.json()}
        return 201, self.shelf("alarm").put(made).body

    @route("GET", "/v2/alarms")
    def list_alarms(self, call: Call) -> Any:
        return [one.body for one in self.shelf("alarm") if call.sees(one)]

    @route("GET", "/v2/alarms/{id}")
    def show_alarm(self, call: Call, id: str) -> Any:
        return found(call, self.shelf("alarm"), id, "Alarm not found").body

    @route("PUT", "/v2/alarms/{id}/state")
    def set_state(self, call: Call, id: str) -> Any:
        alarm = found(call, self.shelf("alarm"), id, "Alarm not found")
        alarm.body["state"] = call.json()
        return alarm.body["state"]

    @route("DELETE", "/v2/alarms/{id}")
    def delete_alarm(self, call: Call, id: str) -> Any:
        found(call, self.shelf("alarm"), id, "Alarm not found")
        self.shelf("alarm").take(id)
        return 204, None
