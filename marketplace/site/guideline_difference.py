"""The page that tells two guidelines apart: what was added, removed, moved, renamed, flagged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext, gettext_noop, ngettext

from certification.engine.guideline.difference import Difference, Move, difference
from certification.engine.guideline.targets import title_of
from certification.engine.integration.difference import RuleChange, rule_changes
from certification.judging import parsed_guideline
from certification.levels import rules_of
from certification.models import Guideline

_KINDS = {
    "capability": gettext_noop("Capabilities"),
    "concern": gettext_noop("Concerns"),
    "level": gettext_noop("Levels"),
    "profile": gettext_noop("Profiles"),
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
        RuleShelf(gettext(_KINDS[kind]), tuple(of_kind))
        for kind, of_kind in groupby(changes, key=lambda change: change.kind)
    )
    counts = _counts(found, sum(len(shelf.changes) for shelf in rules))
    return DifferenceSheet(before, after, found, shelves, rules, counts)


def _counts(found: Difference, rules: int) -> tuple[str, ...]:
    added, removed = len(found.capabilities_added), len(found.capabilities_removed)
    # One capability may move in several targets.
    moved, renamed = len({one.capability for one in found.moves}), len(found.tests_renamed)
    tests, gone = len(found.tests_added), len(found.tests_removed)
    flags, withdrawn = len(found.flags_set), len(found.flags_withdrawn)
    counted = (
        (added, ngettext("{n} capability added", "{n} capabilities added", added)),
        (removed, ngettext("{n} capability removed", "{n} capabilities removed", removed)),
        (moved, ngettext("{n} capability changed", "{n} capabilities changed", moved)),
        (tests, ngettext("{n} test added", "{n} tests added", tests)),
        (gone, ngettext("{n} test removed", "{n} tests removed", gone)),
        (renamed, ngettext("{n} test renamed", "{n} tests renamed", renamed)),
        (flags, ngettext("{n} flag set", "{n} flags set", flags)),
        (withdrawn, ngettext("{n} flag withdrawn", "{n} flags withdrawn", withdrawn)),
        (rules, ngettext("{n} rule changed", "{n} rules changed", rules)),
    )
    return tuple(words.format(n=n) for n, words in counted if n)


def comparable(guideline: Guideline, others: Sequence[Guideline]) -> list[Guideline]:
    """Of the others those that one may compare with it: the same programme, platforms or add-on."""
    return [one for one in others if one.add_on == guideline.add_on and one.pk != guideline.pk]
