"""What proof rests on never changes: documents, evidence digests, the bits of the dictionary.
Bitmaps stay uncompressed in the row, where the batch path reads them."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER guideline_document_is_immutable
    BEFORE UPDATE OF digest, document, document_id ON certification_guideline
    FOR EACH ROW WHEN (OLD.digest IS DISTINCT FROM NEW.digest
        OR OLD.document IS DISTINCT FROM NEW.document
        OR OLD.document_id IS DISTINCT FROM NEW.document_id)
    EXECUTE FUNCTION hallmark_refuse_change();
CREATE TRIGGER run_evidence_is_immutable
    BEFORE UPDATE OF evidence_sha256, evidence_bytes, uploaded_by_id, vendor_id, signed_with_id,
        received_at ON certification_run
    FOR EACH ROW WHEN (OLD.evidence_sha256 IS DISTINCT FROM NEW.evidence_sha256
        OR OLD.evidence_bytes IS DISTINCT FROM NEW.evidence_bytes
        OR OLD.uploaded_by_id IS DISTINCT FROM NEW.uploaded_by_id
        OR OLD.vendor_id IS DISTINCT FROM NEW.vendor_id
        OR OLD.signed_with_id IS DISTINCT FROM NEW.signed_with_id
        OR OLD.received_at IS DISTINCT FROM NEW.received_at)
    EXECUTE FUNCTION hallmark_refuse_change();
CREATE TRIGGER evaluation_is_immutable BEFORE UPDATE ON certification_evaluation
    FOR EACH ROW EXECUTE FUNCTION hallmark_refuse_change();
CREATE TRIGGER known_test_is_immutable BEFORE UPDATE OR DELETE ON certification_knowntest
    FOR EACH ROW EXECUTE FUNCTION hallmark_refuse_change();
ALTER TABLE certification_run ALTER COLUMN passed SET STORAGE PLAIN,
    ALTER COLUMN failed SET STORAGE PLAIN, ALTER COLUMN skipped SET STORAGE PLAIN;
"""
BACKWARD = """
DROP TRIGGER guideline_document_is_immutable ON certification_guideline;
DROP TRIGGER run_evidence_is_immutable ON certification_run;
DROP TRIGGER evaluation_is_immutable ON certification_evaluation;
DROP TRIGGER known_test_is_immutable ON certification_knowntest;
ALTER TABLE certification_run ALTER COLUMN passed SET STORAGE EXTENDED,
    ALTER COLUMN failed SET STORAGE EXTENDED, ALTER COLUMN skipped SET STORAGE EXTENDED;
"""


class Migration(migrations.Migration):
    dependencies = [("certification", "0001_initial"), ("catalogue", "0002_append_only_audit")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
