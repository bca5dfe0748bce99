"""Sentences that the criteria of several tests share."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hallmark.kit.inventory import Inventory, Resource, counted, named
from hallmark.kit.trace import NotMet, Trace
from hallmark.kit.verbs import Ended

#: With pages of two, all of these stand on more than two pages.
MANY_ITEMS = 5


def require(holds: bool, reason: str) -> None:
    """Raises NotMet with the reason unless it holds."""
    if not holds:
        raise NotMet(reason)


def cycle_done(trace: Trace) -> str:
    """The product was installed, used and removed."""
    trace.done("install")
    used = [label for label in ("create", "list") if _is_used(trace, label)]
    trace.done("remove")
    return f"install, {', '.join([*used, 'remove'])} went through"


def _is_used(trace: Trace, label: str) -> bool:
    if label in trace.runs and trace.runs[label].ended is Ended.UNSUPPORTED:
        return False
    trace.done(label)
    return True


def made_kind(trace: Trace, *kinds: str, look: str = "created") -> tuple[Resource, ...]:
    """What the product had made of these kinds. Raises NotMet when nothing."""
    trace.done("create")
    made = trace.made(look)
    found = tuple(one for one in made if one.kind in kinds)
    require(bool(found), f"the product made no {' or '.join(_plain(one) for one in kinds)}")
    return found


def gone_after(trace: Trace, resources: Sequence[Resource]) -> None:
    """None of them was there after removal."""
    trace.done("remove")
    removed = trace.look("removed")
    left = [one for one in resources if removed.here(one)]
    require(not left, f"still there after removal: {named(left)}")


def same_as_before(trace: Trace, look: str = "removed") -> str:
    """Nothing more and nothing less than before the product came."""
    before, after = trace.look("before"), trace.look(look)
    left, lost = after.since(before), before.since(after)
    require(not len(left), f"left behind: {named(left)}")
    require(not len(lost), f"gone that was not the product's: {named(lost)}")
    return f"the inventory is as before: {counted(after.counts)}"


def items_listed(trace: Trace, count: int, *, listing: str = "list", made: str = "create") -> str:
    """The product lists every item that it made: by its own names from `create`, and by the cloud's
    inventory for each kind that the list names."""
    trace.done(made)
    items = trace.words(listing, "items")
    require(len(set(items)) == len(items), "the list names an item twice")
    declared = _declared(trace, made)
    missing = [one for one in declared if one not in items]
    require(not missing, f"not in the list: {', '.join(missing[:5])}")
    matched = matching(trace.made(), items)
    require(
        bool(matched) or len(declared) >= count,
        "no listed item could be found in the cloud, and create named none",
    )
    fresh = trace.look("created").since(trace.look("installed"))
    # Where create named its items, only those count: a kind may also serve other ends.
    unlisted = [
        one
        for kind in {resource.kind for resource in matched if not declared}
        for one in fresh.of(kind)
        if not any(one.answers_to(item) for item in items)
    ]
    require(not unlisted, f"in the cloud and not in the list: {named(unlisted)}")
    require(len(items) >= count, f"{len(items)} items listed, {count} made")
    return f"{len(items)} items listed, all that were made"


def _declared(trace: Trace, label: str) -> list[str]:
    facts = trace.runs[label].facts or {}
    return trace.words(label, "items") if "items" in facts else []


def matching(inventory: Inventory, items: Sequence[str]) -> tuple[Resource, ...]:
    """The resources that the words mean."""
    return tuple(one for one in inventory if any(one.answers_to(item) for item in items))


def no_duplicates(trace: Trace, count: int) -> str:
    """As many items as were asked for, and no two resources of one kind and name."""
    fresh = trace.look("created").since(trace.look("installed"))
    twice = [
        one
        for one in fresh
        if one.name != one.id
        and sum(1 for other in fresh.of(one.kind) if other.name == one.name) > 1
    ]
    require(not twice, f"made twice: {named(twice)}")
    items = trace.words("list", "items") if _is_used(trace, "list") else []
    for kind in {one.kind for one in matching(fresh, items)} - {"object"}:
        found = len(fresh.of(kind))
        require(found <= count, f"{found} of kind {_plain(kind)} made, {count} asked for")
    return "nothing was made twice"


def said_by(trace: Trace, label: str) -> str:
    """What one verb printed, and the product's log."""
    return f"{trace.run(label).text}\n{trace.notes.get('log', '')}"


def speaks_of(text: str, resource: Resource) -> bool:
    """Whether the text has its id or name as a word of its own."""
    words = (re.escape(word) for word in (resource.id, resource.name) if word)
    return re.search(rf"(?<![\w-])(?:{'|'.join(words)})(?![\w-])", text) is not None


def failed_run(trace: Trace, *labels: str) -> str:
    """The label of the first verb that failed. Raises NotMet when none did."""
    for label in labels:
        if label in trace.runs and trace.runs[label].ended is Ended.FAILED:
            return label
    raise NotMet(f"{' and '.join(labels)} ended as if nothing had happened")


def _plain(kind: str) -> str:
    return kind.replace("_", " ")
