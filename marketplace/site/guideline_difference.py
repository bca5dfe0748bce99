"""The page that tells two guidelines apart: what was added, removed, moved, renamed, flagged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from certification.engine.guideline.difference import Difference, Move, difference
from certification.engine.guideline.targets import title_of
from certification.engine.integration.difference import RuleChange, rule_changes
from certification.judging import parsed_guideline
from certification.levels import rules_of
from certification.models import Guideline

_KINDS = {
    "capability": "Capabilities",
    "concern": "Concerns",
    "level": "Levels",
    "profile": "Profiles",
}


@dataclass(frozen=True, slots=True)
class MoveShelf:
    """The capabilities of one target whose status changed."""

    title: str
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class RuleShelf:
    title: str
    changes: tuple[RuleChange, ...]


@dataclass(frozen=True, slots=True)
class DifferenceSheet:
    """`counts` are words with numbers, for the head of the page; empty where nothing differs."""

    before: Guideline
    after: Guideline
    found: Difference
    shelves: tuple[MoveShelf, ...]
    rules: tuple[RuleShelf, ...]
    counts: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return self.found.is_empty and not self.rules


def difference_sheet(before: Guideline, after: Guideline) -> DifferenceSheet:
    """From `before` to `after`, each with its amendments; both of the same programme."""
    found = difference(parsed_guideline(before), parsed_guideline(after))
    shelves = tuple(
        MoveShelf(title_of(target), tuple(moves))
        for target, moves in groupby(found.moves, key=lambda move: move.target)
    )
    changes = rule_changes(rules_of(before), rules_of(after)) if before.is_integration else ()
    rules = tuple(
        RuleShelf(_KINDS[kind], tuple(of_kind))
        for kind, of_kind in groupby(changes, key=lambda change: change.kind)
    )
    counts = _counts(found, sum(len(shelf.changes) for shelf in rules))
    return DifferenceSheet(before, after, found, shelves, rules, counts)


def _counts(found: Difference, rules: int) -> tuple[str, ...]:
    pieces: Iterable[tuple[int, str, str]] = (
        (len(found.capabilities_added), "capability", "added"),
        (len(found.capabilities_removed), "capability", "removed"),
        (len(found.moves), "change", "of status"),
        (len(found.tests_added), "test", "added"),
        (len(found.tests_removed), "test", "removed"),
        (len(found.tests_renamed), "test", "renamed"),
        (len(found.flags_set), "flag", "set"),
        (len(found.flags_withdrawn), "flag", "withdrawn"),
        (rules, "rule", "changed"),
    )
    return tuple(f"{_numbered(n, noun)} {deed}" for n, noun, deed in pieces if n)


def _numbered(number: int, noun: str) -> str:
    if number == 1:
        return f"1 {noun}"
    return f"{number} {'capabilities' if noun == 'capability' else f'{noun}s'}"


def comparable(guideline: Guideline, others: Sequence[Guideline]) -> list[Guideline]:
    """Of the others those that one may compare with it: the same programme, platforms or add-on."""
    return [one for one in others if one.add_on == guideline.add_on and one.pk != guideline.pk]
