"""Resilience: many pages, stuck resources, faults on the way, and work half done."""

from __future__ import annotations

from certification.engine.footprint.model import Condition
from hallmark.kit.criteria import (
    MANY_ITEMS,
    cycle_done,
    failed_run,
    items_listed,
    no_duplicates,
    require,
    said_by,
    speaks_of,
)
from hallmark.kit.inventory import Resource, named
from hallmark.kit.lab import Lab
from hallmark.kit.plays import make_and_look, read_log, short
from hallmark.kit.scenario import KitTest, Scenario, first_obstacle, needs_people
from hallmark.kit.stage import ITEMS, Stage
from hallmark.kit.trace import NotTestable, Trace
from hallmark.kit.verbs import Ended

#: How long the product may wait for a stuck item, and how much longer the kit waits for it.
PATIENCE_S = 5
GRACE_S = 30.0
_RETRY_AFTER_S = 1.9
#: Resets by an administrator: service, action, key of the state, state of a stuck resource.
_RESETS = {
    "server": ("compute", "/servers/{id}/action", "os-resetState", None),
    "volume": ("block-storage", "/volumes/{id}/action", "os-reset_status", "creating"),
    "share": ("shared-file-system", "/shares/{id}/action", "reset_status", "creating"),
}


def _many(stage: Stage) -> None:
    stage.install()
    stage.create(MANY_ITEMS)
    stage.look("created")
    stage.verb("list")
    stage.remove()


def _stuck(stage: Stage) -> None:
    """An administrator puts an item into error, then into a state that never ends."""
    people = stage.lab.people
    stage.install()
    stage.create()
    stage.look("created")
    fresh = stage.trace.look("created").since(stage.trace.look("before"))
    victim = next((one for kind in _RESETS for one in fresh.of(kind)), None)
    if victim is None or people is None:
        raise NotTestable("the product made no server, volume or share whose state can be set")
    stage.verb("wait", label="wait when well", OSI_TIMEOUT_S=PATIENCE_S)
    for name, state in (("error", "error"), ("stuck", _RESETS[victim.kind][3])):
        if state is not None:
            _reset(stage, victim, state)
            stage.verb("wait", label=f"wait when {name}", OSI_TIMEOUT_S=PATIENCE_S)
    _reset(stage, victim, "active" if victim.kind == "server" else "available")
    stage.trace.notes["victim"] = victim
    read_log(stage)
    stage.remove()


def _reset(stage: Stage, victim: Resource, state: str) -> None:
    service, path, action, _ = _RESETS[victim.kind]
    key = "state" if victim.kind == "server" else "status"
    people = stage.lab.people
    if people is not None:
        people.admin.change(service, "POST", path.format(id=victim.id), {action: {key: state}})


def _all_pages(trace: Trace) -> str:
    done = items_listed(trace, MANY_ITEMS)
    require(trace.measured().facts.next_links > 0, "no next page was asked for")
    return done


def _reported(trace: Trace) -> str:
    trace.done("install", "create", "wait when well")
    victim: Resource = trace.notes["victim"]
    error = trace.run("wait when error")
    if error.ended is Ended.UNSUPPORTED:
        raise NotTestable("the adapter has no wait")
    require(error.ended is Ended.FAILED, "waited for an item in error, and called it ready")
    require(not error.timed_out, "waited for an item in error until it was stopped")
    require(
        speaks_of(error.text, victim) or "error" in error.text.lower(),
        "does not say that an item is in error",
    )
    if "wait when stuck" in trace.runs:
        stuck = trace.run("wait when stuck")
        require(stuck.ended is Ended.FAILED, "called an item ready that never was")
        require(
            stuck.seconds <= PATIENCE_S + GRACE_S and not stuck.timed_out,
            f"waited {stuck.seconds:.0f} s, {PATIENCE_S} s were allowed",
        )
    return f"the state of {named([victim])} was reported"


def _repeated(trace: Trace) -> str:
    done = cycle_done(trace)
    faults = [one for one in trace.measured().operations if one.status >= 500]
    require(bool(faults), "no call met a fault")
    return (
        f"{done} despite {sum(one.count for one in faults)} faults; {no_duplicates(trace, ITEMS)}"
    )


def _waited(trace: Trace) -> str:
    done = cycle_done(trace)
    least = trace.measured().facts.after_429_min_s
    require(least is not None, "no call was answered 429, or none was repeated")
    require((least or 0.0) >= _RETRY_AFTER_S, f"asked again {least:.1f} s after a 429, not 2 s")
    return f"{done}; asked again no sooner than {least:.1f} s after a 429"


def _tidied(trace: Trace) -> str:
    label = failed_run(trace, "install", "create")
    require(not trace.runs[label].timed_out, f"{label} hung instead of failing")
    before = trace.look("installed" if label == "create" else "before")
    left = trace.look("afterwards").since(before)
    if not len(left):
        return f"{label} failed and cleaned up"
    said = said_by(trace, label)
    silent = [one for one in left if not speaks_of(said, one)]
    require(not silent, f"left behind and not listed: {named(silent)}")
    return f"{label} failed and listed what it left: {named(left)}"


def _can_wait(lab: Lab) -> str:
    return "" if lab.adapter.has("wait") else "the adapter has no wait"


SCENARIOS = (
    Scenario("small-pages", _many, Condition.SMALL_PAGES, verbs=("create", "list")),
    Scenario("flaky", short, Condition.FLAKY, struck=frozenset({503})),
    Scenario("limited", short, Condition.LIMITED, struck=frozenset({429})),
    Scenario("half-fail", make_and_look, Condition.HALF_FAIL),
    Scenario(
        "stuck",
        _stuck,
        verbs=("create",),
        obstacle=first_obstacle(_can_wait, needs_people),
    ),
)

TESTS = (
    KitTest("resilience.pagination", "small-pages", "the list against the inventory", _all_pages),
    KitTest("resilience.states", "stuck", "what it says of an item in error", _reported),
    KitTest("resilience.retry", "flaky", "the inventory after faults", _repeated),
    KitTest("resilience.rate_limit", "limited", "seconds between 429 and repeat", _waited),
    KitTest("resilience.partial", "half-fail", "what is left, and what is said of it", _tidied),
)
