"""Sends the calls of `script` to a cloud, fake or real; keeps status and shape of each answer."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.step import Step

PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Seen:
    """`shape` is the JSON with every value replaced by its type; lists keep the shapes in them."""

    step: Step
    status: int
    shape: Any
    headers: frozenset[str]
    body: Any = None


def shape_of(value: Any, place: str = "") -> Any:
    if isinstance(value, dict):
        return {key: shape_of(one) for key, one in value.items()}
    if isinstance(value, list):
        return [shape_of(one) for one in value]
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "null" if value is None else "string"


class Enactment:
    """`words` fill the braces: mark, password, public_key; the rest is learnt from answers."""

    def __init__(
        self, auth_url: str, admin: dict[str, Any], words: dict[str, str], pause_s: float = 0.2
    ) -> None:
        self.words = dict(words)
        self.mounts = {"identity": auth_url.rstrip("/")}
        self.tokens: dict[str, str] = {"none": "", "foreign": "gAAAAAforged"}
        self._admin = admin
        self._pause_s = pause_s

    def run(self, steps: Iterable[Step]) -> list[Seen]:
        self._log_in()
        return [self._enact(step) for step in steps]

    def _log_in(self) -> None:
        _, headers, raw = self._send("identity", "POST", "/auth/tokens", {"auth": self._admin}, {})
        self.tokens["admin"] = headers["x-subject-token"]
        self._learn_catalog(json.loads(raw)["token"]["catalog"])

    def _learn_catalog(self, catalog: list[dict[str, Any]]) -> None:
        for service in catalog:
            for endpoint in service["endpoints"]:
                if endpoint["interface"] == "public":
                    self.mounts[service["type"]] = endpoint["url"].rstrip("/")

    def _enact(self, step: Step) -> Seen:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            seen = self._once(step)
            if step.until is None or time.monotonic() > deadline or self._reached(step, seen):
                return seen
            time.sleep(self._pause_s)

    def _reached(self, step: Step, seen: Seen) -> bool:
        assert step.until is not None
        where, what = step.until
        return seen.status == step.status and (not where or _find(seen.body, where) == what)

    def _once(self, step: Step) -> Seen:
        headers = {name: self._filled(text) for name, text in step.headers.items()}
        if self.tokens.get(step.who):
            headers["X-Auth-Token"] = self.tokens[step.who]
        status, answered, raw = self._send(
            step.service, step.method, self._filled(step.path), self._filled(step.body), headers
        )
        body = _decoded(answered.get("content-type", ""), raw)
        self._keep(step, answered, body)
        return Seen(step, status, shape_of(body), frozenset(answered), body)

    def _keep(self, step: Step, headers: dict[str, str], body: Any) -> None:
        for word, where in step.keep.items():
            value = headers.get(where.lower()) or _find(body, where)
            self.words[word] = str(value)
            if word.startswith("token:"):
                self.tokens[word.removeprefix("token:")] = str(value)
                self._learn_catalog(body["token"]["catalog"])

    def _filled(self, value: Any) -> Any:
        if isinstance(value, str):
            for word, known in self.words.items():
                value = value.replace("{" + word + "}", known)
            return value
        if isinstance(value, dict):
            return {key: self._filled(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self._filled(one) for one in value]
        return value

    def _send(
        self, service: str, method: str, path: str, body: Any, headers: dict[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        mount = urlsplit(self.mounts[service])
        target = path[1:] if path.startswith("//") else mount.path + path
        content = body if isinstance(body, bytes) else b"" if body is None else _encoded(body)
        kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
        sent = {"Accept": "application/json", "Content-Type": kind, **headers}
        connection = http.client.HTTPConnection(mount.netloc, timeout=PATIENCE_S)
        try:
            connection.request(method, target or "/", content, sent)
            answer = connection.getresponse()
            raw = answer.read()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, raw
        finally:
            connection.close()


def _encoded(body: Any) -> bytes:
    return json.dumps(body).encode()


def _decoded(content_type: str, raw: bytes) -> Any:
    return json.loads(raw) if raw and "json" in content_type else None


def _find(body: Any, where: str) -> Any:
    for part in where.split("."):
        body = body[int(part)] if isinstance(body, list) else body[part]
    return body


def password_of(auth: dict[str, str]) -> dict[str, Any]:
    """The body of a token request, from the `auth` of a clouds.yaml."""
    default = {"id": "default"}
    user = {"name": auth["username"], "password": auth["password"], "domain": default}
    return {
        "identity": {"methods": ["password"], "password": {"user": user}},
        "scope": {"project": {"name": auth["project_name"], "domain": default}},
    }


def words(mark: str) -> dict[str, str]:
    """What the script's braces need at the start."""
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJmGp1o0GxGQYbR9gsmUFkYHZPxC/1Ai4NFDmRGGrDc/ test"
    return {"mark": mark, "password": f"{mark}-word", "public_key": key}
