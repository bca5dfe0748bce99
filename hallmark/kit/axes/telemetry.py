"""Telemetry and events: meters in both directions, alarms, outside changes, audit."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hallmark.kit.criteria import matching, require
from hallmark.kit.kinds import KINDS
from hallmark.kit.login import CloudUnreadable
from hallmark.kit.meters import SERVICE, Meter
from hallmark.kit.scenario import KitTest, Scenario, needs_service
from hallmark.kit.stage import Stage
from hallmark.kit.trace import NotMet, NotTestable, Trace
from hallmark.kit.verbs import wait_for_line

#: How long a product may take to see a change from outside.
SEEN_S = 30.0
_READY_S = 60.0
_ALARM_S = 60.0
_CADF = "http://schemas.dmtf.org/cloud/audit/1.0/event"


def _alarmed(stage: Stage) -> None:
    """The kit raises the product's alarm and watches the cloud for what the product does then."""
    stage.install()
    stage.create()
    facts = stage.verb("alarm").facts or {}
    before = stage.look("armed")
    alarm = str(facts.get("alarm", ""))
    if alarm:
        try:
            # The body is one JSON string (Aodh API v2).
            stage.cloud.change("alarm", "PUT", f"/alarms/{alarm}/state", "alarm")
        except CloudUnreadable as error:
            stage.trace.notes["alarm"] = str(error)
        else:
            stage.trace.looks["alarmed"] = stage.cloud.settled(
                lambda found: found.resources.keys() != before.resources.keys(), _ALARM_S
            )
    stage.remove()


def _watched(stage: Stage) -> None:
    """While the product watches, the kit deletes one of its items behind its back. Watching is
    recorded by itself: only then can be told how often the product asks."""
    stage.install()
    stage.create()
    stage.look("created")
    items = (stage.verb("list").facts or {}).get("items") or []
    found = matching(stage.trace.made(), [str(one) for one in items])
    if not found:
        raise NotTestable("no item of the product can be found in the cloud")
    victim = found[0]
    notes = stage.trace.notes
    notes["changed"] = (victim.id, victim.name)

    def change(output: Path) -> None:
        notes["ready"] = wait_for_line(output, "ready", _READY_S)
        path = KINDS[victim.kind].delete.format(**{**victim.document, "id": victim.id})
        stage.cloud.ask(KINDS[victim.kind].service, "DELETE", path)
        notes["changed at"] = time.monotonic()

    with stage.recorded_apart():
        began = time.monotonic()
        stage.verb("watch", meanwhile=change)
        notes["seen after"] = time.monotonic() - notes["changed at"]
        # A footprint shorter than a minute says nothing of how often somebody asks.
        time.sleep(max(0.0, stage.lab.watch_s - (time.monotonic() - began)))
    stage.remove()


def _audited(stage: Stage) -> None:
    stage.install()
    stage.create()
    stage.look("created")
    facts = stage.verb("audit").facts or {}
    path = stage.lab.adapter.folder / str(facts.get("path", ""))
    if path.is_file():
        stage.trace.notes["events"] = path.read_text("utf-8", "replace")
    stage.remove()


def _agrees(trace: Trace) -> str:
    value = float(trace.fact("meter", "value", int | float))
    meter = _meter(trace, "meter")
    require(meter.value is not None, "the cloud has no measure of this meter")
    real = float(meter.value or 0.0)
    require(abs(value - real) <= 0.1 * abs(real), f"the product says {value:g}, the cloud {real:g}")
    return f"the product says {value:g}, the cloud {real:g}"


def _reached(trace: Trace) -> str:
    trace.done("publish")
    meter = _meter(trace, "publish")
    require(meter.measures > 0, "no measure reached the cloud")
    require(bool(meter.project), "the meter's resource has no project id")
    require(meter.project == trace.notes["project"], "the meter's resource is of another project")
    return f"{meter.measures} measures in the cloud, with project and resource id"


def _meter(trace: Trace, verb: str) -> Meter:
    trace.facts(verb)
    found = trace.notes[verb]
    if not isinstance(found, Meter) or found.fault:
        raise NotMet(found.fault if isinstance(found, Meter) else "no meter was looked at")
    return found


def _acted(trace: Trace) -> str:
    trace.fact("alarm", "alarm", str)
    if "alarm" in trace.notes:
        raise NotMet(f"the alarm could not be raised: {trace.notes['alarm']}")
    now, before = trace.look("alarmed"), trace.look("armed")
    changed = len(now.since(before)) + len(before.since(now))
    require(changed > 0, f"nothing changed in the cloud within {_ALARM_S:.0f} s of the alarm")
    return f"{changed} resources changed after the alarm"


def _noticed(trace: Trace) -> str:
    seen = trace.fact("watch", "seen", str)
    require(trace.notes["ready"], "watch did not print the line ready")
    require(seen in trace.notes["changed"], f"saw a change of {seen}, which was not changed")
    after = trace.notes["seen after"]
    require(after <= SEEN_S, f"seen {after:.0f} s after the change")
    return f"an outside change was seen after {after:.1f} s"


def _accounted(trace: Trace) -> str:
    trace.fact("audit", "path", str)
    events = [_event(line) for line in str(trace.notes.get("events", "")).splitlines() if line]
    good = [one for one in events if one.get("typeURI") == _CADF and one.get("outcome")]
    require(bool(good), "no CADF event")
    text = json.dumps(good)
    missing = [one.name for one in trace.made() if one.id not in text and one.name not in text]
    require(not missing, f"no event names {', '.join(missing[:5])}")
    return f"{len(good)} CADF events name all that was made"


def _event(line: str) -> Mapping[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


SCENARIOS = (
    Scenario("alarm", _alarmed, verbs=("alarm",), obstacle=needs_service("alarm")),
    Scenario("watch", _watched, verbs=("create", "list", "watch")),
    Scenario("audit", _audited, verbs=("create", "audit")),
)

TESTS = (
    KitTest("telemetry.consume", "life", "the cloud's own meter", _agrees, ("meter",), SERVICE),
    KitTest(
        "telemetry.publish", "life", "its meters in the cloud", _reached, ("publish",), SERVICE
    ),
    KitTest("telemetry.alarms", "alarm", "changes after the alarm", _acted),
    KitTest("events.react", "watch", "seconds until a deletion is seen", _noticed),
    KitTest("events.audit", "audit", "CADF events for all it made", _accounted),
)
