"""Bands of more kinds, each service apart. Those that were stored say nothing beside the new ones:
`manage.py rebuild` makes them of every run."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certification", "0017_columns_of_time_bands")]

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
                *(
                    (f"band_{place}", models.IntegerField(db_index=True, null=True))
                    for place in range(44)
                ),
            ],
        ),
    ]
