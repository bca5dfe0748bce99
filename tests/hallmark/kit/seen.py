"""Small inventories, verb runs, traces and footprints, made by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from certification.engine.footprint.model import (
    AuthUse,
    Condition,
    Facts,
    Footprint,
    Matched,
    Mode,
    Operation,
)
from hallmark.kit.adapter import Adapter, read_adapter
from hallmark.kit.inventory import Inventory, Resource
from hallmark.kit.trace import Trace
from hallmark.kit.verbs import Ended, VerbRun

TOML = """
[product]
name = "Keeper"
version = "2.0"
user_agents = ["keeper/2.0"]
profile = "backup"
primary = "object-store"
[verbs]
install = ["/bin/sh", "-c", "exit 0"]
remove = ["/bin/sh", "-c", "exit 0"]
"""


def adapter_in(folder: Path, text: str = TOML, **verbs: str) -> Adapter:
    """An adapter whose further verbs are lines of shell."""
    lines = [f'{name} = ["/bin/sh", "-c", {_quoted(line)}]' for name, line in verbs.items()]
    (folder / "adapter.toml").write_text(text + "\n".join(lines) + "\n")
    return read_adapter(folder)


def _quoted(line: str) -> str:
    return "'''" + line + "'''"


def resource(kind: str, name: str, **document: Any) -> Resource:
    return Resource(kind, f"id-{name}", name, {"id": f"id-{name}", "name": name, **document})


def inventory(*resources: Resource) -> Inventory:
    return Inventory({(one.kind, one.id): one for one in resources})


def ran(verb: str, ended: Ended = Ended.DONE, **more: Any) -> VerbRun:
    said = {"output": "", "errors": "", "facts": None, "problem": "", "label": verb} | more
    status = 0 if ended is Ended.DONE else 1
    return VerbRun(verb=verb, ended=ended, exit_status=status, seconds=0.1, settings={}, **said)


def trace(*runs: VerbRun, **looks: Inventory) -> Trace:
    found = Trace(mark="osi-mark")
    found.runs = {one.label: one for one in runs}
    found.looks = looks
    return found


def footprint(*operations: Operation, **change: Any) -> Footprint:
    plain = Footprint(
        nonce="0" * 32,
        recorder_version="1",
        table_sha256="",
        product="Keeper",
        product_version="2.0",
        user_agents=("keeper/2.0",),
        cloud_release="",
        condition=Condition.PLAIN,
        mode=Mode.DEFAULT,
        started="",
        ended="",
        auth=(AuthUse(("password",), "project", ("member",), 1),),
        operations=operations,
        facts=Facts(next_links=0, auth_identities=1, retries_after_5xx=0),
        requests=sum(one.count for one in operations),
        unknown=0,
        mv_floor={},
    )
    return replace(plain, **change)


def call(method: str, path: str, first_s: float, status: int = 200) -> Operation:
    service = "block-storage"
    return Operation(service, "v3", method, path, status, 1, Matched.TABLE, first_s, first_s)
