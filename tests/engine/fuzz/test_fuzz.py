"""Whatever comes is read or refused by name, and proves no test that it does not hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from unittest.mock import patch

import pytest

from certification.engine.formats import parse_report
from certification.engine.report import Entry, EvidenceUnreadable, Report, TestState
from tests.engine.fuzz.bodies import PACKERS, plain
from tests.engine.fuzz.crowds import LARGE
from tests.engine.fuzz.running import FOUND, Tally, body, examine, fuzz


@pytest.mark.slow
def test_some_mutated_bodies() -> None:
    found = fuzz(7, range(1_200))
    assert found.faults == []
    assert len(found.forms) == 6
    assert len(found.refused) > 5
    assert found.passes > 1_000
    assert found.damaged > 100


@pytest.mark.long
def test_many_mutated_bodies() -> None:
    found = fuzz(8, range(60_000))
    assert found.faults == []


@pytest.mark.long
@pytest.mark.parametrize("make", LARGE, ids=lambda make: make.__name__)
def test_bombs_crowds_and_depths(make: Callable[[], bytes]) -> None:
    tally = Tally()
    assert examine(make(), tally) == ""
    assert tally.bodies == 1


def test_the_same_numbers_give_the_same_bodies() -> None:
    assert [body(3, number) for number in range(50)] == [body(3, number) for number in range(50)]
    assert body(3, 1) != body(4, 1)


def test_every_plain_body_is_read_whole_and_however_packed() -> None:
    for raw in plain():
        report = parse_report(raw)
        assert report.damage is None
        assert report.count(TestState.PASSED) > 0
        for pack in PACKERS[:3]:
            assert parse_report(pack(raw)) == report


def test_a_wrong_pass_and_a_crash_would_be_noticed() -> None:
    def lying(raw: bytes) -> Report:
        report = parse_report(raw)
        return replace(report, entries=(*report.entries, Entry("z.made.up", "", TestState.PASSED)))

    for raw in plain():
        with patch("tests.engine.fuzz.running.parse_report", lying):
            assert "z.made.up" in examine(raw, Tally())
    with patch("tests.engine.fuzz.running.parse_report", side_effect=RecursionError("deep")):
        assert examine(b"x", Tally()) == "RecursionError: deep"


@pytest.mark.parametrize("name", sorted(place.name for place in FOUND.glob("*")) or [""])
def test_what_was_found_once_stays_mended(name: str) -> None:
    if name:
        assert examine((FOUND / name).read_bytes(), Tally()) == ""


def test_nothing_at_all_is_refused() -> None:
    with pytest.raises(EvidenceUnreadable):
        parse_report(b"")
