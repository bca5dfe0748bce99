"""By which runs are found whose times may be copies of each other."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from certification.models.runs import Run


class TimeBands(models.Model):
    """The bands of one run (`engine/time_bands.py`); runs without enough times have no row."""

    run = models.OneToOneField(
        Run, primary_key=True, on_delete=models.CASCADE, related_name="time_bands"
    )
    bands: ArrayField[list[int], list[int]] = ArrayField(models.IntegerField())

    class Meta:
        indexes = [GinIndex(fields=["bands"], name="time_bands_found")]

    def __str__(self) -> str:
        return f"bands of {self.run_id}"
