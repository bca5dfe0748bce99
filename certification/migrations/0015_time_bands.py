"""An index by which runs with copied times are found. Runs stored before it have no row in it:
`manage.py rebuild` adds them."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certification", "0014_compact_runs")]

    operations = [
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
                (
                    "bands",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), size=None
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["bands"], name="time_bands_found"
                    )
                ],
            },
        ),
    ]
