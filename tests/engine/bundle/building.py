"""A small bundle as the kit would write it, and ways to spoil it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from certification.engine.bundle import (
    Bundle,
    KitResult,
    Manifest,
    bundle_files,
    idempotent_id_of,
    read_bundle,
    write_bundle,
)
from certification.engine.footprint import (
    Call,
    Condition,
    Footprint,
    FootprintLedger,
    Mode,
    Normaliser,
    OperationTable,
    parse_table,
)
from certification.engine.report import TestState as State
from certification.guidelines import shipped_operation_table

NONCE = "0123456789abcdef" * 2
AGENTS = ("backmeup/2",)
STARTED, ENDED = "2026-11-21T10:00:00Z", "2026-11-21T10:30:00Z"
REQUESTS = tuple(f"req-00000000-0000-4000-8000-{number:012}" for number in range(40))
#: Any 64 bytes are a signature until a key says otherwise.
UNSIGNED_BYTES = bytes(64)


@cache
def tables() -> Mapping[str, OperationTable]:
    table = parse_table(shipped_operation_table())
    return {table.sha256: table}


def footprint(condition: Condition = Condition.PLAIN, **changes: Any) -> Footprint:
    (table,) = tables().values()
    normaliser = Normaliser(table)
    mount = {"interface": "public", "region_id": "one", "url": "http://cloud.example/image"}
    normaliser.learn_catalog([{"type": "image", "name": "glance", "endpoints": [mount]}])
    ledger = FootprintLedger(normaliser, AGENTS)
    for at, request_id in enumerate(REQUESTS):
        url = "http://cloud.example/image/v2/images"
        ledger.note(
            Call("GET", url, 200, float(at), user_agent="backmeup/2.1", request_id=request_id)
        )
    about: dict[str, Any] = {
        "nonce": NONCE,
        "condition": condition,
        "mode": Mode.DEFAULT,
        "recorder_version": "0.1.0",
        "product": "Back Me Up",
        "product_version": "2.1",
        "cloud_release": "gazpacho",
        "started": "2026-11-21T10:01:00Z",
        "ended": "2026-11-21T10:02:00Z",
    }
    return ledger.footprint(**about | changes)


def manifest(**changes: Any) -> Manifest:
    about: dict[str, Any] = {
        "kit_version": "0.1.0",
        "nonce": NONCE,
        "product": "Back Me Up",
        "product_version": "2.1",
        "user_agents": AGENTS,
        "profile": "backup",
        "primary": "block-storage",
        "has_logins": False,
        "cloud": "a small cloud",
        "cloud_release": "gazpacho",
        "guideline": "integration.2026.11",
        "mode": Mode.DEFAULT,
        "settings": {"store": "volumes"},
        "started": STARTED,
        "ended": ENDED,
        "files": {},
    }
    return Manifest(**about | changes)


def result(capability: str, state: State = State.PASSED, reason: str = "") -> KitResult:
    return KitResult(capability, idempotent_id_of(capability), state, reason, "", STARTED, ENDED)


RESULTS = (
    result("identity.v3_auth"),
    result("block.volumes", State.FAILED, "the volume was never detached"),
    result("lb.octavia", State.SKIPPED, "this cloud has no load balancer"),
)
TRANSCRIPTS = {"identity.v3_auth": b"a token came\n", "block.volumes": b"a volume was left\n"}


def files(**changes: Any) -> dict[str, bytes]:
    """The files of a whole bundle; `changes` are those of the manifest."""
    return bundle_files(
        manifest(**changes), RESULTS, (footprint(), footprint(Condition.MOVED)), TRANSCRIPTS,
        probe=b'{"format": "osi-probe/1"}',
    )  # fmt: skip


def with_files(changes: Mapping[str, bytes | None]) -> dict[str, bytes]:
    """The files with some of them replaced, or left out where None, and a manifest that agrees."""
    found = {
        name: content for name, content in (files() | dict(changes)).items() if content is not None
    }
    document = json.loads(found.pop("manifest.json"))
    document["files"] = {name: hashlib.sha256(text).hexdigest() for name, text in found.items()}
    return {"manifest.json": json.dumps(document).encode(), **found}


def edited(name: str, **changes: Any) -> dict[str, bytes]:
    """The files with keys of one JSON document replaced."""
    document = json.loads(files()[name]) | changes
    raw = json.dumps(document).encode()
    return files() | {name: raw} if name == "manifest.json" else with_files({name: raw})


def opened(found: Mapping[str, bytes]) -> Bundle:
    return read_bundle(write_bundle(found), tables())
