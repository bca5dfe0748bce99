"""What judging all stored runs by an amended guideline found unchanged."""

from __future__ import annotations

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Length, Now
from django.db.models.lookups import Exact

from certification.models.columns import DigestField
from certification.models.guidelines import Guideline


class JudgingRound(models.Model):
    """One round over the stored runs, by a guideline with the amendments of `inputs_digest`.

    An amendment leaves most verdicts as they are. So a round writes evaluations only where the
    verdict, or what the run is short of, differs from the form of the guideline that it follows.
    For every other run that it looked at, the evaluation by `follows` holds by `inputs_digest`,
    too, with the total of the target as it is now (`queries/carried.py`).
    """

    guideline = models.ForeignKey(Guideline, on_delete=models.PROTECT, related_name="rounds")
    amended = models.PositiveIntegerField()  # how many amendments applied
    ruleset = models.PositiveSmallIntegerField()
    inputs_digest = DigestField(db_column="inputs")
    follows = DigestField()  # the inputs that it is held against
    totals = models.JSONField()  # how many tests count, by target
    looked_to = models.UUIDField(null=True)  # at all runs up to this id
    left_out: ArrayField[list[UUID], list[UUID]] = ArrayField(
        models.UUIDField(), default=list
    )  # of them those that could not be judged
    began_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["guideline", "inputs_digest", "ruleset"], name="judging_round_once"
            ),
            models.CheckConstraint(
                name="judging_round_inputs_are_sha256",
                condition=Exact(Length("inputs_digest"), 32) & Exact(Length("follows"), 32),
            ),
        ]

    def __str__(self) -> str:
        return f"round over {self.guideline_id} with {self.amended} amendments"

    def looked_at(self, run_id: UUID) -> bool:
        """Whether it looked at the run, and judged it."""
        if run_id in self.left_out:
            return False
        return self.finished_at is not None or (
            self.looked_to is not None and run_id <= self.looked_to
        )
