"""A lost second factor is taken away by two of the staff, after a wait."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0011_product_editions")]

    operations = [
        migrations.CreateModel(
            name="SecondFactorRecovery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=1000)),
                (
                    "begun_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("due_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "begun_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "finished_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recoveries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["person"], condition=Q(ended_at=None), name="recovery_open_once"
                    ),
                    models.CheckConstraint(name="recovery_has_reason", condition=~Q(reason="")),
                    models.CheckConstraint(
                        name="recovery_of_another", condition=~Q(begun_by=F("person"))
                    ),
                    models.CheckConstraint(
                        name="recovery_by_two_after_the_wait",
                        condition=Q(finished_by=None)
                        | (
                            Q(ended_at__isnull=False, ended_at__gte=F("due_at"))
                            & ~Q(finished_by=F("begun_by"))
                            & ~Q(finished_by=F("person"))
                        ),
                    ),
                ],
            },
        ),
    ]
