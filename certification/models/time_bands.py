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
    band_12 = models.IntegerField(null=True, db_index=True)
    band_13 = models.IntegerField(null=True, db_index=True)
    band_14 = models.IntegerField(null=True, db_index=True)
    band_15 = models.IntegerField(null=True, db_index=True)
    band_16 = models.IntegerField(null=True, db_index=True)
    band_17 = models.IntegerField(null=True, db_index=True)
    band_18 = models.IntegerField(null=True, db_index=True)
    band_19 = models.IntegerField(null=True, db_index=True)
    band_20 = models.IntegerField(null=True, db_index=True)
    band_21 = models.IntegerField(null=True, db_index=True)
    band_22 = models.IntegerField(null=True, db_index=True)
    band_23 = models.IntegerField(null=True, db_index=True)
    band_24 = models.IntegerField(null=True, db_index=True)
    band_25 = models.IntegerField(null=True, db_index=True)
    band_26 = models.IntegerField(null=True, db_index=True)
    band_27 = models.IntegerField(null=True, db_index=True)
    band_28 = models.IntegerField(null=True, db_index=True)
    band_29 = models.IntegerField(null=True, db_index=True)
    band_30 = models.IntegerField(null=True, db_index=True)
    band_31 = models.IntegerField(null=True, db_index=True)
    band_32 = models.IntegerField(null=True, db_index=True)
    band_33 = models.IntegerField(null=True, db_index=True)
    band_34 = models.IntegerField(null=True, db_index=True)
    band_35 = models.IntegerField(null=True, db_index=True)
    band_36 = models.IntegerField(null=True, db_index=True)
    band_37 = models.IntegerField(null=True, db_index=True)
    band_38 = models.IntegerField(null=True, db_index=True)
    band_39 = models.IntegerField(null=True, db_index=True)
    band_40 = models.IntegerField(null=True, db_index=True)
    band_41 = models.IntegerField(null=True, db_index=True)
    band_42 = models.IntegerField(null=True, db_index=True)
    band_43 = models.IntegerField(null=True, db_index=True)

    def __str__(self) -> str:
        return f"bands of {self.run_id}"


#: The columns, in the order of the bands.
BAND_COLUMNS = tuple(f"band_{place}" for place in range(44))
