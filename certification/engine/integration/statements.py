"""What a rule can say about the footprints of one condition: one small class per kind of sentence.

Each is true or false of a `View`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from certification.engine.footprint.model import AuthUse, Condition, Footprint, Operation
from certification.engine.footprint.words import UNKNOWN_SERVICE
from certification.engine.integration.selector import Selector
from certification.engine.integration.view import FACTS, Number, View, epoch, view_of


class Statement(Protocol):
    def holds(self, view: View) -> bool: ...


@dataclass(frozen=True, slots=True)
class Seen:
    """Each of these calls was made."""

    selectors: tuple[Selector, ...]

    def holds(self, view: View) -> bool:
        return all(view.sees(selector) for selector in self.selectors)


@dataclass(frozen=True, slots=True)
class Unseen:
    """None of these calls was made."""

    selectors: tuple[Selector, ...]

    def holds(self, view: View) -> bool:
        return not any(view.sees(selector) for selector in self.selectors)


@dataclass(frozen=True, slots=True)
class Fact:
    """A number that the recorder took lies within its bounds, both inclusive."""

    name: str
    minimum: Number | None
    maximum: Number | None

    def holds(self, view: View) -> bool:
        value = FACTS[self.name](view)
        if value is None:
            return False
        return (self.minimum is None or value >= self.minimum) and (
            self.maximum is None or value <= self.maximum
        )


@dataclass(frozen=True, slots=True)
class AuthPattern:
    """One of `methods`, one of `scopes` and one of `roles`, where they are given."""

    methods: tuple[str, ...]
    scopes: tuple[str, ...]
    roles: tuple[str, ...]

    def matches(self, use: AuthUse) -> bool:
        return (
            (not self.methods or not set(self.methods).isdisjoint(use.methods))
            and (not self.scopes or use.scope in self.scopes)
            and (not self.roles or not set(self.roles).isdisjoint(use.roles))
        )


@dataclass(frozen=True, slots=True)
class Authenticated:
    """A token was asked for in one of these ways (`wanted`), or in none of them."""

    patterns: tuple[AuthPattern, ...]
    wanted: bool = True

    def holds(self, view: View) -> bool:
        found = any(pattern.matches(use) for use in view.auth for pattern in self.patterns)
        return found is self.wanted


@dataclass(frozen=True, slots=True)
class InOrder:
    """Both were seen: the first `earlier` before the first `later`, or (`again`) some `later` after
    the first `earlier`. Calls at the same moment prove no order."""

    earlier: Selector
    later: Selector
    again: bool = False

    def holds(self, view: View) -> bool:
        try:
            earlier = [first for first, _ in view.moments(self.earlier)]
            later = list(view.moments(self.later))
        except ValueError:
            return False
        if not earlier or not later:
            return False
        if self.again:
            return max(last for _, last in later) > min(earlier)
        return min(earlier) < min(first for first, _ in later)


@dataclass(frozen=True, slots=True)
class SameServices:
    """Every service that answered a call with success in the other condition did so here too.

    Of several footprints of the other condition the one with the most services is meant: the
    product's whole life, not the small scenes beside it.
    """

    other: Condition

    def holds(self, view: View) -> bool:
        footprints = view_of(view.run, self.other).footprints
        each = [_served(one.operations) for one in footprints]
        most = max((len(one) for one in each), default=0)
        here = _served(view.operations)
        return most > 0 and any(len(one) == most and one <= here for one in each)


def _served(operations: Iterable[Operation]) -> set[str]:
    """Without calls to what is no service of the catalog."""
    return {one.service for one in operations if one.succeeded} - {UNKNOWN_SERVICE}


@dataclass(frozen=True, slots=True)
class Gone:
    """For each kind of resource made, one of that kind was deleted; at least one was made.

    A kind is the path of a POST answered with success, or of a call in `also`, unless it is in
    `no_kind`. It is gone by a DELETE of an item of that path or of what contains it
    (`/zones/{id}` for `/zones/{id}/recordsets`), or by what `instead` names. Of several footprints
    the one in which most kinds were made decides: only a whole life ends with a removal.
    """

    also: tuple[Selector, ...]
    no_kind: tuple[Selector, ...]
    instead: tuple[tuple[Selector, Selector], ...]

    def holds(self, view: View) -> bool:
        each = [(self._kinds(one), one) for one in view.footprints]
        most = max((len(kinds) for kinds, _ in each), default=0)
        return most > 0 and any(
            len(kinds) == most and self._all_gone(kinds.values(), footprint)
            for kinds, footprint in each
        )

    def _kinds(self, footprint: Footprint) -> dict[tuple[str, str, str], Operation]:
        return {
            (one.service, one.method, one.path): one
            for one in footprint.operations
            if self._makes(one)
        }

    def _makes(self, one: Operation) -> bool:
        posted = one.method == "POST" and one.succeeded
        if not posted and not any(selector.matches(one) for selector in self.also):
            return False
        return not any(selector.matches(one) for selector in self.no_kind)

    def _all_gone(self, made: Iterable[Operation], footprint: Footprint) -> bool:
        calls = footprint.operations
        deleted = {(o.service, o.path) for o in calls if o.method == "DELETE" and o.succeeded}
        return all(self._is_gone(one, deleted, calls) for one in made)

    def _is_gone(
        self, one: Operation, deleted: set[tuple[str, str]], calls: tuple[Operation, ...]
    ) -> bool:
        if any((one.service, path) in deleted for path in _deletions(one)):
            return True
        return any(
            made.matches(one) and any(by.matches(call) for call in calls)
            for made, by in self.instead
        )


def _deletions(one: Operation) -> list[str]:
    """Paths whose DELETE removes what this call made: the item, then each item that holds it."""
    if one.method == "PUT":
        return [one.path]
    parts = one.path.split("/")
    holders = ["/".join(parts[: i + 1]) for i, part in enumerate(parts) if part == "{id}"]
    return [f"{one.path}/{{id}}", *holders]


@dataclass(frozen=True, slots=True)
class Calm:
    """In a footprint of at least `seconds`, no path was read more than `per_minute` times a minute
    (one more is allowed at the start)."""

    per_minute: int
    seconds: int

    def holds(self, view: View) -> bool:
        return any(self._is_calm(footprint) for footprint in view.footprints)

    def _is_calm(self, footprint: Footprint) -> bool:
        try:
            lasted = epoch(footprint.ended) - epoch(footprint.started)
        except ValueError:
            return False
        if lasted < self.seconds:
            return False
        reads: dict[tuple[str, str], int] = {}
        for one in footprint.operations:
            if one.method in {"GET", "HEAD"}:
                key = one.service, one.path
                reads[key] = reads.get(key, 0) + one.count
        allowed = 1 + int(self.per_minute * lasted // 60)
        return all(count <= allowed for count in reads.values())
