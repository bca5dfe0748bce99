"""Runs and verdicts in fewer bytes: digests as 32 bytes, bitmaps deflated, no index twice.

Columns whose content is written anew get a new name, so that a process of the version before fails
on them, where otherwise it would read a wrong bitmap.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from certification.models.columns import BitmapField, DigestField, deflated, inflated

MAPS = ("passed", "failed", "skipped")
BATCH = 1000
#: A table with checks that wait for the end of the transaction cannot be altered, and once the table
#: was written anew each change of a row leaves some.
CHECKED = "SET CONSTRAINTS ALL IMMEDIATE;"
#: The constraints that name the old column go with it, and the trigger before it.
OPEN = """
DROP TRIGGER run_evidence_is_immutable ON certification_run;
DROP INDEX run_by_evidence;
ALTER TABLE certification_run
    DROP CONSTRAINT run_evidence_is_sha256,
    ALTER COLUMN evidence_sha256 TYPE bytea USING decode(evidence_sha256, 'hex');
ALTER TABLE certification_run RENAME COLUMN evidence_sha256 TO evidence_digest;
ALTER TABLE certification_run
    ADD CONSTRAINT run_evidence_is_sha256 CHECK (length(evidence_digest) = 32),
    ADD COLUMN passed_deflated bytea NOT NULL DEFAULT '',
    ADD COLUMN failed_deflated bytea NOT NULL DEFAULT '',
    ADD COLUMN skipped_deflated bytea NOT NULL DEFAULT '';
ALTER TABLE certification_evaluation
    ALTER COLUMN inputs_digest TYPE bytea USING decode(inputs_digest, 'hex'),
    ALTER COLUMN tests_total TYPE smallint, ALTER COLUMN tests_passed TYPE smallint,
    ALTER COLUMN tests_failed TYPE smallint, ALTER COLUMN tests_skipped TYPE smallint,
    ALTER COLUMN tests_missing TYPE smallint;
ALTER TABLE certification_evaluation RENAME COLUMN inputs_digest TO inputs;
ALTER TABLE certification_evaluation
    ADD CONSTRAINT evaluation_inputs_are_sha256 CHECK (length(inputs) = 32);
"""
CLOSE = """
ALTER TABLE certification_run DROP COLUMN passed, DROP COLUMN failed, DROP COLUMN skipped,
    ALTER COLUMN passed_deflated DROP DEFAULT, ALTER COLUMN failed_deflated DROP DEFAULT,
    ALTER COLUMN skipped_deflated DROP DEFAULT;
CREATE TRIGGER run_evidence_is_immutable
    BEFORE UPDATE OF evidence_digest, evidence_bytes, uploaded_by_id, vendor_id, signed_with_id,
        received_at ON certification_run
    FOR EACH ROW WHEN (OLD.evidence_digest IS DISTINCT FROM NEW.evidence_digest
        OR OLD.evidence_bytes IS DISTINCT FROM NEW.evidence_bytes
        OR OLD.uploaded_by_id IS DISTINCT FROM NEW.uploaded_by_id
        OR OLD.vendor_id IS DISTINCT FROM NEW.vendor_id
        OR OLD.signed_with_id IS DISTINCT FROM NEW.signed_with_id
        OR OLD.received_at IS DISTINCT FROM NEW.received_at)
    EXECUTE FUNCTION hallmark_refuse_change();
"""
REOPEN = """
DROP TRIGGER run_evidence_is_immutable ON certification_run;
ALTER TABLE certification_run ADD COLUMN passed bytea NOT NULL DEFAULT '',
    ADD COLUMN failed bytea NOT NULL DEFAULT '', ADD COLUMN skipped bytea NOT NULL DEFAULT '',
    ALTER COLUMN passed SET STORAGE PLAIN, ALTER COLUMN failed SET STORAGE PLAIN,
    ALTER COLUMN skipped SET STORAGE PLAIN;
