"""The plans of a TAP text and of its subtests, and whether their tests keep to them."""

from __future__ import annotations

from dataclasses import dataclass

from certification.engine.formats.limits import StreamFault


@dataclass(slots=True)
class _Level:
    """One indentation. `planned` is None until the plan is read."""

    planned: int | None = None
    seen: int = 0
    last: int = 0
    highest: int = 0
    failed: bool = False

    @property
    def shortfall(self) -> str:
        """What is wrong with the count of its tests, in words; empty if nothing."""
        if self.planned is None:
            return "there is no plan (`1..N`), so tests may be missing"
        if self.seen != self.planned:
            return f"the plan says {self.planned} tests and there are {self.seen}"
        if self.highest > self.planned:
            return f"the plan says {self.planned} tests and one has the number {self.highest}"
        return ""


class Levels:
    """Told every plan and test in order. `begun` once a version line stood at the top."""

    def __init__(self) -> None:
        self.begun = False
        self.any_point = False
        self._levels = [_Level()]

    def plan(self, depth: int, count: int) -> None:
        """Raises StreamFault for a second plan, and for one deeper than a subtest may stand."""
        level = self._at(depth)
        if level.planned is not None:
            raise StreamFault("a second plan (`1..N`)")
        level.planned = count
        self.begun = True

    def point(self, depth: int, number: int | None) -> tuple[int, bool]:
        """The number of the test, and whether a subtest of it failed or broke off."""
        below = self._close_below(depth)
        level = self._at(depth)
        level.last = level.last + 1 if number is None else number
        level.highest = max(level.highest, level.last)
        level.seen += 1
        self.any_point = self.begun = True
        return level.last, below

    def failed(self, depth: int) -> None:
        self._levels[depth].failed = True

    def shortfall(self) -> str:
        """Why the text is not whole, in words; empty if it is."""
        if len(self._levels) > 1:
            return "a subtest ends without the line of its test"
        return self._levels[0].shortfall

    def _at(self, depth: int) -> _Level:
        """The level of that depth; deeper ones begin empty. A level left behind without the line
        of its test keeps counting as open."""
        while len(self._levels) <= depth:
            self._levels.append(_Level())
        return self._levels[depth]

    def _close_below(self, depth: int) -> bool:
        below = self._levels[depth + 1 :]
        del self._levels[depth + 1 :]
        return any(level.failed or level.shortfall for level in below)
