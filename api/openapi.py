"""Which addresses stand in the OpenAPI document. The others are named in PAGES, and a test compares
both with the URL resolver."""

from __future__ import annotations

from typing import Any

Endpoint = tuple[str, str, str, Any]


def only_version_1(endpoints: list[Endpoint]) -> list[Endpoint]:
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]
