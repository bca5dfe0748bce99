"""Changes of certificates and standings are marked as those of products are."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER certificate_changed
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON certification_certificate
    FOR EACH STATEMENT EXECUTE FUNCTION hallmark_mark_change('standing');
CREATE TRIGGER standing_changed
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON certification_integrationstanding
    FOR EACH STATEMENT EXECUTE FUNCTION hallmark_mark_change('standing');
"""
BACKWARD = """
DROP TRIGGER certificate_changed ON certification_certificate;
DROP TRIGGER standing_changed ON certification_integrationstanding;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0009_places_and_marked_changes"),
        ("certification", "0010_run_links"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
