"""A product that stays while its cloud is upgraded: left by one run, taken up by the next.

The folder holds secrets of the product (its `OSI_WORK`), so it is private and no evidence.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from hallmark.kit.inventory import mentions, named
from hallmark.kit.lab import Lab
from hallmark.kit.scenario import Scenario
from hallmark.kit.stage import Stage
from hallmark.kit.trace import NotMet, NotTestable, Trace

_FILE = "stay.json"


@dataclass(frozen=True, slots=True)
class Kept:
    """What was there when the product was left: `resources` are (kind, id)."""

    product: str
    mark: str
    items: list[str]
    resources: list[tuple[str, str]]


def _stay(stage: Stage) -> None:
    """Install, use, and leave everything where it is."""
    stage.install()
    stage.create()
    stage.look("created")
    items = [str(one) for one in (stage.verb("list").facts or {}).get("items") or []]
    made = [(one.kind, one.id) for one in stage.trace.made()]
    folder = stage.lab.stay
    if folder is None or not made:
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copytree(stage.folder, folder / "installation")
    kept = Kept(stage.lab.adapter.name, stage.mark, items, made)
    (folder / _FILE).write_text(json.dumps(asdict(kept), indent=1))
    stage.stays = True


def _return(stage: Stage) -> None:
    """Take the product up again on the cloud as it is now; then remove it."""
    kept = _kept(stage.lab)
    stage.trace.notes["kept"] = kept
    stage.take_up(kept.mark, _folder(stage.lab) / "installation")
    now = stage.look("returned")
    stage.trace.looks["before"] = now.only(lambda one: not mentions(one, kept.mark))
    stage.verb("list")
    stage.create(1)
    stage.look("created")
    stage.remove()


def _folder(lab: Lab) -> Path:
    if lab.returned is None:
        raise NotTestable(_not_returned(lab))
    return lab.returned


def _kept(lab: Lab) -> Kept:
    """Raises NotTestable where the folder is none of a run that left something."""
    try:
        found = json.loads((_folder(lab) / _FILE).read_text())
        resources = [(str(kind), str(own)) for kind, own in found["resources"]]
        kept = Kept(str(found["product"]), str(found["mark"]), list(found["items"]), resources)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotTestable(f"the folder of --returned cannot be read: {error}") from None
    if kept.product != lab.adapter.name:
        raise NotTestable(f"the folder of --returned is of {kept.product}")
    return kept


def _not_returned(lab: Lab) -> str:
    if lab.stay is not None:
        return "the product stays: run again with --returned once the cloud is upgraded"
    if lab.returned is None:
        return "needs a run with --stay, an upgrade of the cloud, and a run with --returned"
    return ""


def survived(trace: Trace) -> str:
    """All that was left is there, listed, and goes on working."""
    trace.done("list", "create", "remove")
    kept: Kept = trace.notes["kept"]
    there = trace.look("returned").resources
    lost = [f"{kind} {own}" for kind, own in kept.resources if (kind, own) not in there]
    if lost:
        raise NotMet(f"lost by the upgrade of the cloud: {', '.join(lost[:5])}")
    listed = trace.words("list", "items")
    missing = sorted(set(kept.items) - set(listed))
    if missing or not kept.items:
        raise NotMet(f"not listed any more: {', '.join(missing[:5]) or 'nothing was before'}")
    fresh = trace.look("created").since(trace.look("returned"))
    if not len(fresh):
        raise NotMet("it makes nothing new any more")
    left = [one for one in trace.look("removed") if mentions(one, trace.mark)]
    if left:
        raise NotMet(f"not removed any more: {named(left)}")
    return f"all {len(kept.resources)} resources survived, and it made {fresh.words}"


STAY = Scenario("stay", _stay)
RETURNED = Scenario("returned", _return, verbs=("create", "list"), obstacle=_not_returned)
