"""Shared file systems: shares and access rules, a thin version."""

from __future__ import annotations

from typing import Any

from tests.fakes.service import Call, new_id, route
from tests.fakes.shelved import Kind, Shelved

_SHARE = {
    "name": None,
    "size": 1,
    "share_proto": "NFS",
    "status": "creating",
    "metadata": {},
    "description": None,
    "share_type": "fake",
}


class Manila(Shelved):
    type = "shared-file-system"
    name = "manila"
    mount = "/v2"
    microversions = ("2.0", "2.87")
    microversion_word = "shared-file-system"
    kinds = (Kind("/v2/shares", "shares", "share", _SHARE, {"status": "available"}, 200, 202),)

    @route("GET", "/", open=True)
    @route("GET", "/v2", open=True)
    def versions(self, call: Call) -> Any:
        lowest, highest = self.microversions
        one = {"id": "v2.0", "status": "CURRENT", "version": highest, "min_version": lowest}
        one["links"] = [{"rel": "self", "href": f"{self.origin}/v2/"}]
        return {"versions": [one]}

    @route("GET", "/v2/shares/detail")
    def list_in_full(self, call: Call) -> Any:
        return self.list(call, self.kinds[0])

    @route("GET", "/v2/share-access-rules")
    def access_rules(self, call: Call) -> Any:
        share = self.one(call, self.kinds[0], call.request.query["share_id"])
        return {"access_list": share.hidden.get("rules", [])}

    @route("GET", "/v2/share-networks/detail")
    def share_networks(self, call: Call) -> Any:
        return {"share_networks": []}

    @route("GET", "/v2/share_types")
    def share_types(self, call: Call) -> Any:
        return {"share_types": [{"id": new_id(), "name": "fake", "extra_specs": {}}]}

    @route("POST", "/v2/shares/{id}/action")
    def act(self, call: Call, id: str) -> Any:
        share = self.one(call, self.kinds[0], id)
        rules = share.hidden.setdefault("rules", [])
        action, wanted = next(iter(call.json().items()))
        if action == "allow_access":
            rules.append({"id": new_id(), "state": "active", **wanted})
            return {"access": rules[-1]}
        return {"access_list": rules}
