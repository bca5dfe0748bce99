"""Which further runs of a vendor may make one claim with a run, and why the others may not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Q, QuerySet

from certification.engine.joining import MOST_DAYS
from certification.engine.report import EvidenceFormat
from certification.models import Run, RunChallenge, Submission
from certification.queries.submissions import runs_to_submit
from marketplace.catalogue.models import ProductRelease

_SPAN = timedelta(days=MOST_DAYS)


class WhyNot(StrEnum):
    """The first thing in the way, in the order of the rule."""

    BUNDLE = "bundle"
    DAMAGED = "damaged"
    NO_TIMES = "no-times"
    TOO_FAR = "too-far"
    OTHER_CLOUD = "other-cloud"
    OTHER_RELEASE = "other-release"


@dataclass(frozen=True, slots=True)
class LeftOut:
    run: Run
    why: WhyNot


def joinable_runs(release: ProductRelease, run: Run) -> QuerySet[Run]:
    """Judged runs of the vendor, newest first: of one cloud, whole, with times within 14 days, and
    tied to no other release."""
    rows = runs_to_submit(release.product.vendor).exclude(pk=run.pk)
    if run.started_at is None or run.ended_at is None or why_alone(run):
        return rows.none()
    rows = rows.filter(damage_offset=None).exclude(format=EvidenceFormat.OSI_BUNDLE)
    rows = rows.filter(started_at__gte=run.ended_at - _SPAN, ended_at__lte=run.started_at + _SPAN)
    if run.cpid:
        rows = rows.filter(cpid__in=["", run.cpid])
    return rows.exclude(_tied_elsewhere(release))


def found_among(rows: QuerySet[Run], words: str) -> QuerySet[Run]:
    """Those whose id begins so, or whose file or cloud has these words in its name."""
    return rows.filter(
        Q(pk__startswith=words.lower()) | Q(file_name__icontains=words) | Q(cpid__icontains=words)
    )


def left_out(release: ProductRelease, run: Run, most: int) -> list[LeftOut]:
    """The newest judged runs of the vendor that cannot be joined with this one, and why."""
    if why_alone(run):
        return []
    rows = runs_to_submit(release.product.vendor).exclude(pk=run.pk)
    others = list(rows.exclude(pk__in=joinable_runs(release, run).values("pk"))[:most])
    tied = _tied(release, others)
    return [LeftOut(other, _why_not(run, other, other.pk in tied)) for other in others]


def why_alone(run: Run) -> WhyNot | None:
    """Why nothing at all can be joined with this run."""
    if run.format == EvidenceFormat.OSI_BUNDLE:
        return WhyNot.BUNDLE
    if run.damage_offset is not None:
        return WhyNot.DAMAGED
    if run.started_at is None or run.ended_at is None:
        return WhyNot.NO_TIMES
    return None


def _why_not(run: Run, other: Run, is_tied: bool) -> WhyNot:
    alone = why_alone(other)
    if alone is not None:
        return alone
    if is_tied:
        return WhyNot.OTHER_RELEASE
    if run.cpid and other.cpid not in ("", run.cpid):
        return WhyNot.OTHER_CLOUD
    return WhyNot.TOO_FAR


def _tied(release: ProductRelease, runs: Sequence[Run]) -> frozenset[UUID]:
    keys: Iterable[UUID] = (
        Run.objects.filter(pk__in=[run.pk for run in runs])
        .filter(_tied_elsewhere(release))
        .values_list("pk", flat=True)
    )
    return frozenset(keys)


def _tied_elsewhere(release: ProductRelease) -> Q:
    """Handed in for another release, by itself or among others, or answering its challenge."""
    handed_in = Submission.objects.exclude(release=release)
    challenges = RunChallenge.objects.exclude(release=release).exclude(run=None)
    return (
        Q(pk__in=handed_in.values("run"))
        | Q(pk__in=handed_in.exclude(supporting_runs=None).values("supporting_runs__run"))
        | Q(pk__in=challenges.values("run"))
    )
