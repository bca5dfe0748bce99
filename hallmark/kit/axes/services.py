"""Load balancing, names, orchestration."""

from __future__ import annotations

from hallmark.kit.criteria import gone_after, made_kind, require
from hallmark.kit.inventory import named
from hallmark.kit.scenario import KitTest
from hallmark.kit.trace import Trace

_OWN_RECORDS = ("SOA", "NS")


def _balanced(trace: Trace) -> str:
    balancers = made_kind(trace, "load_balancer")
    monitors = trace.made().of("health_monitor")
    require(bool(monitors), "the load balancer has no health monitor")
    gone_after(trace, balancers)
    return f"Octavia with a health monitor: {named(balancers)}"


def _resolved(trace: Trace) -> str:
    records = [
        one for one in made_kind(trace, "recordset") if one.document.get("type") not in _OWN_RECORDS
    ]
    require(bool(records), "no name was made in Designate")
    gone_after(trace, records)
    return f"names made and removed: {named(records)}"


def _from_template(trace: Trace) -> str:
    stacks = made_kind(trace, "stack")
    complete = [one for one in stacks if one.status.endswith("COMPLETE")]
    require(bool(complete), f"no stack was completed: {named(stacks)}")
    gone_after(trace, stacks)
    return f"installed from {named(complete)}"


TESTS = (
    KitTest(
        "lb.octavia",
        "life",
        "load balancers and health monitors",
        _balanced,
        verbs=("create",),
        service="load-balancer",
    ),
    KitTest("dns.designate", "life", "recordsets", _resolved, verbs=("create",), service="dns"),
    KitTest(
        "orch.heat", "life", "stacks", _from_template, verbs=("create",), service="orchestration"
    ),
)
