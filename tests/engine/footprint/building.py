"""A cloud's catalog, calls and footprints for the tests of footprints."""

from __future__ import annotations

import json
from typing import Any

from certification.engine.footprint import (
    Call,
    Condition,
    Footprint,
    FootprintLedger,
    Mode,
    Normaliser,
    parse_table,
    write_footprint,
)
from certification.guidelines import shipped_operation_table

TABLE = parse_table(shipped_operation_table())
TABLES = {TABLE.sha256: TABLE}
NONCE = "0123456789abcdef0123456789abcdef"
PROJECT = "8f3c0e1d2b4a59687f6e5d4c3b2a1908"
SERVER = "5f0c1d2e-3b4a-4958-8766-554433221100"
REQUEST = "req-a4ec605b-6899-41ea-b326-bb82c9b6e964"
AGENT = "Shipyard/2.1"

ENDPOINTS = {
    "identity": "http://cloud.test/identity",
    "compute": "http://cloud.test:8774/v2.1",
    "volumev3": f"http://cloud.test/volume/v3/{PROJECT}",
    "image": "http://cloud.test:9292",
    "network": "http://cloud.test:9696/networking",
    "object-store": f"http://cloud.test:8080/v1/AUTH_{PROJECT}",
    "load-balancer": "http://cloud.test:9876",
    "orchestration": f"http://cloud.test/heat-api/v1/{PROJECT}",
    "sharev2": f"https://shares.test/v2/{PROJECT}",
    "placement": "http://cloud.test/placement",
    "dns": "http://cloud.test:9001/",
    "key-manager": "http://cloud.test:9311",
    "metric": "http://cloud.test:8041",
    "alarming": "http://cloud.test:8042",
    "house-brand": "http://cloud.test/house-brand",
}


def normaliser() -> Normaliser:
    found = Normaliser(TABLE)
    found.learn_catalog(
        [{"type": kind, "endpoints": [{"url": url}]} for kind, url in ENDPOINTS.items()]
    )
    return found


def ledger() -> FootprintLedger:
    return FootprintLedger(normaliser(), ["Shipyard/"])


def call(
    path: str = "/servers", method: str = "GET", status: int = 200, seconds: float = 1, **more: Any
) -> Call:
    """A call to compute."""
    url = f"{ENDPOINTS['compute']}{path}"
    return Call(**{"method": method, "url": url, "status": status, "seconds": seconds} | more)


def footprint_of(filled: FootprintLedger, **changes: Any) -> Footprint:
    return filled.footprint(
        **{
            "nonce": NONCE,
            "condition": Condition.PLAIN,
            "mode": Mode.DEFAULT,
            "recorder_version": "1.0",
            "product": "Shipyard",
            "product_version": "2.1",
            "cloud_release": "gazpacho",
            "started": "2026-11-21T15:00:00Z",
            "ended": "2026-11-21T15:10:00Z",
        }
        | changes
    )


def recorded() -> Footprint:
    """A small footprint with something of everything."""
    filled = ledger()
    filled.note_auth(["password"], "project", ["member"], "one")
    url = f"{ENDPOINTS['identity']}/v3/auth/tokens"
    filled.note(Call("POST", url, 201, 0.5, AGENT, request_id=REQUEST))
    for second in range(40):
        filled.note(
            call(seconds=second, user_agent=AGENT, mv_asked="2.88", mv_answered="compute 2.88")
        )
    filled.note(call(f"/servers/{SERVER}/action", "POST", 202, 41, action="os-stop"))
    filled.note(call(f"/servers/{SERVER}", "DELETE", 503, 42))
    filled.note(call(f"/servers/{SERVER}", "DELETE", 429, 43))
    filled.note(call(f"/servers/{SERVER}", "DELETE", 204, 46))
    filled.note(call("/no-such-thing", "GET", 404, 47))
    filled.note(Call("GET", "http://elsewhere.test/secret/word", 200, 48))
    filled.note_next_link()
    return footprint_of(filled, mv_floor={"compute": "2.60"})


def document() -> dict[str, Any]:
    """The same as decoded JSON, to be damaged."""
    found: dict[str, Any] = json.loads(write_footprint(recorded()))
    return found
