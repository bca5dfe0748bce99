"""Refusals in the words and forms of the services, so that a product reads them as it would the
cloud's own (API references of the services, section "errors")."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from hallmark.recorder.asked import OwnAnswer

# The names that Nova gives to its faults, and Cinder and Manila after it.
_FAULTS = {401: "unauthorized", 403: "forbidden", 413: "overLimit", 429: "overLimit"}
_NOVA_LIKE = ("compute", "block-storage", "shared-file-system")


def refusal(service: str, status: int, message: str, **headers: str) -> OwnAnswer:
    """`Retry-After` is given as `retry_after`."""
    named = tuple((name.replace("_", "-").title(), value) for name, value in headers.items())
    if service in ("image", "object-store"):
        title = HTTPStatus(status).phrase
        page = f"<html><h1>{status} {title}</h1><p>{message}</p></html>"
        return OwnAnswer(status, {}, named, page)
    return OwnAnswer(status, _document(service, status, message), named)


def _document(service: str, status: int, message: str) -> dict[str, Any]:
    title = HTTPStatus(status).phrase
    unavailable = "serviceUnavailable" if status == 503 else "computeFault"
    fault = {_FAULTS.get(status, unavailable): {"code": status, "message": message}}
    neutron = "OverQuota" if status == 409 else f"HTTP{title.replace(' ', '')}"
    designate = "over_quota" if status == 413 else title.lower().replace(" ", "_")
    heat = {"message": message, "type": title.replace(" ", ""), "traceback": None}
    side = "Client" if status < 500 else "Server"
    forms: dict[str, dict[str, Any]] = {
        **dict.fromkeys(_NOVA_LIKE, fault),
        "network": {"NeutronError": {"type": neutron, "message": message, "detail": ""}},
        "placement": {"errors": [{"status": status, "title": title, "detail": message}]},
        "load-balancer": {"faultcode": side, "faultstring": message, "debuginfo": None},
        "dns": {"code": status, "type": designate, "message": message},
        "key-manager": {"code": status, "title": title, "description": message},
        "orchestration": {"code": status, "title": title, "explanation": message, "error": heat},
    }
    identity = {"error": {"code": status, "title": title, "message": message}}
    return forms.get(service, identity)
