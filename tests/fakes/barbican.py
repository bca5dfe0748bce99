"""Secrets: a thin version. A secret is named by its address, as the real service does."""

from __future__ import annotations

import base64
from typing import Any

from tests.fakes.service import Call, Record, Refusal, Service, found, new_id, now, route
from tests.fakes.wire import Answer


class Barbican(Service):
    type = "key-manager"
    name = "barbican"

    def refusal_body(self, refusal: Refusal) -> Any:
        if refusal.status == 401:
            return super().refusal_body(refusal)
        return {"code": refusal.status, "title": refusal.message, "description": refusal.message}

    @route("GET", "/", open=True)
    def versions(self, call: Call) -> Any:
        links = [{"rel": "self", "href": f"{self.origin}/v1/"}]
        values = [{"id": "v1", "status": "stable", "links": links}]
        return 300, {"versions": {"values": values}}

    @route("POST", "/v1/secrets")
    def create_secret(self, call: Call) -> Any:
        wanted = call.json()
        payload = wanted.pop("payload", None)
        made = Record(new_id(), call.project, call.user, {})
        href = f"{self.origin}/v1/secrets/{made.id}"
        made.body = {
            "secret_ref": href,
            "name": wanted.get("name"),
            "status": "ACTIVE",
            "secret_type": wanted.get("secret_type", "opaque"),
            "created": now(),
            "updated": now(),
            "expiration": wanted.get("expiration"),
            "creator_id": call.user,
        }
        if payload is not None:
            made.hidden["payload"] = _decoded(payload, wanted.get("payload_content_encoding"))
        self.shelf("secret").put(made)
        return 201, {"secret_ref": href}

    @route("GET", "/v1/secrets")
    def list_secrets(self, call: Call) -> Any:
        rows = [one.body for one in self.shelf("secret") if call.sees(one)]
        return {"secrets": rows, "total": len(rows)}

    @route("GET", "/v1/secret-stores")
    def stores(self, call: Call) -> Any:
        return {"secret-stores": [{"name": "fake", "global_default": True, "status": "ACTIVE"}]}

    def _secret(self, call: Call, secret_id: str) -> Record:
        secret = found(call, self.shelf("secret"), secret_id, "Not Found")
        if call.user in secret.hidden.get("shut_out", ()):
            raise Refusal(403, "Forbidden")
        return secret

    @route("GET", "/v1/secrets/{id}")
    def show_secret(self, call: Call, id: str) -> Any:
        return self._secret(call, id).body

    @route("GET", "/v1/secrets/{id}/payload")
    def payload(self, call: Call, id: str) -> Any:
        content = self._secret(call, id).hidden.get("payload", b"")
        return Answer(200, content, {"Content-Type": "application/octet-stream"})

    @route("PUT", "/v1/secrets/{id}/acl")
    def set_rights(self, call: Call, id: str) -> Any:
        """Without access by project, only the users named may read, the maker not excepted here."""
        secret = found(call, self.shelf("secret"), id, "Not Found")
        read = call.json()["read"]
        allowed = set(read.get("users", ()))
        everybody = {one.id for one in self.cloud.identity.shelf("user")}
        secret.hidden["shut_out"] = (
            set() if read.get("project-access", True) else everybody - allowed
        )
        return {"acl_ref": f"{self.origin}/v1/secrets/{id}/acl"}

    @route("DELETE", "/v1/secrets/{id}")
    def delete_secret(self, call: Call, id: str) -> Any:
        self._secret(call, id)
        self.shelf("secret").take(id)
        return 204, None


def _decoded(payload: str, encoding: str | None) -> bytes:
    return base64.b64decode(payload) if encoding == "base64" else payload.encode()
