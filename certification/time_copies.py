"""Whether the times of a run were copied from a run of somebody else (trust.md S10, S12).

What a run's times have in common with a copy stands in an index, so that neither noting nor asking
costs more when more runs are stored. It only flags. Where it cannot answer it says so, and a person
looks: no answer is no acquittal.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache
from uuid import UUID

from django.db import DatabaseError, transaction
from django.db.models import Value

from certification.engine.anomalies import Anomaly
from certification.engine.bundle import BundleRefused
from certification.engine.guideline import parse_guideline
from certification.engine.report import EvidenceFormat, EvidenceUnreadable, Report
from certification.engine.time_bands import Pool, bands, wanted_bands, weights
from certification.engine.time_likeness import Likeness, likeness
from certification.engine.time_pools import pools_of
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

COPIED, ALIKE, UNSIGNED = "times-copied", "times-alike", "times-unsigned"
#: What the bands are drawn from: another list would give other bands, so this never changes.
_DRAWN_FROM = "2026.11"
#: A copy shares most of its bands, an honest run one by chance: the likeliest are compared, and
#: where even the list of those that share one is cut off, nobody knows whether they are in it.
_MOST_FOUND = 1_000
_MOST_COMPARED = 24


@cache
def pools() -> tuple[Pool, ...]:
    """The tests that claims of the Powered programme need, of each service that has enough."""
    compiled = compile_guideline(parse_guideline(shipped_bytes(_DRAWN_FROM)))
    return pools_of(compiled, ("object", "compute"))


def note_times(run: Run, report: Report) -> None:
    """Put the run into the index. A failure is logged and stops nothing."""
    if report.format is EvidenceFormat.REFSTACK_JSON:
        return  # which knows no times
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
    """What speaks for a copy, for staff alone: it names the other run. Runs of the vendor's own do
    not count: sending one's evidence again is no copy, and two runs of one cloud are alike."""
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
    said = [one for other in likeliest if (one := _compared(run, report, other)) is not None]
    return tuple(sorted(said, key=lambda one: _GRAVEST_FIRST.index(one.code))[:1])


def _found(run: Run, report: Report, vendor: Vendor) -> list[UUID]:
    """Runs of others that share a band, first those of which that says most."""
    wanted = wanted_bands(report, pools())
    shared = _sharing(wanted)
    own = set(Run.objects.of_vendor(vendor).filter(pk__in=shared).values_list("pk", flat=True))
    others = shared.keys() - own - {run.pk}
    return sorted(others, key=lambda key: (-shared[key], key))


def _sharing(wanted: Sequence[Sequence[int]]) -> dict[UUID, int]:
    """What the bands in common say together, by run. One look into one index for each place."""
    looks = [
        TimeBands.objects.filter(**{f"{name}__in": numbers})
        .annotate(place=Value(place))
        .values_list("run_id", "place")[:_MOST_FOUND]
        for place, (name, numbers) in enumerate(zip(BAND_COLUMNS, wanted, strict=True))
        if numbers
    ]
    if not looks:
        return {}
    rows = list(looks[0].union(*looks[1:], all=True))
    if max(Counter(place for _, place in rows).values(), default=0) >= _MOST_FOUND:
        raise TooManyAlike
    said, found = weights(pools()), defaultdict[UUID, int](int)
    for key, place in rows:
        found[key] += said[place]
    return found


def _compared(run: Run, report: Report, other: Run) -> Anomaly | None:
    pair = (str(run.pk), str(other.pk))
    try:
        like = likeness(report, report_of(other))
    except (EvidenceGone, EvidenceUnreadable, BundleRefused):
        return _unanswered("A run that may have the same times cannot be read any more", pair)
    if like is None:
        return None
    whose = (
        "a run that was uploaded without a login" if other.is_anonymous else "somebody else's run"
    )
    text = f"{_how_alike(like)} in {whose}, received on {other.received_at:%-d %B %Y}."
    return Anomaly(_code(like, other), f"{text} {_NORMAL[_code(like, other)]}", pair)


def _code(like: Likeness, other: Run) -> str:
    if other.is_anonymous:
        return UNSIGNED
    return COPIED if like.exact else ALIKE


def _how_alike(like: Likeness) -> str:
    tests = f"tests of {like.part}" if like.part else "tests"
    near = "to a thousandth" if like.exact else "to a tenth"
    swapped = ", with times changed about within their classes," if like.swapped else ""
    shown = f"{like.factor:.3g}"
    times = "as long" if shown == "1" else f"{shown} times as long"
    return (
        f"{like.alike} of the {like.shared} {tests} that both ran took {times} ({near}){swapped} as"
    )


#: What a reviewer should expect of honest runs, by code.
_NORMAL = {
    COPIED: "Two honest runs, even of one cloud on one day, have at most a twentieth of their "
    "tests that alike.",
    ALIKE: "Two clouds have less than a third of their tests that alike; two runs of one cloud may "
    "have more. Ask whether both ran on the same cloud.",
    UNSIGNED: "It may be the vendor's own: ask. Two clouds are never that alike.",
}
_GRAVEST_FIRST = (COPIED, ALIKE, UNSIGNED, "times-not-compared")


def _unanswered(why: str, pair: tuple[str, ...] = ()) -> Anomaly:
    return Anomaly("times-not-compared", f"{why}: a person has to compare them.", pair)
