"""Whether the times of a run were copied from a run of somebody else (trust.md S10, S12).

What a run's times have in common with a copy stands in an index, so that neither noting nor asking
costs more when more runs are stored. It only flags. Where it cannot answer it says so, and a person
looks: no answer is no acquittal.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from functools import cache
from uuid import UUID

from django.db import DatabaseError, transaction

from certification.engine.anomalies import Anomaly
from certification.engine.bundle import BundleRefused
from certification.engine.guideline import parse_guideline
from certification.engine.report import EvidenceUnreadable, Report
from certification.engine.time_bands import Pool, bands, wanted_bands
from certification.engine.time_print import likeness
from certification.engine.verdict import compile_guideline
from certification.evidence import EvidenceGone
from certification.guidelines import shipped_bytes
from certification.judging import report_of
from certification.models import Run, TimeBands
from certification.models.time_bands import BAND_COLUMNS
from marketplace.catalogue.models import Vendor


class TooManyAlike(Exception):
    """So many runs share a band that the list of them is cut off."""


logger = logging.getLogger(__name__)

COPIED = "times-copied"
#: What the bands are drawn from: another list would give other bands, so this never changes.
_DRAWN_FROM = "2026.11"
#: A copy shares most of its bands, an honest run one by chance: the likeliest are compared, and
#: where even the list of those that share any is cut off, nobody knows whether they are in it.
_MOST_FOUND = 1_000
_MOST_COMPARED = 24


@cache
def pools() -> tuple[Pool, ...]:
    """The tests that claims of the Powered programme need: of object storage, and of the rest."""
    compiled = compile_guideline(parse_guideline(shipped_bytes(_DRAWN_FROM)))
    stored, computed = (
        [compiled.tests[i].name for i in compiled.targets[target].counted]
        for target in ("object", "compute")
    )
    return tuple(stored), tuple(name for name in computed if name not in set(stored))


def note_times(run: Run, report: Report) -> None:
    """Put the run into the index. A failure is logged and stops nothing."""
    numbers = dict(zip(BAND_COLUMNS, bands(report, pools()), strict=True))
    if not any(number is not None for number in numbers.values()):
        return
    try:
        with transaction.atomic():
            TimeBands.objects.bulk_create(
                [TimeBands(run_id=run.pk, **numbers)],
                update_conflicts=True,
                unique_fields=["run"],
                update_fields=BAND_COLUMNS,
            )
    except DatabaseError:
        logger.exception("the times of run %s are not in the index", run.pk)


def copied_times(run: Run, report: Report, vendor: Vendor) -> tuple[Anomaly, ...]:
    """What speaks for a copy, without a word about whose run it was. Runs of the vendor's own do
    not count: sending one's evidence again is no copy."""
    try:
        with transaction.atomic():
            found = _found(run, report, vendor)
    except DatabaseError:
        logger.exception("the times of run %s could not be looked up", run.pk)
        return (_unanswered("The index of times did not answer"),)
    except TooManyAlike:
        return (_unanswered(f"At least {_MOST_FOUND} runs may have the same times"),)
    runs = Run.objects.in_bulk(found[:_MOST_COMPARED])
    likeliest = (runs[key] for key in found[:_MOST_COMPARED] if key in runs)
    said = [one for other in likeliest if (one := _compared(report, other)) is not None]
    # A copy that was found counts before what could not be compared.
    return tuple(sorted(said, key=lambda one: one.code != COPIED)[:1])


def _found(run: Run, report: Report, vendor: Vendor) -> list[UUID]:
    """Runs of others that share a band, those with the most bands in common first."""
    wanted = wanted_bands(report, pools())
    shared = Counter(_sharing(wanted))
    own = set(Run.objects.of_vendor(vendor).filter(pk__in=shared).values_list("pk", flat=True))
    others = shared.keys() - own - {run.pk}
    return sorted(others, key=lambda key: (-shared[key], key))


def _sharing(wanted: Sequence[Sequence[int]]) -> list[UUID]:
    """Each run as often as it has a band in common. One look into one index for each place."""
    looks = [
        TimeBands.objects.filter(**{f"{name}__in": numbers}).values_list("run_id")[:_MOST_FOUND]
        for name, numbers in zip(BAND_COLUMNS, wanted, strict=True)
        if numbers
    ]
    if not looks:
        return []
    found = [key for (key,) in looks[0].union(*looks[1:], all=True)]
    if len(found) >= _MOST_FOUND:
        raise TooManyAlike
    return found


def _compared(report: Report, other: Run) -> Anomaly | None:
    try:
        like = likeness(report, report_of(other))
    except (EvidenceGone, EvidenceUnreadable, BundleRefused):
        return _unanswered("A run that may have the same times cannot be read any more")
    if like is None:
        return None
    return Anomaly(
        COPIED,
        f"{like.alike} of {like.shared} tests took {like.factor:.3g} times as long as in a run of "
        "somebody else, and no two clouds are that alike.",
    )


def _unanswered(why: str) -> Anomaly:
    return Anomaly("times-not-compared", f"{why}: a person has to compare them.")
