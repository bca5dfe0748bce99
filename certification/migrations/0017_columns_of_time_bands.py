"""Bands of other kinds, each in a column and an index of its own. Those that were stored say nothing
beside the new ones: `manage.py rebuild` makes them of every run."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certification", "0016_judging_rounds")]

    operations = [
        migrations.DeleteModel(name="TimeBands"),
        migrations.CreateModel(
            name="TimeBands",
            fields=[
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="time_bands",
                        serialize=False,
                        to="certification.run",
                    ),
                ),
                ("band_0", models.IntegerField(db_index=True, null=True)),
                ("band_1", models.IntegerField(db_index=True, null=True)),
                ("band_2", models.IntegerField(db_index=True, null=True)),
                ("band_3", models.IntegerField(db_index=True, null=True)),
                ("band_4", models.IntegerField(db_index=True, null=True)),
                ("band_5", models.IntegerField(db_index=True, null=True)),
                ("band_6", models.IntegerField(db_index=True, null=True)),
                ("band_7", models.IntegerField(db_index=True, null=True)),
                ("band_8", models.IntegerField(db_index=True, null=True)),
                ("band_9", models.IntegerField(db_index=True, null=True)),
                ("band_10", models.IntegerField(db_index=True, null=True)),
                ("band_11", models.IntegerField(db_index=True, null=True)),
            ],
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(
                condition=models.Q(
                    ("vendor__isnull", False), models.Q(("cpid", ""), _negated=True)
                ),
                fields=["cpid"],
                name="run_of_cloud",
            ),
        ),
    ]
