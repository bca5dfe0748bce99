"""Meters as Gnocchi, the cloud's metric service, shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hallmark.kit.cloud import Cloud
from hallmark.kit.login import CloudUnreadable

SERVICE = "metric"


@dataclass(frozen=True, slots=True)
class Meter:
    """A meter of one resource. `value` is the newest measure, None without any. `fault` says why
    there is nothing to see."""

    resource: str
    project: str = ""
    value: float | None = None
    measures: int = 0
    fault: str = ""


def meter_of(cloud: Cloud, facts: Mapping[str, Any]) -> Meter:
    """The meter that an adapter's facts name by `resource` and `metric`."""
    resource, metric = str(facts.get("resource", "")), str(facts.get("metric", ""))
    if not cloud.has(SERVICE):
        return Meter(resource, fault="the cloud has no metric service")
    try:
        found = cloud.read(SERVICE, f"/resource/generic/{resource}")
        known = dict(found.get("metrics") or {})
        if metric not in known:
            return Meter(resource, fault=f"the resource has no meter {metric}")
        measures = cloud.read(SERVICE, f"/metric/{known[metric]}/measures?refresh=true")
    except CloudUnreadable as error:
        return Meter(resource, fault=str(error))
    value = float(measures[-1][2]) if measures else None
    return Meter(resource, str(found.get("project_id") or ""), value, len(measures))
