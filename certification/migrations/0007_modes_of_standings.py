from django.db import migrations, models


class Migration(migrations.Migration):
    """How each concern and axis is met, beside the document; empty until standings are rebuilt."""

    dependencies = [
        ("certification", "0006_immutable_profiles"),
    ]

    operations = [
        migrations.AddField(
            model_name="integrationstanding",
            name="axes",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="integrationstanding",
            name="concerns",
            field=models.JSONField(default=dict),
        ),
    ]
