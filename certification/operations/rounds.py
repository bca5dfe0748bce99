"""Keeping the record of a round over the stored runs (`models/rounds.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import F, Func, QuerySet, UUIDField, Value
from django.db.models.functions import Greatest, Now

from certification.engine.verdict import RULESET
from certification.judging import GuidelineMasks
from certification.models import JudgingRound
from certification.queries.carried import Former, former_of


def begin_round(known: GuidelineMasks) -> tuple[JudgingRound, Former]:
    """The round by this form of an amended guideline, and what it is held against; one that began
    already goes on with what it began with."""
    former = former_of(known.guideline)
    one, _ = JudgingRound.objects.get_or_create(
        guideline=known.guideline,
        inputs_digest=known.inputs_digest,
        ruleset=RULESET,
        defaults={
            "amended": known.guideline.amended,
            "follows": former.known.inputs_digest,
            "totals": {masks.target: len(masks.tests) for masks in known.targets},
        },
    )
    return one, former


def note_looked_at(
    one: JudgingRound, after: UUID | None, to: UUID, left_out: Sequence[UUID]
) -> None:
    """It looked at every run after `after` (None: from the first on) up to `to`. What does not join
    on to what it looked at before is not noted: another entry's batches come there."""
    _joining(one, after).update(
        looked_to=Greatest(F("looked_to"), Value(to, UUIDField())),
        left_out=Func(F("left_out"), Value(list(left_out)), function="array_cat"),
    )


def finish_round(one: JudgingRound, after: UUID | None) -> None:
    """There is no run after `after` that it has not looked at."""
    _joining(one, after).update(finished_at=Now())


def _joining(one: JudgingRound, after: UUID | None) -> QuerySet[JudgingRound]:
    open_ = JudgingRound.objects.filter(pk=one.pk, finished_at=None)
    return open_ if after is None else open_.filter(looked_to__gte=after)
