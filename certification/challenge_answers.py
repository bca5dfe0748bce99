"""Which runs answer a challenge that we gave for a release, and when they began (trust.md S9)."""

from __future__ import annotations

from collections.abc import Iterable

from certification.engine.challenge import Answer
from certification.models import Guideline, Run, RunChallenge
from marketplace.catalogue.models import ProductRelease

_NONCE_SHOWN = 8
_HEAVY = ("guideline__document", "run__passed", "run__failed", "run__skipped")


def answers_for(
    release: ProductRelease, runs: Iterable[Run], guideline: Guideline | None = None
) -> list[Answer]:
    """Of those of the runs that answer one, oldest first; with `guideline` only one for it."""
    given = RunChallenge.objects.filter(release=release, run__in=runs, used_at__isnull=False)
    if guideline is not None:
        given = given.filter(guideline=guideline)
    rows = given.select_related("guideline", "run").defer(*_HEAVY)
    return [_answer(row, row.run) for row in rows.order_by("run__received_at", "run") if row.run]


def _answer(challenge: RunChallenge, run: Run) -> Answer:
    return Answer(
        run=f"Run {run.short_id}",
        began_at=challenge.run_began_at,
        challenge=f"challenge {challenge.nonce[:_NONCE_SHOWN]} for "
        f"{challenge.guideline.document_id}",
        issued_at=challenge.issued_at,
    )
