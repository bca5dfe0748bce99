"""Each event of the trail is noted as untold, in the transaction of its deed.

Events from before are history: nobody is told of them now.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION hallmark_note_untold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO notices_untoldevent (event_id, tries, last_error) VALUES (NEW.id, 0, '');
    RETURN NULL;
END $$;
CREATE TRIGGER audit_is_told AFTER INSERT ON catalogue_auditevent
    FOR EACH ROW EXECUTE FUNCTION hallmark_note_untold();
"""
BACKWARD = """
DROP TRIGGER audit_is_told ON catalogue_auditevent;
DROP FUNCTION hallmark_note_untold();
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial"), ("catalogue", "0002_append_only_audit")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
