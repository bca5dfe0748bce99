"""By which runs are found whose times may be copies of each other."""

from __future__ import annotations

from django.db import models

from certification.models.runs import Run


class TimeBands(models.Model):
    """The bands of one run by their places (`engine/time_bands.py`); runs without enough times have
    no row. Each has a column and an index of its own: an array would take more bytes, and the
    planner would take its elements for common ones and read the whole table."""

    run = models.OneToOneField(
        Run, primary_key=True, on_delete=models.CASCADE, related_name="time_bands"
    )
    band_0 = models.IntegerField(null=True, db_index=True)
    band_1 = models.IntegerField(null=True, db_index=True)
    band_2 = models.IntegerField(null=True, db_index=True)
    band_3 = models.IntegerField(null=True, db_index=True)
    band_4 = models.IntegerField(null=True, db_index=True)
    band_5 = models.IntegerField(null=True, db_index=True)
    band_6 = models.IntegerField(null=True, db_index=True)
    band_7 = models.IntegerField(null=True, db_index=True)
    band_8 = models.IntegerField(null=True, db_index=True)
    band_9 = models.IntegerField(null=True, db_index=True)
    band_10 = models.IntegerField(null=True, db_index=True)
    band_11 = models.IntegerField(null=True, db_index=True)

    def __str__(self) -> str:
        return f"bands of {self.run_id}"


#: The columns, in the order of the bands.
BAND_COLUMNS = tuple(f"band_{place}" for place in range(12))
