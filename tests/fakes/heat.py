"""Orchestration: stacks that are kept and made complete, but make nothing."""

from __future__ import annotations

from typing import Any

from tests.fakes.service import Call, Record, found, new_id, now, route
from tests.fakes.shelved import Shelved


class Heat(Shelved):
    type = "orchestration"
    name = "heat"
    mount = "/v1/{project}"

    @route("GET", "/", open=True)
    def versions(self, call: Call) -> Any:
        links = [{"rel": "self", "href": f"{self.origin}/v1/"}]
        return 300, {"versions": [{"id": "v1.0", "status": "CURRENT", "links": links}]}

    @route("POST", "/v1/{project}/stacks")
    def create_stack(self, call: Call, project: str) -> Any:
        wanted = call.json()
        made = Record(new_id(), call.project, call.user, {})
        href = f"{self.origin}/v1/{project}/stacks/{wanted['stack_name']}/{made.id}"
        links = [{"rel": "self", "href": href}]
        made.body = {
            "id": made.id,
            "stack_name": wanted["stack_name"],
            "stack_status": "CREATE_COMPLETE",
            "stack_status_reason": "",
            "creation_time": now(),
            "updated_time": None,
            "tags": wanted.get("tags"),
            "links": links,
        }
        self.shelf("stack").put(made)
        return 201, {"stack": {"id": made.id, "links": links}}

    @route("GET", "/v1/{project}/stacks")
    def list_stacks(self, call: Call, project: str) -> Any:
        return {"stacks": [one.body for one in self.shelf("stack") if call.sees(one)]}

    def _stack(self, call: Call, word: str) -> Record:
        for one in self.shelf("stack"):
            if one.body["stack_name"] == word and call.sees(one):
                return one
        return found(call, self.shelf("stack"), word, f"The Stack ({word}) could not be found.")

    @route("GET", "/v1/{project}/stacks/{name}")
    @route("GET", "/v1/{project}/stacks/{first}/{name}")
    def show_stack(self, call: Call, project: str, name: str, first: str = "") -> Any:
        return {"stack": self._stack(call, name).body}

    @route("DELETE", "/v1/{project}/stacks/{name}")
    @route("DELETE", "/v1/{project}/stacks/{first}/{name}")
    def delete_stack(self, call: Call, project: str, name: str, first: str = "") -> Any:
        self.shelf("stack").take(self._stack(call, name).id)
        return 204, None
