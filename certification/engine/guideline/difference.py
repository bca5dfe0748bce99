"""What changed from one guideline to another, by meaning: capabilities, tests, flags, releases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from certification.engine.guideline.model import (
    CapabilityStatus,
    Flag,
    Guideline,
    GuidelineTest,
    Target,
)
from certification.engine.guideline.standing import standing

#: A test as a document names it: its name and idempotent id, which may be empty.
TestKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Move:
    """A capability whose status changed for one target; None where the target has it not."""

    capability: str
    target: str
    before: CapabilityStatus | None
    after: CapabilityStatus | None


@dataclass(frozen=True, slots=True)
class Renamed:
    """The same test by its idempotent id, under another name."""

    before: str
    after: str
    idempotent_id: str


@dataclass(frozen=True, slots=True)
class FlagChange:
    """A test that both documents name in this capability. `flag` is the one set, or withdrawn."""

    capability: str
    test: str
    flag: Flag


@dataclass(frozen=True, slots=True)
class TestsOfCapability:
    """What became of the tests of a capability that both documents have."""

    capability: str
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """All sorted. Tests are counted once, however many capabilities name them; `tests_added`,
    `tests_removed` leave renamed ones out. `moves` compare targets that both have by name."""

    before: str
    after: str
    releases_added: tuple[str, ...]
    releases_removed: tuple[str, ...]
    targets_added: tuple[Target, ...]
    targets_removed: tuple[Target, ...]
    capabilities_added: tuple[str, ...]
    capabilities_removed: tuple[str, ...]
    moves: tuple[Move, ...]
    tests_added: tuple[str, ...]
    tests_removed: tuple[str, ...]
    tests_renamed: tuple[Renamed, ...]
    tests_moved: tuple[TestsOfCapability, ...]
    flags_set: tuple[FlagChange, ...]
    flags_withdrawn: tuple[FlagChange, ...]

    @property
    def is_empty(self) -> bool:
        return not any(
            (
                self.releases_added,
                self.releases_removed,
                self.targets_added,
                self.targets_removed,
                self.capabilities_added,
                self.capabilities_removed,
                self.moves,
                self.tests_added,
                self.tests_removed,
                self.tests_renamed,
                self.tests_moved,
                self.flags_set,
                self.flags_withdrawn,
            )
        )


def difference(before: Guideline, after: Guideline) -> Difference:
    """From `before` to `after`. Give guidelines with their amendments applied, or both without."""
    old, new = _tests(before), _tests(after)
    renamed = _renamed(old, new)
    names = {one.before: one.after for one in renamed}
    moved_away = {(one.before, one.idempotent_id) for one in renamed}
    moved_here = {(one.after, one.idempotent_id) for one in renamed}
    set_, withdrawn = _flags(before, after, names)
    targets_before = {target.name: target for target in before.targets}
    targets_after = {target.name: target for target in after.targets}
    return Difference(
        before=before.id,
        after=after.id,
        releases_added=_without(after.releases, before.releases),
        releases_removed=_without(before.releases, after.releases),
        targets_added=tuple(t for t in after.targets if t.name not in targets_before),
        targets_removed=tuple(t for t in before.targets if t.name not in targets_after),
        capabilities_added=_without(tuple(after.capabilities), tuple(before.capabilities)),
        capabilities_removed=_without(tuple(before.capabilities), tuple(after.capabilities)),
        moves=_moves(before, after),
        tests_added=_names(new.keys() - old.keys() - moved_here),
        tests_removed=_names(old.keys() - new.keys() - moved_away),
        tests_renamed=renamed,
        tests_moved=_moved(before, after, names),
        flags_set=set_,
        flags_withdrawn=withdrawn,
    )


def _tests(guideline: Guideline) -> dict[TestKey, GuidelineTest]:
    return {
        (test.name, test.idempotent_id): test
        for capability in guideline.capabilities.values()
        for test in capability.tests
    }


def _renamed(
    old: Mapping[TestKey, GuidelineTest], new: Mapping[TestKey, GuidelineTest]
) -> tuple[Renamed, ...]:
    """Only where the id stands for one test on either side: some ids belong to several."""
    gone, come = _by_id(old.keys() - new.keys()), _by_id(new.keys() - old.keys())
    return tuple(
        Renamed(gone[one][0], come[one][0], one)
        for one in sorted(gone.keys() & come.keys())
        if len(gone[one]) == len(come[one]) == 1
    )


def _by_id(keys: set[TestKey]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, idempotent_id in sorted(keys):
        if idempotent_id:
            found.setdefault(idempotent_id, []).append(name)
    return found


def _moves(before: Guideline, after: Guideline) -> tuple[Move, ...]:
    """Of the targets that both have; a capability new to a target, or gone from it, is a move."""
    later = {target.name: target for target in after.targets}
    moves = []
    for target in before.targets:
        if target.name not in later:
            continue
        was, now = standing(before, target), standing(after, later[target.name])
        moves += [
            Move(capability, target.name, was.get(capability), now.get(capability))
            for capability in sorted(was.keys() | now.keys())
            if was.get(capability) is not now.get(capability)
        ]
    return tuple(moves)


def _moved(
    before: Guideline, after: Guideline, names: Mapping[str, str]
) -> tuple[TestsOfCapability, ...]:
    found = []
    for capability in sorted(before.capabilities.keys() & after.capabilities.keys()):
        was = {names.get(one.name, one.name) for one in before.capabilities[capability].tests}
        now = {one.name for one in after.capabilities[capability].tests}
        if was != now:
            added, removed = tuple(sorted(now - was)), tuple(sorted(was - now))
            found.append(TestsOfCapability(capability, added, removed))
    return tuple(found)


def _flags(
    before: Guideline, after: Guideline, names: Mapping[str, str]
) -> tuple[tuple[FlagChange, ...], tuple[FlagChange, ...]]:
    """Set and withdrawn, of tests that both have in a capability of that name."""
    set_, withdrawn = [], []
    for capability in sorted(before.capabilities.keys() & after.capabilities.keys()):
        was = {names.get(t.name, t.name): t.flag for t in before.capabilities[capability].tests}
        now = {test.name: test.flag for test in after.capabilities[capability].tests}
        for name in sorted(was.keys() & now.keys()):
            old, new = was[name], now[name]
            if new is not None and old is None:
                set_.append(FlagChange(capability, name, new))
            if old is not None and new is None:
                withdrawn.append(FlagChange(capability, name, old))
    return tuple(set_), tuple(withdrawn)


def _without(these: tuple[str, ...], those: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(these) - set(those)))


def _names(keys: set[TestKey]) -> tuple[str, ...]:
    return tuple(sorted({name for name, _ in keys}))
