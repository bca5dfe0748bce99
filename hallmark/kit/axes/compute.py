"""Compute: servers from creation to deletion, microversions, user data, placement."""

from __future__ import annotations

from certification.engine.footprint.model import Condition
from hallmark.kit.criteria import cycle_done, gone_after, made_kind, require
from hallmark.kit.inventory import named
from hallmark.kit.lab import Lab
from hallmark.kit.login import CloudUnreadable
from hallmark.kit.plays import short
from hallmark.kit.scenario import KitTest, Scenario, needs_service
from hallmark.kit.stage import ITEMS, Stage
from hallmark.kit.trace import NotMet, NotTestable, Trace

#: How long a guest may take to boot and write to its console.
BOOT_S = 120.0
_STOPPED = ("SHUTOFF", "SHELVED", "SHELVED_OFFLOADED", "SUSPENDED", "PAUSED")


def _with_user_data(stage: Stage) -> None:
    """A guest that writes a word to its console, once by metadata, once by config drive."""
    stage.install()
    script = stage.folder / "user-data"
    for drive in (0, 1):
        word = f"{stage.mark}-says-{drive}"
        script.write_text(f"#!/bin/sh\necho {word} >/dev/console\n")
        label = f"guest {drive}"
        run = stage.verb("guest", label=label, OSI_USER_DATA=str(script), OSI_CONFIG_DRIVE=drive)
        server = str((run.facts or {}).get("server", ""))
        stage.trace.notes[label] = bool(server) and _console_has(stage, server, word)
    stage.remove()


def _console_has(stage: Stage, server: str, word: str) -> bool:
    stage.cloud.settled(lambda _found: word in _console(stage, server), BOOT_S)
    return word in _console(stage, server)


def _console(stage: Stage, server: str) -> str:
    asked = {"os-getConsoleOutput": {"length": None}}
    try:
        answer = stage.cloud.change("compute", "POST", f"/servers/{server}/action", asked)
    except CloudUnreadable:
        return ""
    return str((answer or {}).get("output") or "")


def _placed(stage: Stage) -> None:
    stage.install()
    zones = stage.cloud.read("compute", "/os-availability-zone")["availabilityZoneInfo"]
    up = [one["zoneName"] for one in zones if one["zoneState"]["available"]]
    if not up:
        raise NotTestable("the cloud shows no availability zone")
    stage.trace.notes["zone"] = up[-1]
    stage.verb("place", OSI_ZONE=up[-1], OSI_COUNT=ITEMS)
    stage.look("created")
    stage.remove()


def _lived(trace: Trace) -> str:
    servers = made_kind(trace, "server")
    trace.done("stop")
    stopped = trace.look("stopped")
    now = [stopped.here(one) for one in servers]
    running = [one for one in now if one is not None and one.status not in _STOPPED]
    require(not running, f"not stopped: {named(running)}")
    require(any(one is not None for one in now), "the servers were deleted instead of stopped")
    gone_after(trace, servers)
    return f"created, stopped and deleted: {named(servers)}"


def _negotiated(trace: Trace) -> str:
    return f"{cycle_done(trace)} at the lowest versions claimed"


def _arrived(trace: Trace) -> str:
    for drive, way in ((0, "the metadata service"), (1, "the config drive")):
        trace.fact(f"guest {drive}", "server", str)
        require(trace.notes[f"guest {drive}"], f"the guest did not get its user data by {way}")
    return "the guest's console shows what the user data said, both ways"


def _honoured(trace: Trace) -> str:
    trace.done("place")
    made = trace.made()
    servers, groups = made.of("server"), made.of("server_group")
    require(len(servers) >= ITEMS, f"{len(servers)} servers made, {ITEMS} asked for")
    zone = trace.notes["zone"]
    astray = [one for one in servers if one.document.get("OS-EXT-AZ:availability_zone") != zone]
    require(not astray, f"not in zone {zone}: {named(astray)}")
    ids = {one.id for one in servers}
    for group in groups:
        policies = [group.document.get("policy"), *(group.document.get("policies") or ())]
        apart = any(str(one).endswith("anti-affinity") for one in policies)
        if apart and ids <= set(group.document.get("members") or ()):
            return f"{len(servers)} servers in zone {zone}, kept apart by a server group"
    raise NotMet("no server group with anti-affinity holds the servers")


def _no_claim(lab: Lab) -> str:
    return "" if lab.adapter.microversions else "the adapter claims no lowest microversion"


SCENARIOS = (
    Scenario("old-mv", short, Condition.OLD_MV, obstacle=_no_claim),
    Scenario("guest", _with_user_data, verbs=("guest",), obstacle=needs_service("compute")),
    Scenario("place", _placed, verbs=("place",), obstacle=needs_service("compute")),
)

TESTS = (
    KitTest(
        "compute.lifecycle",
        "life",
        "states of the servers after each verb",
        _lived,
        verbs=("create", "stop"),
        service="compute",
    ),
    KitTest("compute.microversion", "old-mv", "the cycle at the versions claimed", _negotiated),
    KitTest("compute.user_data", "guest", "the guests' consoles", _arrived),
    KitTest("compute.placement", "place", "zone and server group of the servers", _honoured),
)
