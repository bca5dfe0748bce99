"""What rounds over the stored runs found unchanged needs no row of its own any more."""

import certification.models.columns
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("certification", "0015_time_bands"),
    ]

    operations = [
        migrations.CreateModel(
            name="JudgingRound",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amended", models.PositiveIntegerField()),
                ("ruleset", models.PositiveSmallIntegerField()),
                (
                    "inputs_digest",
                    certification.models.columns.DigestField(db_column="inputs", max_length=64),
                ),
                ("follows", certification.models.columns.DigestField(max_length=64)),
                ("totals", models.JSONField()),
                ("looked_to", models.UUIDField(null=True)),
                (
                    "left_out",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=None
                    ),
                ),
                (
                    "began_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "guideline",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds",
                        to="certification.guideline",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("guideline", "inputs_digest", "ruleset"), name="judging_round_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.Exact(
                                django.db.models.functions.text.Length("inputs_digest"), 32
                            ),
                            django.db.models.lookups.Exact(
                                django.db.models.functions.text.Length("follows"), 32
                            ),
                        ),
                        name="judging_round_inputs_are_sha256",
                    ),
                ],
            },
        ),
    ]
