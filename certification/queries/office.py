"""What the office did with submissions: outcomes, answer times, what waits, who has how much."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.db.models.functions import Now

from certification.models import Appeal, Submission
from marketplace.catalogue.models import User

State = Submission.State
WAITING = (State.SUBMITTED, State.IN_REVIEW)
LOAD_DAYS = 90
POLICY = "policy:"


@dataclass(frozen=True, slots=True)
class Handled:
    """One submission that was handed in. `by_rule` is true where no person decided; `flags` are
    codes, for the words about one run are about that run alone."""

    state: str
    submitted_at: datetime
    decided_at: datetime | None
    by_rule: bool
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Load:
    """`decided` counts the last 90 days."""

    reviewer: User
    waiting: int
    decided: int


def handed_in_since(first: datetime) -> list[Handled]:
    """Oldest first. A submission counts at the day when it was handed in last."""
    rows = Submission.objects.filter(submitted_at__gte=first).order_by("submitted_at", "pk")
    columns = ("state", "submitted_at", "decided_at", "decided_by", "flags")
    return [
        Handled(
            state=state,
            submitted_at=submitted_at,
            decided_at=decided_at,
            by_rule=decided_by.startswith(POLICY),
            flags=tuple(str(flag["code"]) for flag in flags),
        )
        for state, submitted_at, decided_at, decided_by, flags in rows.values_list(*columns)
        if submitted_at is not None
    ]


def waiting_since() -> list[datetime]:
    """When each that waits for the office was handed in, oldest first."""
    rows = Submission.objects.filter(state__in=WAITING).order_by("submitted_at")
    return [at for at in rows.values_list("submitted_at", flat=True) if at is not None]


def loads() -> list[Load]:
    """Of everybody who may review or did, the most loaded first."""
    lately = Q(decided_at__gte=Now() - timedelta(days=LOAD_DAYS))
    decided: Counter[str] = Counter(
        Submission.objects.filter(lately).values_list("decided_by", flat=True)
    )
    people = User.objects.exclude(staff_role="").filter(is_active=True)
    waiting = Count("reviewed", filter=Q(reviewed__state__in=WAITING))
    found = [
        Load(person, person.waiting, decided[f"user:{person.pk}"])
        for person in people.annotate(waiting=waiting)
    ]
    return sorted(found, key=lambda one: (-one.waiting, -one.decided, str(one.reviewer)))


def appeals_by_state(first: datetime) -> Counter[str]:
    """Those raised since then."""
    rows = Appeal.objects.filter(raised_at__gte=first)
    return Counter(rows.values_list("state", flat=True))