"""
RECLOSE = """
ALTER TABLE certification_evaluation DROP CONSTRAINT evaluation_inputs_are_sha256;
ALTER TABLE certification_evaluation RENAME COLUMN inputs TO inputs_digest;
ALTER TABLE certification_evaluation
    ALTER COLUMN inputs_digest TYPE varchar(64) USING encode(inputs_digest, 'hex'),
    ALTER COLUMN tests_total TYPE integer, ALTER COLUMN tests_passed TYPE integer,
    ALTER COLUMN tests_failed TYPE integer, ALTER COLUMN tests_skipped TYPE integer,
    ALTER COLUMN tests_missing TYPE integer;
ALTER TABLE certification_run DROP COLUMN passed_deflated, DROP COLUMN failed_deflated,
    DROP COLUMN skipped_deflated, DROP CONSTRAINT run_evidence_is_sha256,
    ALTER COLUMN passed DROP DEFAULT, ALTER COLUMN failed DROP DEFAULT,
    ALTER COLUMN skipped DROP DEFAULT,
    ALTER COLUMN evidence_digest TYPE varchar(64) USING encode(evidence_digest, 'hex');
ALTER TABLE certification_run RENAME COLUMN evidence_digest TO evidence_sha256;
ALTER TABLE certification_run ADD CONSTRAINT run_evidence_is_sha256
    CHECK (evidence_sha256 ~ '^[0-9a-f]{64}$');
CREATE INDEX run_by_evidence ON certification_run (evidence_sha256);
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
"""


def _rewrite(schema_editor, source, target, change):
    """Each map of each run from the columns of one kind into those of the other."""
    read = ", ".join(name + source for name in MAPS)
    write = ", ".join(f"{name}{target} = %s" for name in MAPS)
    with schema_editor.connection.cursor() as cursor:
        last = "00000000-0000-0000-0000-000000000000"
        while True:
            cursor.execute(
                f"SELECT id, {read} FROM certification_run WHERE id > %s ORDER BY id LIMIT %s",
                [last, BATCH],
            )
            rows = cursor.fetchall()
            if not rows:
                return
            last = rows[-1][0]
            cursor.executemany(
                f"UPDATE certification_run SET {write} WHERE id = %s",
                [[*(change(bytes(bits)) for bits in maps), run_id] for run_id, *maps in rows],
            )


def deflate(apps, schema_editor):
    _rewrite(schema_editor, "", "_deflated", deflated)


def inflate(apps, schema_editor):
    _rewrite(schema_editor, "_deflated", "", inflated)


class Migration(migrations.Migration):
    dependencies = [("certification", "0013_appeals")]
    operations = [
        migrations.RunSQL(OPEN, CHECKED + RECLOSE),
        migrations.RunPython(deflate, inflate),
        migrations.RunSQL(CHECKED + CLOSE, REOPEN),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveIndex(model_name="run", name="run_by_evidence"),
                migrations.RemoveConstraint(model_name="run", name="run_evidence_is_sha256"),
                migrations.AlterField(
                    model_name="run",
                    name="evidence_sha256",
                    field=DigestField(db_column="evidence_digest"),
                ),
                *(
                    migrations.AlterField(
                        model_name="run",
                        name=name,
                        field=BitmapField(db_column=f"{name}_deflated", default=bytes),
                    )
                    for name in MAPS
                ),
                migrations.AlterField(
                    model_name="evaluation",
                    name="inputs_digest",
                    field=DigestField(db_column="inputs"),
                ),
                *(
                    migrations.AlterField(
                        model_name="evaluation",
                        name=f"tests_{name}",
                        field=models.PositiveSmallIntegerField(),
                    )
                    for name in ("total", "passed", "failed", "skipped", "missing")
                ),
                migrations.AddConstraint(
                    model_name="run",
                    constraint=models.CheckConstraint(
                        condition=Exact(Length("evidence_sha256"), 32),
                        name="run_evidence_is_sha256",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="evaluation",
                    constraint=models.CheckConstraint(
                        condition=Exact(Length("inputs_digest"), 32),
                        name="evaluation_inputs_are_sha256",
                    ),
                ),
            ]
        ),
        migrations.RemoveIndex(model_name="run", name="run_newest_first"),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(fields=["received_at", "id"], name="run_in_order"),
        ),
        migrations.AlterField(
            model_name="evaluation",
            name="run",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="evaluations",
                to="certification.run",
            ),
        ),
    ]
