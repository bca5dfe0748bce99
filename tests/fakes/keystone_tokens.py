"""Tokens of the fake identity service: who asks, for what, with which roles."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

LIFE_S = 3600.0
# A role and those that it implies, as `keystone-manage bootstrap` sets them up.
IMPLIED = {"admin": ("manager",), "manager": ("member",), "member": ("reader",)}


@dataclass(frozen=True, slots=True)
class Token:
    """`project` and `domain` are ids, empty where the scope is another. `roles` are names."""

    user: str
    methods: tuple[str, ...]
    project: str = ""
    domain: str = ""
    roles: frozenset[str] = frozenset()
    credential: str = ""
    trust: str = ""
    id: str = field(default_factory=lambda: "gAAAAA" + secrets.token_urlsafe(60))
    issued: float = field(default_factory=time.time)

    @property
    def expires(self) -> float:
        return self.issued + LIFE_S


def with_implied(roles: frozenset[str]) -> frozenset[str]:
    more = roles | {implied for role in roles for implied in IMPLIED.get(role, ())}
    return roles if more == roles else with_implied(more)


def stamp(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def wanted_scope(auth: dict[str, Any]) -> tuple[str, Any]:
    """(project, domain, system, trust or none; what stands under it)."""
    scope = auth.get("scope")
    if not isinstance(scope, dict):
        return "", {}
    for word, kind in (("project", "project"), ("domain", "domain"), ("system", "system")):
        if word in scope:
            return kind, scope[word]
    if "OS-TRUST:trust" in scope:
        return "trust", scope["OS-TRUST:trust"]
    return "", {}
