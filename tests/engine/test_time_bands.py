"""Copies of a run's times share a band with it; runs of other clouds hardly ever do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from msgspec import structs

from certification.engine.report import Report
from certification.engine.time_bands import KINDS, bands, wanted_bands
from certification.engine.time_likeness import likeness
from tests.engine.formats.building import State
from tests.engine.test_anomalies import altered, genuine

RUN = genuine("guideline-2020.06-parallel3")
TIMED = tuple(entry.name for entry in RUN.entries if entry.state != "skipped")
STORED = tuple(name for name in TIMED if ".object_storage." in name)
POOLS = tuple(
    tuple(name for name in TIMED if f".api.{service}." in name)
    for service in ("compute", "network", "object_storage", "volume")
)

PLACES = len(POOLS) * sum(kind.bands for kind in KINDS)


def shared(report: Report, stored: Report = RUN) -> int:
    """How many bands somebody who looks for that report's times finds in the stored one."""
    noted = bands(stored, POOLS)
    return sum(
        own in wanted for own, wanted in zip(noted, wanted_bands(report, POOLS), strict=True)
    )


COPIES: dict[str, Callable[[float, Random], float]] = {
    "as it was": lambda s, _luck: s,
    "a second more": lambda s, _luck: s + 1,
    "half": lambda s, _luck: s / 2,
    "twice": lambda s, _luck: s * 2,
    "jitter of 10 %": lambda s, luck: s * luck.uniform(0.9, 1.1),
    "a fifth of one's own": lambda s, luck: s * luck.choice((1, 1, 1, 1, luck.uniform(0.5, 2))),
    "scaled, jitter of 10 %": lambda s, luck: 0.7 * s * luck.uniform(0.9, 1.1),
}


@pytest.mark.parametrize("how", COPIES)
def test_a_copy_is_found_and_recognised(how: str) -> None:
    for seed in range(8):
        copied = altered(RUN, COPIES[how], seed)
        assert shared(copied)
        like = likeness(copied, RUN)
        assert like is not None
        assert like.alike <= like.shared


def test_bands_are_numbers_of_32_bits_and_the_first_wanted_is_its_own() -> None:
    own = bands(RUN, POOLS)
    wanted = wanted_bands(RUN, POOLS)
    assert len(own) == len(wanted) == PLACES
    for number, numbers in zip(own, wanted, strict=True):
        assert number == numbers[0]
        assert all(-(2**31) <= one < 2**31 for one in numbers)
        assert len(numbers) in {2**kind.unsure for kind in KINDS}


def test_another_cloud_is_not_found_nor_taken_for_a_copy() -> None:
    found = 0
    for seed in range(30):
        other = altered(RUN, lambda s, luck: s * luck.lognormvariate(0, 0.6), seed)
        found += bool(shared(other))
        assert likeness(other, RUN) is None
    assert found <= 1


def test_genuine_runs_of_one_cloud_are_not_alike() -> None:
    assert likeness(genuine("objectstore-image-serial"), RUN) is None
    assert likeness(genuine("identity-serial"), RUN) is None


def test_the_times_of_one_service_are_recognised_among_others() -> None:
    luck = Random(4)
    mixed = tuple(
        entry
        if entry.name in STORED or entry.started_at is None or entry.ended_at is None
        else structs.replace(
            entry,
            ended_at=entry.started_at
            + (entry.ended_at - entry.started_at) * luck.lognormvariate(0, 0.6),
        )
        for entry in RUN.entries
    )
    like = likeness(replace(RUN, entries=mixed), RUN)
    assert like is not None
    assert shared(replace(RUN, entries=mixed))


def by_name(change: Callable[[str, float], float]) -> Report:
    return replace(
        RUN,
        entries=tuple(
            structs.replace(e, ended_at=e.started_at + change(e.name, e.ended_at - e.started_at))
            for e in RUN.entries
            if e.started_at is not None and e.ended_at is not None
        ),
    )


def test_services_scaled_apart_are_recognised() -> None:
    copied = by_name(lambda name, s: s * (0.5 + len(name.split(".")[2]) / 10))
    assert shared(copied) == PLACES
    like = likeness(copied, RUN)
    assert like is not None
    assert like.exact
    assert like.part.startswith("tempest.api.")


def test_times_changed_about_within_classes_are_recognised() -> None:
    classes: dict[str, list[float]] = defaultdict(list)
    for e in RUN.entries:
        if e.started_at is not None and e.ended_at is not None:
            classes[e.name.rpartition(".")[0]].append(e.ended_at - e.started_at)
    luck = Random(6)
    for those in classes.values():
        luck.shuffle(those)
    copied = by_name(lambda name, _: classes[name.rpartition(".")[0]].pop())
    assert shared(copied)
    like = likeness(copied, RUN)
    assert like is not None
    assert (like.exact, like.swapped) == (True, True)


def test_the_same_cloud_again_is_alike_and_never_exact() -> None:
    for seed in range(8):
        again = altered(RUN, lambda s, luck: s * luck.lognormvariate(0, 0.1), seed)
        like = likeness(again, RUN)
        assert like is not None
        assert not like.exact


def test_a_failure_that_was_made_a_pass_changes_nothing() -> None:
    made = tuple(
        structs.replace(e, state=State.PASSED) if e.state is State.FAILED else e
        for e in RUN.entries
    )
    assert bands(replace(RUN, entries=made), POOLS) == bands(RUN, POOLS)


def test_too_few_tests_have_no_bands() -> None:
    few = replace(RUN, entries=RUN.entries[:2])
    assert bands(few, POOLS) == (None,) * PLACES
    assert wanted_bands(few, POOLS) == ((),) * PLACES
    assert wanted_bands(RUN, ()) == ()
