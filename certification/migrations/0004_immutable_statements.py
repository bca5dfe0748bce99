"""Waivers never change, and of a certificate only the state around its statement does."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER waiver_is_immutable BEFORE UPDATE OR DELETE ON certification_waiver
    FOR EACH ROW EXECUTE FUNCTION hallmark_refuse_change();
CREATE TRIGGER certificate_statement_is_immutable
    BEFORE UPDATE OF statement, statement_sha256, descriptor, number, release_id, run_id,
        guideline_id, target, issued_at, valid_until ON certification_certificate
    FOR EACH ROW WHEN (
        (OLD.statement, OLD.statement_sha256, OLD.descriptor, OLD.number, OLD.release_id, OLD.run_id,
         OLD.guideline_id, OLD.target, OLD.issued_at, OLD.valid_until)
        IS DISTINCT FROM
        (NEW.statement, NEW.statement_sha256, NEW.descriptor, NEW.number, NEW.release_id, NEW.run_id,
         NEW.guideline_id, NEW.target, NEW.issued_at, NEW.valid_until))
    EXECUTE FUNCTION hallmark_refuse_change();
CREATE TRIGGER certificate_is_never_deleted BEFORE DELETE ON certification_certificate
    FOR EACH ROW EXECUTE FUNCTION hallmark_refuse_change();
"""
BACKWARD = """
DROP TRIGGER waiver_is_immutable ON certification_waiver;
DROP TRIGGER certificate_statement_is_immutable ON certification_certificate;
DROP TRIGGER certificate_is_never_deleted ON certification_certificate;
"""


class Migration(migrations.Migration):
    dependencies = [("certification", "0003_products_submissions_certificates")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
