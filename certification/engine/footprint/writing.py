"""A footprint as bytes: RFC 8785 JSON, so that equal footprints are equal files."""

from __future__ import annotations

from typing import Any

from certification.engine.canonical import canonical_bytes
from certification.engine.footprint.model import FORMAT, AuthUse, Footprint, Operation


def write_footprint(footprint: Footprint) -> bytes:
    """The document `osi-footprint/1`; `read_footprint` gives an equal footprint again."""
    return canonical_bytes(_document(footprint))


def _document(footprint: Footprint) -> dict[str, Any]:
    facts = footprint.facts
    return {
        "format": FORMAT,
        "nonce": footprint.nonce,
        "recorder": {
            "version": footprint.recorder_version,
            "table_sha256": footprint.table_sha256,
        },
        "product": {
            "name": footprint.product,
            "version": footprint.product_version,
            "user_agents": list(footprint.user_agents),
        },
        "cloud": {"release": footprint.cloud_release},
        "condition": footprint.condition.value,
        "mode": footprint.mode.value,
        "started": footprint.started,
        "ended": footprint.ended,
        "auth": [_auth_use(use) for use in footprint.auth],
        "operations": [_operation(operation) for operation in footprint.operations],
        "facts": {
            "next_links": facts.next_links,
            "after_429_min_s": facts.after_429_min_s,
            "auth_identities": facts.auth_identities,
            "retries_after_5xx": facts.retries_after_5xx,
            "agents": {"declared": facts.agents_declared, "other": facts.agents_other},
        },
        "mv_floor": dict(footprint.mv_floor),
        "request_ids_sha256": list(footprint.request_ids_sha256),
        "totals": {"requests": footprint.requests, "unknown": footprint.unknown},
    }


def _auth_use(use: AuthUse) -> dict[str, Any]:
    return {
        "methods": list(use.methods),
        "scope": use.scope,
        "roles": list(use.roles),
        "count": use.count,
    }


def _operation(operation: Operation) -> dict[str, Any]:
    optional = {
        "action": operation.action,
        "mv_asked": operation.mv_asked,
        "mv_answered": operation.mv_answered,
    }
    return {
        "service": operation.service,
        "api": operation.api,
        "method": operation.method,
        "path": operation.path,
        "status": operation.status,
        "matched": operation.matched.value,
        "count": operation.count,
        "first_s": operation.first_s,
        "last_s": operation.last_s,
    } | {key: word for key, word in optional.items() if word}
