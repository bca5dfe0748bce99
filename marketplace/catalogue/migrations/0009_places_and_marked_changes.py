"""Where products are sold and run; and a mark for each change, by which remembered lists know that
they are out of date.

A deed writes the mark of its own connection's row, so that deeds do not wait for each other, and in
its own transaction, so that nobody sees the mark before the change. The marks come from a sequence:
none appears twice, not even after a rollback.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

REGIONS = [
    "africa", "asia-pacific", "europe", "latin-america", "middle-east", "north-america"
]  # fmt: skip
DEPLOYMENTS = ["on-premises", "in-project", "client", "hosted", "managed"]

FORWARD = """
CREATE SEQUENCE hallmark_change_marks;
CREATE TABLE hallmark_changes (
    kind text NOT NULL, writer int NOT NULL, mark bigint NOT NULL, PRIMARY KEY (kind, writer)
) WITH (fillfactor = 50);
CREATE FUNCTION hallmark_mark_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO hallmark_changes
        VALUES (TG_ARGV[0], pg_backend_pid() % 64, nextval('hallmark_change_marks'))
        ON CONFLICT (kind, writer) DO UPDATE SET mark = EXCLUDED.mark;
    RETURN NULL;
END $$;
CREATE TRIGGER vendor_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON catalogue_vendor
    FOR EACH STATEMENT EXECUTE FUNCTION hallmark_mark_change('products');
CREATE TRIGGER product_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON catalogue_product
    FOR EACH STATEMENT EXECUTE FUNCTION hallmark_mark_change('products');
CREATE TRIGGER release_changed
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON catalogue_productrelease
    FOR EACH STATEMENT EXECUTE FUNCTION hallmark_mark_change('products');
"""
BACKWARD = """
DROP TRIGGER vendor_changed ON catalogue_vendor;
DROP TRIGGER product_changed ON catalogue_product;
DROP TRIGGER release_changed ON catalogue_productrelease;
DROP FUNCTION hallmark_mark_change();
DROP TABLE hallmark_changes;
DROP SEQUENCE hallmark_change_marks;
"""


def _words() -> django.contrib.postgres.fields.ArrayField:
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.SlugField(max_length=20),
        blank=True,
        db_default=[],
        default=list,
        size=None,
    )


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0008_keys_last_used")]
    operations = [
        migrations.AddField("product", "regions", _words()),
        migrations.AddField("product", "deployment", _words()),
        migrations.AddConstraint(
            "product",
            models.CheckConstraint(
                name="product_regions_known", condition=models.Q(regions__contained_by=REGIONS)
            ),
        ),
        migrations.AddConstraint(
            "product",
            models.CheckConstraint(
                name="product_deployment_known",
                condition=models.Q(deployment__contained_by=DEPLOYMENTS),
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
