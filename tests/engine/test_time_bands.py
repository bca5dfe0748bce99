"""Copies of a run's times share a band with it; runs of other clouds hardly ever do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from certification.engine.time_bands import BANDS, bands, wanted_bands
from certification.engine.time_print import likeness
from tests.engine.formats.building import State
from tests.engine.test_anomalies import altered, genuine

RUN = genuine("guideline-2020.06-parallel3")
TIMED = tuple(entry.name for entry in RUN.entries if entry.state != "skipped")
STORED = tuple(name for name in TIMED if ".object_storage." in name)
POOLS = STORED, tuple(name for name in TIMED if name not in STORED)

COPIES: dict[str, Callable[[float, Random], float]] = {
    "as it was": lambda s, _luck: s,
    "half": lambda s, _luck: s / 2,
    "twice": lambda s, _luck: s * 2,
    "jitter of 10 %": lambda s, luck: s * luck.uniform(0.9, 1.1),
    "scaled, jitter of 10 %": lambda s, luck: 0.7 * s * luck.uniform(0.9, 1.1),
}


@pytest.mark.parametrize("how", COPIES)
def test_a_copy_is_found_and_recognised(how: str) -> None:
    noted = frozenset(bands(RUN, POOLS))
    assert len(noted) == 2 * BANDS
    for seed in range(8):
        copied = altered(RUN, COPIES[how], seed)
        assert noted & frozenset(wanted_bands(copied, POOLS))
        like = likeness(copied, RUN)
        assert like is not None
        assert like.alike <= like.shared


def test_bands_are_numbers_of_32_bits_and_the_first_wanted_is_its_own() -> None:
    own = bands(RUN, POOLS)
    wanted = wanted_bands(RUN, POOLS)
    assert all(-(2**31) <= number < 2**31 for number in wanted)
    assert len(wanted) == 16 * len(own)
    assert wanted[::16] == own


def test_another_cloud_is_not_found_nor_taken_for_a_copy() -> None:
    noted, shared = frozenset(bands(RUN, POOLS)), 0
    for seed in range(30):
        other = altered(RUN, lambda s, luck: s * luck.lognormvariate(0, 0.6), seed)
        shared += bool(noted & frozenset(wanted_bands(other, POOLS)))
        assert likeness(other, RUN) is None
    assert shared <= 1


def test_genuine_runs_of_one_cloud_are_not_alike() -> None:
    assert likeness(genuine("objectstore-image-serial"), RUN) is None
    assert likeness(genuine("identity-serial"), RUN) is None


def test_the_times_of_one_service_are_recognised_among_others() -> None:
    luck = Random(4)
    mixed = tuple(
        entry
        if entry.name in STORED or entry.started_at is None or entry.ended_at is None
        else replace(
            entry,
            ended_at=entry.started_at
            + (entry.ended_at - entry.started_at) * luck.lognormvariate(0, 0.6),
        )
        for entry in RUN.entries
    )
    like = likeness(replace(RUN, entries=mixed), RUN)
    assert like is not None
    assert frozenset(bands(replace(RUN, entries=mixed), POOLS)) & frozenset(bands(RUN, POOLS))


def test_a_failure_that_was_made_a_pass_changes_nothing() -> None:
    made = tuple(
        replace(e, state=State.PASSED) if e.state is State.FAILED else e for e in RUN.entries
    )
    assert bands(replace(RUN, entries=made), POOLS) == bands(RUN, POOLS)


def test_too_few_tests_have_no_bands() -> None:
    assert bands(replace(RUN, entries=RUN.entries[:20]), POOLS) == ()
    assert wanted_bands(RUN, ()) == ()
