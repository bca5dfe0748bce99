"""The audit trail is appended to, never changed: the database itself refuses."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION hallmark_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed (%)', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON catalogue_auditevent
    FOR EACH ROW EXECUTE FUNCTION hallmark_refuse_change();
"""
BACKWARD = """
DROP TRIGGER audit_is_append_only ON catalogue_auditevent;
DROP FUNCTION hallmark_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
