"""What a release was declared to be never changes, and neither does what corroborates a run."""

from django.db import migrations

TABLES = ("integrationprofile", "corroboration", "supportingrun")
FORWARD = "\n".join(
    f"CREATE TRIGGER {table}_is_immutable BEFORE UPDATE ON certification_{table} "
    "FOR EACH ROW EXECUTE FUNCTION hallmark_refuse_change();"
    for table in TABLES
)
BACKWARD = "\n".join(
    f"DROP TRIGGER {table}_is_immutable ON certification_{table};" for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [("certification", "0005_integration_programme")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
