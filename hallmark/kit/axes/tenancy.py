"""Tenancy and quota: what the product leaves, marks, and how it keeps to what it may have."""

from __future__ import annotations

import re
from contextlib import ExitStack

from certification.engine.footprint.model import Condition, Footprint, Operation
from hallmark.kit.actors import in_a_project, in_another_region
from hallmark.kit.cloud import Cloud
from hallmark.kit.criteria import cycle_done, failed_run, require, said_by, same_as_before
from hallmark.kit.inventory import marked, named
from hallmark.kit.plays import make_and_look, short
from hallmark.kit.recording import Asked
from hallmark.kit.scenario import KitTest, Scenario, needs_people
from hallmark.kit.stage import Stage
from hallmark.kit.trace import Trace

_NAMES_QUOTA = r"quota|limit|exceed|too (?:many|large)|\b413\b"


def _two_projects(stage: Stage) -> None:
    """Installed here by the caller and there by somebody else, who then lists and removes."""
    lab = stage.lab
    stage.install()
    stage.create()
    stage.look("created")
    here = stage.verb("list")
    trace = Trace()
    with ExitStack() as undo:
        login = in_a_project(lab, undo)
        cloud = undo.enter_context(Cloud(login))
        asked = Asked(Condition.PLAIN, login)
        recording = undo.enter_context(lab.open_recording(asked))
        there = Stage(lab, cloud, recording, trace, asked)
        try:
            there.install()
            there.create()
            there.look("created")
            seen = there.verb("list")
            there.remove()
        finally:
            there.clear()
    stage.trace.runs |= {f"{label} elsewhere": run for label, run in trace.runs.items()}
    stage.trace.notes["here"] = (here.facts or {}).get("items")
    stage.trace.notes["there"] = (seen.facts or {}).get("items")
    stage.trace.notes["made there"] = len(trace.made())
    stage.look("after the other")
    stage.verb("list", label="list again")
    stage.remove()


def _clean(trace: Trace) -> str:
    trace.done("install", "remove")
    return same_as_before(trace)


def _apart(trace: Trace) -> str:
    trace.done("install", "create", "list", "list again")
    trace.done("install elsewhere", "create elsewhere", "list elsewhere", "remove elsewhere")
    here, there = set(trace.notes["here"] or ()), set(trace.notes["there"] or ())
    require(bool(here) and bool(there), "a list named no items")
    require(not here & there, f"seen from the other project: {', '.join(sorted(here & there)[:5])}")
    changed = trace.look("created").since(trace.look("after the other"))
    require(not len(changed), f"changed from the other project: {named(changed)}")
    require(
        set(trace.words("list again", "items")) == here, "the list changed by the other project"
    )
    return "neither project saw or changed what the other has"


def _marked(trace: Trace) -> str:
    trace.done("create")
    made = trace.made()
    require(bool(len(made)), "the product made nothing")
    bare = [one for one in made if not marked(one, trace.mark, made)]
    require(not bare, f"without the mark: {named(bare)}")
    return f"all carry the mark: {made.words}"


def _in_region(trace: Trace) -> str:
    trace.done("create")
    made = trace.made()
    require(bool(len(made)), "nothing was made in the second region")
    return f"{cycle_done(trace)}; in the second region it made {made.words}"


def _looked_first(trace: Trace) -> str:
    trace.done("install", "create")
    footprint = trace.measured()
    reads = [one.first_s for one in footprint.operations if _reads_limits(one)]
    require(bool(reads), "no limits or quota were read")
    writes = _creations(footprint)
    require(bool(writes), "nothing was created")
    require(min(reads) < min(writes), "the first resource was made before limits were read")
    return "limits were read before the first resource was made"


def _reads_limits(one: Operation) -> bool:
    words = ("limits", "quota")
    return one.method == "GET" and one.succeeded and any(word in one.path for word in words)


def _creations(footprint: Footprint) -> list[float]:
    return [
        one.first_s
        for one in footprint.operations
        if one.method in ("POST", "PUT") and one.service != "identity" and one.succeeded
    ]


def _told(trace: Trace) -> str:
    label = failed_run(trace, "install", "create")
    require(not trace.runs[label].timed_out, f"{label} hung instead of telling")
    named_so = re.search(_NAMES_QUOTA, said_by(trace, label), re.IGNORECASE)
    require(named_so is not None, f"neither the output of {label} nor the log names the quota")
    before = trace.look("installed" if label == "create" else "before")
    left = trace.look("afterwards").since(before)
    require(not len(left), f"left behind: {named(left)}")
    return f"{label} named the quota and left nothing"


SCENARIOS = (
    Scenario("two-projects", _two_projects, verbs=("create", "list"), obstacle=needs_people),
    Scenario("other-region", short, actor=in_another_region, own_eyes=True),
    Scenario("quota", make_and_look, Condition.QUOTA),
)

TESTS = (
    KitTest("tenancy.cleanup", "life", "inventory before and after", _clean),
    KitTest("tenancy.isolation", "two-projects", "lists and inventories of both", _apart),
    KitTest("tenancy.marking", "life", "tags and metadata of all it made", _marked, ("create",)),
    KitTest("tenancy.region", "other-region", "resources in the second region", _in_region),
    KitTest("quota.preflight", "life", "limits read before the first POST", _looked_first),
    KitTest("quota.exceeded", "quota", "what the product says, and leaves", _told),
)
