"""How the market takes a guideline up: certificates by target, month by month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.db.models.functions import Now, TruncMonth

from certification.engine.guideline.targets import title_of
from certification.models import Certificate, Guideline


@dataclass(frozen=True, slots=True)
class Adoption:
    """Certificates issued in one month (UTC) for one target; `standing` are in force today."""

    month: datetime
    target: str
    issued: int
    standing: int

    @property
    def title(self) -> str:
        return title_of(self.target)


def adoption_of(guideline: Guideline) -> list[Adoption]:
    """Newest month first. Every text of the same id counts: a correction begins no new count."""
    in_force = Q(state=Certificate.State.ACTIVE, valid_until__gt=Now())
    rows = (
        Certificate.objects.filter(guideline__document_id=guideline.document_id)
        .annotate(month=TruncMonth("issued_at"))
        .values("month", "target")
        .annotate(issued=Count("pk"), standing=Count("pk", filter=in_force))
        .order_by("-month", "target")
    )
    return [Adoption(row["month"], row["target"], row["issued"], row["standing"]) for row in rows]
