"""Times taken from somebody else's run are noticed when a release is to be certified."""

from __future__ import annotations

import gzip
from dataclasses import replace
from random import Random
from unittest.mock import patch

import pytest
from django.db import DatabaseError
from msgspec import structs

from certification.engine.formats import parse_report
from certification.engine.report import Report
from certification.judging import report_of
from certification.models import Run, TimeBands
from certification.models.time_bands import BAND_COLUMNS
from certification.time_copies import copied_times, note_times
from marketplace.catalogue.models import User, Vendor
from tests.factories import judged, new_evidence, person, real_run, vendor

pytestmark = pytest.mark.django_db

NAME = "guideline-2020.06-parallel3.v2"


@pytest.fixture
def owner() -> User:
    return person("Ona")


@pytest.fixture
def organization(owner: User) -> Vendor:
    return vendor("Sandreed", owner=owner)


def changed(report: Report, factor: float, jitter: float) -> Report:
    luck = Random(3)
    return replace(
        report,
        entries=tuple(
            structs.replace(
                entry,
                ended_at=entry.started_at
                + (entry.ended_at - entry.started_at)
                * factor
                * luck.uniform(1 - jitter, 1 + jitter),
            )
            for entry in report.entries
            if entry.started_at is not None and entry.ended_at is not None
        ),
    )


def codes(run: Run, report: Report, of: Vendor) -> list[str]:
    return [found.code for found in copied_times(run, report, of)]


def test_a_copy_is_flagged_however_it_was_changed(organization: Vendor, owner: User) -> None:
    original = judged(real_run(NAME), by=person("Ann"))
    noted = TimeBands.objects.filter(run=original).values_list(*BAND_COLUMNS).get()
    assert None not in noted
    report = report_of(original)
    mine = judged(new_evidence(), by=owner)
    for factor, jitter in ((1, 0), (0.5, 0.1), (2, 0.1)):
        (found,) = copied_times(mine, changed(report, factor, jitter), organization)
        assert found.code == ("times-alike" if jitter else "times-copied")
        assert found.pair == (str(mine.pk), str(original.pk))
        assert str(original.pk) not in found.text
        assert "Ann" not in found.text
    part = tuple(entry for entry in report.entries if ".object_storage." in entry.name)
    assert codes(mine, changed(replace(report, entries=part), 1.3, 0.1), organization) == [
        "times-alike"
    ]
    luck = Random(5)
    other = changed(report, 1, 0)
    honest = replace(
        other,
        entries=tuple(
            structs.replace(
                entry,
                ended_at=(entry.started_at or 0)
                + ((entry.ended_at or 0) - (entry.started_at or 0)) * luck.lognormvariate(0, 0.6),
            )
            for entry in other.entries
        ),
    )
    assert codes(mine, honest, organization) == []


def test_sending_ones_own_evidence_again_is_no_copy(organization: Vendor, owner: User) -> None:
    first = judged(real_run(NAME), by=owner)
    again = judged(gzip.decompress(real_run(NAME)), by=owner)
    assert first.pk != again.pk
    assert TimeBands.objects.count() == 2
    assert codes(again, report_of(again), organization) == []


def test_no_answer_is_a_flag_and_no_acquittal(organization: Vendor, owner: User) -> None:
    original = judged(real_run(NAME), by=person("Ann"))
    mine = judged(gzip.decompress(real_run(NAME)), by=owner)
    report = report_of(mine)
    with patch("certification.time_copies._found", side_effect=DatabaseError("away")):
        assert codes(mine, report, organization) == ["times-not-compared"]
    with patch("certification.time_copies._MOST_FOUND", 1):
        assert codes(mine, report, organization) == ["times-not-compared"]
    assert codes(mine, report, organization) == ["times-copied"]
    original.refresh_from_db()


def test_noting_that_fails_stops_nothing_and_twice_is_once(owner: User) -> None:
    report = parse_report(real_run(NAME))
    refused = patch.object(TimeBands.objects, "bulk_create", side_effect=DatabaseError("full"))
    with refused:
        run = judged(real_run(NAME), by=owner)
    assert run.state == Run.State.VERIFIED
    assert not TimeBands.objects.exists()
    for _ in range(2):
        note_times(run, report)
    assert TimeBands.objects.count() == 1


def test_runs_without_times_have_no_bands() -> None:
    judged(new_evidence())
    assert not TimeBands.objects.exists()
