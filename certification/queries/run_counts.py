"""How many runs everybody may see, without counting all of them for each page of the list."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q

from certification.models import Run, RunQuerySet

#: So few are counted each time; of more the older ones are counted once in so many seconds.
_FEW = 1_000
_KEPT_S = 60.0


@dataclass(frozen=True, slots=True)
class _Older:
    """The runs received before `before`, as they were counted; good until `until` (monotonic)."""

    count: int
    before: datetime
    until: float


_kept: list[_Older] = []


def public_runs() -> RunQuerySet:
    """Anonymous and shared ones that could be read."""
    return Run.objects.filter(Q(uploaded_by=None) | Q(shared=True)).readable()


def count_public_runs() -> int:
    """Exact for what comes in. Where there are many, one that was deleted, shared or withdrawn is
    counted as before for up to a minute."""
    kept = _kept[0] if _kept else None
    if kept is None or kept.until < time.monotonic():
        _kept.clear()
        few = public_runs()[:_FEW].count()
        if few < _FEW:
            return few
        kept = _counted()
        _kept[:] = [kept]
    return kept.count + public_runs().filter(received_at__gte=kept.before).count()


def _counted() -> _Older:
    """Up to a minute ago: a run that came in is seen only when its transaction ends."""
    before = datetime.now(UTC) - timedelta(seconds=_KEPT_S)
    older = public_runs().filter(received_at__lt=before).count()
    return _Older(older, before, time.monotonic() + _KEPT_S)
