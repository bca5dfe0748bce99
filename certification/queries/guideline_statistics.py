"""How the market does by a guideline: each test and capability over the newest run of each product.

All of it comes from stored bitmaps; no report is read. A run whose bitmap cannot tell is counted as
left out, and named by no number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.db.models import Q, QuerySet

from certification.engine.guideline.model import Flag
from certification.engine.verdict import CompiledGuideline, keys_of, masks_of_tests
from certification.judging import compiled_guideline, known_tests
from certification.models import Guideline, Run, RunChallenge, Submission
from certification.queries.guideline_batch import (
    FAILED_STATE,
    MISSING_STATE,
    PASSED_STATE,
    SKIPPED_STATE,
    Codes,
    states_of,
)
from certification.queries.stored_runs import judged_runs, stored_runs


@dataclass(frozen=True, slots=True)
class Counts:
    """Products by the state of one thing in their newest run."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    missing: int = 0

    @property
    def total(self) -> int:
        return self.passed + self.failed + self.skipped + self.missing

    @property
    def rate(self) -> int:
        """Passed, in whole percent, rounded down: 100 is said of all alone. 0 without any."""
        return self.passed * 100 // self.total if self.total else 0


@dataclass(frozen=True, slots=True)
class TestLine:
    """`flagged`: it is set aside in every capability that names it."""

    name: str
    idempotent_id: str
    capabilities: tuple[str, ...]
    flagged: bool
    counts: Counts


@dataclass(frozen=True, slots=True)
class CapabilityLine:
    """A product is counted by its worst unflagged test: failed, skipped, missing, passed. `flagged`
    counts tests that are set aside; with nothing left to count, `counts` are zero."""

    id: str
    project: str
    tests: int
    flagged: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class GuidelineStatistics:
    """`products` are counted; `left_out` have a run whose bitmap cannot tell."""

    guideline: Guideline
    products: int
    left_out: int
    tests: tuple[TestLine, ...]
    capabilities: tuple[CapabilityLine, ...]


def guideline_statistics(guideline: Guideline, *, public: bool) -> GuidelineStatistics:
    """`public` counts only runs that everybody may see or that a certificate rests on; else every
    product's newest run, for the committee."""
    compiled = compiled_guideline(guideline)
    dictionary = known_tests()
    masks = masks_of_tests(compiled, dictionary)
    width = 1 + max((dictionary.position(key) or 0 for key in keys_of(compiled)), default=-1)
    runs = _newest_run_of_each_product(public=public)
    columns: list[list[Codes]] = [[] for _ in masks]
    left_out = 0
    for stored in stored_runs(judged_runs().filter(pk__in=runs)):
        stack, kind = stored.kinds, stored.kind
        fit = (stack.legible & (stack.widths >= width))[kind]
        # A run may stand for several products.
        weight = np.array([runs[stored.id_of(place)] for place in range(len(stored))])
        left_out += int(weight[~fit].sum())
        for column, mask in zip(columns, masks, strict=True):
            column.append(np.repeat(states_of(mask, stack)[kind][fit], weight[fit]))
    states = [np.concatenate(column) if column else _NONE for column in columns]
    return GuidelineStatistics(
        guideline=guideline,
        products=len(states[0]) if states else 0,
        left_out=left_out,
        tests=_test_lines(compiled, states),
        capabilities=_capability_lines(compiled, states),
    )


_NONE: Codes = np.empty(0, dtype=np.int8)


def _newest_run_of_each_product(*, public: bool) -> Mapping[UUID, int]:
    """For how many products each run is the newest that was tied to a release of it, handed in or
    not, or that answered a challenge for one."""
    tied = Submission.objects.exclude(state=Submission.State.WITHDRAWN)
    answered = RunChallenge.objects.filter(used_at__isnull=False, run__isnull=False)
    newest: dict[int, tuple[object, UUID]] = {}
    for rows in (tied, answered):
        judged = rows.filter(run__in=_shown(public=public)).values_list(
            "release__product", "run__received_at", "run"
        )
        for product, at, run in judged:
            newest[product] = max(newest.get(product, (at, run)), (at, run))
    return Counter(run for _, run in newest.values())


def _shown(*, public: bool) -> QuerySet[Run]:
    runs = judged_runs()
    return runs.filter(Q(shared=True) | Q(certificates__isnull=False)) if public else runs


#: Test index to its flag, by capability; each capability once.
_Flags = Mapping[str, dict[int, Flag | None]]


def _tests_by_capability(compiled: CompiledGuideline) -> _Flags:
    """With the flags that amendments left."""
    return {
        capability.id: dict(capability.tests)
        for target in compiled.targets.values()
        for capability in target.capabilities
    }


def _test_lines(compiled: CompiledGuideline, states: Sequence[Codes]) -> tuple[TestLine, ...]:
    by_capability = _tests_by_capability(compiled)
    named: dict[int, list[str]] = {}
    counted: set[int] = set()
    for capability, tests in sorted(by_capability.items()):
        for index, flag in tests.items():
            named.setdefault(index, []).append(capability)
            if flag is None:
                counted.add(index)
    return tuple(
        TestLine(
            compiled.tests[index].name,
            compiled.tests[index].idempotent_id,
            tuple(capabilities),
            index not in counted,
            _counts(states[index]),
        )
        for index, capabilities in sorted(named.items())
    )


def _capability_lines(
    compiled: CompiledGuideline, states: Sequence[Codes]
) -> tuple[CapabilityLine, ...]:
    lines = []
    for capability, tests in sorted(_tests_by_capability(compiled).items()):
        counted = [states[index] for index, flag in tests.items() if flag is None]
        # The codes of the states are in the order from worst to best.
        worst = np.minimum.reduce(counted) if counted else _NONE
        project = compiled.guideline.capabilities[capability].project
        lines.append(
            CapabilityLine(
                capability, project, len(tests), len(tests) - len(counted), _counts(worst)
            )
        )
    return tuple(lines)


def _counts(states: Codes) -> Counts:
    found = np.bincount(states, minlength=4)
    return Counts(
        passed=int(found[PASSED_STATE]),
        failed=int(found[FAILED_STATE]),
        skipped=int(found[SKIPPED_STATE]),
        missing=int(found[MISSING_STATE]),
    )
