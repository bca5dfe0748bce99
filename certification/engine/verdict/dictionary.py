"""Runs as bitmaps over one append-only dictionary of tests.

A key is (name, id). Beside the tests themselves there are three kinds of keys, told apart by shape:
`("", id)` for entries whose name the dictionary does not know, `(name, "*")` for a guideline's test
without id (any entry of that name), and `("setUpClass (scope)", "")` for a class whose set-up was
skipped or failed. No guideline can name a test in those ways: the parser refuses it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from certification.engine.report import Report, TestState
from certification.engine.verdict.compiled import CompiledGuideline
from certification.engine.verdict.sighting import covers, stops_tests

Key = tuple[str, str]

ANY_ID = "*"
_FIXTURE = "setUpClass ("


@dataclass(frozen=True, slots=True)
class RunBitmap:
    """Bit i of each map speaks of key i. A bit may stand in several maps: then the worst counts.

    `exact` is false where a bitmap cannot say all that the rules need (an entry without id, or a
    known name with another test's id): such a run is for the explaining path. `width` is how many
    keys the dictionary had.
    """

    passed: int
    failed: int
    skipped: int
    exact: bool
    width: int

    def to_bytes(self, size: int) -> tuple[bytes, bytes, bytes]:
        """Passed, failed, skipped: little endian, `size` bytes each. OverflowError if too small."""
        maps = (self.passed, self.failed, self.skipped)
        passed, failed, skipped = (bits.to_bytes(size, "little") for bits in maps)
        return passed, failed, skipped

    @classmethod
    def from_bytes(
        cls, passed: bytes, failed: bytes, skipped: bytes, *, exact: bool, width: int
    ) -> RunBitmap:
        maps = [int.from_bytes(bits, "little") for bits in (passed, failed, skipped)]
        return cls(maps[0], maps[1], maps[2], exact, width)


class TestDictionary:
    """Keys with their bit positions; a position, once given, is never reused or moved."""

    __test__ = False  # tells pytest that this is no class of tests

    def __init__(self, keys: Iterable[Key] = ()) -> None:
        """`keys` in the order of their positions, as they were stored."""
        self._keys: list[Key] = []
        self._positions: dict[Key, int] = {}
        self._by_name: dict[str, dict[str, int]] = defaultdict(dict)
        self._by_id: dict[str, int] = {}
        self._by_scope: dict[str, int] = {}
        self._names_of_id: dict[str, set[str]] = defaultdict(set)
        self._seen: dict[Key, tuple[tuple[int, ...], bool]] = {}
        self.grow(keys)

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def keys(self) -> tuple[Key, ...]:
        return tuple(self._keys)

    def grow(self, keys: Iterable[Key]) -> list[tuple[int, Key]]:
        """Append what is new; return the new positions with their keys."""
        fresh = [key for key in dict.fromkeys(keys) if key not in self._positions]
        self._seen = {}
        return [(self._append(key), key) for key in fresh]

    def position(self, key: Key) -> int | None:
        return self._positions.get(key)

    def names_with_id(self, idempotent_id: str) -> frozenset[str]:
        return frozenset(self._names_of_id.get(idempotent_id, ()))

    def _append(self, key: Key) -> int:
        position = len(self._keys)
        self._keys.append(key)
        self._positions[key] = position
        name, idempotent_id = key
        if not name:
            self._by_id[idempotent_id] = position
        elif name.startswith(_FIXTURE):
            self._by_scope[name[len(_FIXTURE) : -1]] = position
        else:
            self._by_name[name][idempotent_id] = position
            self._names_of_id[idempotent_id].add(name)
        return position

    def bitmap_of(self, report: Report) -> RunBitmap:
        # One byte for each bit, which becomes a digit of a binary number in the end.
        digits = {state: bytearray(b"0") * (len(self._keys) + 1) for state in _STORED}
        exact = True
        seen = self._seen
        for entry in report.entries:
            key = entry.name, entry.idempotent_id
            positions, certain = seen.get(key) or self._look_up(key)
            if not certain:
                exact = False
            for position in positions:
                digits[entry.state][position] = _ONE
        for fixture in report.fixtures:
            for scope, position in self._by_scope.items() if stops_tests(fixture) else ():
                if covers(fixture.scope, scope):
                    digits[fixture.state][position] = _ONE
        passed, failed, skipped = (int(digits[state][::-1], 2) for state in _STORED)
        return RunBitmap(passed, failed, skipped, exact, len(self._keys))

    def _look_up(self, key: Key) -> tuple[tuple[int, ...], bool]:
        """`_positions_of`, remembered from run to run; all runs draw on the same few names."""
        if len(self._seen) >= _SEEN_MOST:
            self._seen = {}
        found = self._seen[key] = self._positions_of(*key)
        return found

    def _positions_of(self, name: str, idempotent_id: str) -> tuple[tuple[int, ...], bool]:
        """Where an entry sets its bit, and whether that says all."""
        known = self._by_name.get(name)
        if known is None:
            position = self._by_id.get(idempotent_id) if idempotent_id else None
            return (() if position is None else (position,)), True
        any_id = (known[ANY_ID],) if ANY_ID in known else ()
        if not idempotent_id or idempotent_id == ANY_ID:
            return any_id, False
        if idempotent_id in known:
            return (*any_id, known[idempotent_id]), True
        return any_id, idempotent_id not in self._by_id


_STORED = (TestState.PASSED, TestState.FAILED, TestState.SKIPPED)
_ONE = ord("1")
#: Evidence may name anything: so much is remembered at most.
_SEEN_MOST = 50_000


def fixture_key(scope: str) -> Key:
    return f"{_FIXTURE}{scope})", ""


def keys_of(compiled: CompiledGuideline) -> list[Key]:
    """Every key that judging by this guideline needs, sorted."""
    keys: set[Key] = set()
    for test in compiled.tests:
        keys.update((name, test.idempotent_id or ANY_ID) for name in (test.name, *test.aliases))
        keys.update(fixture_key(scope) for scope in test.scopes)
        if test.idempotent_id:
            keys.add(("", test.idempotent_id))
    return sorted(keys)
