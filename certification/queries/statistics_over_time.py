"""The market month by month: what was in force at the end of each, what came in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Case, Count, DateTimeField, F, Model, Q, QuerySet, When
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
    firsts = _firsts(now, count + 1)
    begins, ends = firsts[:-1], [*firsts[1:-1], now]
    in_force = _in_force_at(ends)
    judged = Run.objects.filter(state=Run.State.VERIFIED)
    runs = _counted(judged, "received_at", begins[0])
    products = _counted(Product.objects.all(), "created_at", begins[0])
    return [
        Month(at, holding, runs.get(at, 0), products.get(at, 0))
        for at, holding in zip(begins, in_force, strict=True)
    ]


def _firsts(now: datetime, count: int) -> list[datetime]:
    """First days of months, the last of them that of the month after `now`."""
    today = now.astimezone(UTC)
    last = today.year * 12 + today.month
    return [
        datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)
        for number in range(last - count + 1, last + 1)
    ]


def _in_force_at(moments: Sequence[datetime]) -> list[int]:
    """Of a certificate that is suspended or has ended early, its time is over since then; a
    suspension that was lifted leaves no gap."""
    ended = Case(
        When(state=_State.ACTIVE, then=F("valid_until")),
        default=Least("valid_until", "state_changed_at"),
        output_field=DateTimeField(),
    )
    sums = {
        f"at_{place}": Count("pk", filter=Q(issued_at__lte=at, ended__gt=at))
        for place, at in enumerate(moments)
    }
    counted = Certificate.objects.annotate(ended=ended).aggregate(**sums)
    return [counted[f"at_{place}"] for place in range(len(moments))]


def _counted(rows: QuerySet[Model], moment: str, since: datetime) -> dict[datetime, int]:
    """By the first day of the month."""
    recent = rows.filter(**{f"{moment}__gte": since, f"{moment}__lte": Now()})
    months = recent.annotate(month=TruncMonth(moment, tzinfo=UTC)).order_by().values("month")
    return {row["month"]: row["n"] for row in months.annotate(n=Count("pk"))}
