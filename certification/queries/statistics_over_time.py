"""The market month by month: what was in force at the end of each, what came in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Case, Count, DateTimeField, F, QuerySet, When
from django.db.models.functions import Least, Now, TruncMonth

from certification.models import Certificate, Run
from marketplace.catalogue.models import Product

MONTHS = 24
_State = Certificate.State


@dataclass(frozen=True, slots=True)
class Month:
    """`begins` on its first day, in UTC. `in_force` are certificates at its end, or now; `runs`
    were received and judged in it, `products` entered."""

    begins: datetime
    in_force: int
    runs: int
    products: int


def months_until(now: datetime, count: int = MONTHS) -> list[Month]:
    """The last ones with that of `now`, oldest first."""
    firsts = _firsts(now, count)
    judged = Run.objects.filter(state=Run.State.VERIFIED)
    runs = _counted(judged, "received_at", firsts[0])
    products = _counted(Product.objects.all(), "created_at", firsts[0])
    return [
        Month(at, holding, runs.get(at, 0), products.get(at, 0))
        for at, holding in zip(firsts, _in_force_after(firsts), strict=True)
    ]


def _firsts(now: datetime, count: int) -> list[datetime]:
    """First days of months, that of `now` last."""
    today = now.astimezone(UTC)
    last = today.year * 12 + today.month - 1
    return [
        datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)
        for number in range(last - count + 1, last + 1)
    ]


def _in_force_after(months: Sequence[datetime]) -> list[int]:
    """At the end of each: all that were issued until then without those whose time was over. One
    that is suspended or has ended early is over since then; a suspension that was lifted leaves no
    gap."""
    ended = Case(
        When(state=_State.ACTIVE, then=F("valid_until")),
        default=Least("valid_until", "state_changed_at"),
        output_field=DateTimeField(),
    )
    issued_in = _counted(Certificate.objects.all(), "issued_at")
    ended_in = _counted(Certificate.objects.annotate(ended=ended), "ended")
    return [
        sum(n for month, n in issued_in.items() if month <= at)
        - sum(n for month, n in ended_in.items() if month <= at)
        for at in months
    ]


def _counted(
    rows: QuerySet[Any], moment: str, since: datetime | None = None
) -> dict[datetime, int]:
    """By the first day of the month, until now."""
    recent = rows.filter(**{f"{moment}__lte": Now()})
    if since is not None:
        recent = recent.filter(**{f"{moment}__gte": since})
    months = recent.annotate(month=TruncMonth(moment, tzinfo=UTC)).order_by().values("month")
    return {row["month"]: row["n"] for row in months.annotate(n=Count("pk"))}
