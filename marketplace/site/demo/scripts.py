"""What the run of an attempt contains: the tests of the shipped guidelines, and what goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from zlib import crc32

from certification.engine.guideline import (
    CapabilityStatus,
    find_target,
    parse_guideline,
    test_list,
)
from certification.engine.report import bare_name
from certification.guidelines import shipped_bytes
from marketplace.site.demo.guidelines import IN_FORCE, NEXT
from marketplace.site.demo.market.story import Attempt
from marketplace.site.demo.simulation import Script

NOT_OFFERED = "This cloud does not offer the feature."
#: More than any attempt is short of.
RERUN_TESTS = 48
NOT_YET = "Not enabled before the next guideline asks for it."


def script_of(attempt: Attempt, cloud: str) -> Script:
    """The same attempt on the same cloud always fails in the same tests."""
    required = required_names(IN_FORCE, attempt.target)
    short = _neighbours(required, cloud)
    failed = tuple(islice(short, attempt.failed))
    skipped = dict.fromkeys(islice(short, attempt.skipped), NOT_OFFERED)
    missing = tuple(islice(short, attempt.missing))
    if not attempt.ready_for_next:
        coming = required_names(NEXT, attempt.target) - required
        skipped |= dict.fromkeys(coming, NOT_YET)
    return Script(every_test(attempt.target), failed, skipped, missing, attempt.whole_ms)


def rerun_script(attempt: Attempt, cloud: str) -> Script:
    """What was short and its neighbours, run again; all of it passes."""
    required = required_names(IN_FORCE, attempt.target)
    again = set(islice(_neighbours(required, cloud), RERUN_TESTS))
    return Script([test for test in every_test(attempt.target) if bare_name(test) in again])


@lru_cache
def required_names(guideline_id: str, target: str) -> frozenset[str]:
    """Bare names of the tests that count for the target."""
    guideline = parse_guideline(shipped_bytes(guideline_id))
    lines = test_list(
        guideline,
        find_target(guideline, target),
        (CapabilityStatus.REQUIRED,),
        alias=False,
        flag=False,
    )
    return frozenset(map(bare_name, lines))


@lru_cache
def every_test(target: str) -> tuple[str, ...]:
    """Ids of all tests that either guideline names for the target, sorted."""
    found: set[str] = set()
    for guideline_id in (IN_FORCE, NEXT):
        guideline = parse_guideline(shipped_bytes(guideline_id))
        found |= set(test_list(guideline, find_target(guideline, target), alias=False))
    return tuple(sorted(found))


def _neighbours(names: frozenset[str], cloud: str) -> Iterator[str]:
    """What goes wrong goes wrong nearby: the names in order, from somewhere on, round once."""
    ordered = sorted(names)
    begin = crc32(cloud.encode()) % len(ordered)
    return iter(ordered[begin:] + ordered[:begin])
