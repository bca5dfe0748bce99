"""One small document per schema, written as the programme wrote them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from certification.engine.guideline import Guideline, parse_guideline

PUBLISHED = Path(__file__).parents[4] / "shared" / "data" / "guidelines"


def raw(document: Any) -> bytes:
    return json.dumps(document).encode()


def parsed(document: Any) -> Guideline:
    return parse_guideline(raw(document))


def schema_1_2() -> dict[str, Any]:
    return {
        "id": "2015.99",
        "schema": "1.2",
        "source": "here",
        "status": "superseded",
        "replaces": "2015.98",
        "releases": ["icehouse"],
        "platform": {"required": ["compute", "object"]},
        "components": {
            "compute": {"required": ["servers"], "advisory": ["extra"], "removed": ["gone"]},
            "object": {"required": ["objects"]},
        },
        "capabilities": {
            "servers": {"project": "nova", "tests": ["a.A.t1", "a.A.t2"], "flagged": ["a.A.t2"]},
            "extra": {"project": "nova", "tests": [], "flagged": []},
            "objects": {"project": "swift", "tests": ["b.B.t1"], "flagged": []},
        },
    }


def schema_1_5(version: str = "1.5") -> dict[str, Any]:
    document = schema_1_2() | {"schema": version}
    document["capabilities"] = {
        "servers": {
            "project": "nova",
            "tests": {
                "a.A.t1": {"idempotent_id": "id-1111-AA,smoke", "aliases": ["old.A.t1"]},
                "a.A.t2": {
                    "idempotent_id": "id-2222",
                    "flagged": {"reason": "r", "action": "a", "date": "2016-01-01"},
                },
            },
        },
        "extra": {"tests": {}},
        "objects": {"project": "swift", "tests": {"b.B.t1[x]": {"idempotent_id": "3333"}}},
    }
    return document


def schema_2_0() -> dict[str, Any]:
    return {
        "metadata": {
            "id": "2026.99",
            "schema": "2.0",
            "source": "here",
            "something of our own": {"is": ["allowed"]},
            "os_trademark_approval": {
                "status": "draft",
                "replaces": "2026.98",
                "releases": ["gazpacho"],
            },
        },
        "platforms": {
            "OpenStack Powered Platform": {
                "description": "all",
                "components": [{"name": "os_powered_compute"}, {"name": "os_powered_storage"}],
            },
            "OpenStack Powered Compute": {"components": [{"name": "os_powered_compute"}]},
            "OpenStack Powered Storage": {"components": [{"name": "os_powered_storage"}]},
        },
        "components": {
            "os_powered_compute": {"capabilities": {"required": ["servers"], "removed": ["gone"]}},
            "os_powered_storage": {"capabilities": {"required": ["objects", "servers"]}},
        },
        "capabilities": schema_1_5()["capabilities"],
    }


def add_on() -> dict[str, Any]:
    document = schema_2_0()
    del document["platforms"]
    document["metadata"]["id"] = "dns.2026.99"
    document["add-ons"] = {
        "DNS": {"description": "names", "components": [{"name": "os_powered_dns"}]},
        "Shared File System": {"components": [{"name": "os_powered_shared_file_system"}]},
        "Load Balancer": {"components": []},
    }
    document["components"] = {"os_powered_dns": {"capabilities": ["servers"]}}
    return document
