"""Which products have changed, so that remembered lists read those again and no others.

A row of `hallmark_changed_products` names the product and the transaction that changed it. Who
keeps the snapshot of an earlier reading finds the rows that this snapshot did not see; nothing is
missed, in whatever order transactions end. No product means all of them. A statement that touches
no row leaves no mark any more. Rows are kept for a day; who has not read for so long reads all.
"""

from django.db import migrations

#: By table: its mark's kind, and the products of the touched rows.
TABLES = {
    "catalogue_vendor": (
        "products",
        "SELECT one.id FROM catalogue_product one JOIN touched ON one.vendor_id = touched.id",
    ),
    "catalogue_product": ("products", "SELECT id FROM touched"),
    "catalogue_productrelease": ("products", "SELECT DISTINCT product_id FROM touched"),
    "certification_certificate": (
        "standing",
        "SELECT DISTINCT one.product_id FROM catalogue_productrelease one"
        " JOIN touched ON one.id = touched.release_id",
    ),
    "certification_integrationstanding": (
        "standing",
        "SELECT DISTINCT one.product_id FROM catalogue_productrelease one"
        " JOIN touched ON one.id = touched.release_id",
    ),
}
EARLIER = {
    "catalogue_vendor": "vendor_changed",
    "catalogue_product": "product_changed",
    "catalogue_productrelease": "release_changed",
    "certification_certificate": "certificate_changed",
    "certification_integrationstanding": "standing_changed",
}

LOG = """
CREATE TABLE hallmark_changed_products (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    product bigint,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX hallmark_changed_products_xid ON hallmark_changed_products (xid);
CREATE FUNCTION hallmark_mark(changed text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO hallmark_changes
        VALUES (changed, pg_backend_pid() % 64, nextval('hallmark_change_marks'))
        ON CONFLICT (kind, writer) DO UPDATE SET mark = EXCLUDED.mark;
    -- Whoever finds nobody at it forgets a little of what is old.
    IF pg_try_advisory_xact_lock(7210951) THEN
        DELETE FROM hallmark_changed_products WHERE id IN (
            SELECT id FROM hallmark_changed_products ORDER BY id LIMIT 400
        ) AND at < now() - interval '1 day';
    END IF;
END $$;
CREATE FUNCTION hallmark_everything_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO hallmark_changed_products (product) VALUES (NULL);
    PERFORM hallmark_mark(TG_ARGV[0]);
    RETURN NULL;
END $$;
"""
TOLD = """
CREATE FUNCTION hallmark_{table}_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM touched) THEN
        INSERT INTO hallmark_changed_products (product) {products};
        PERFORM hallmark_mark('{kind}');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER hallmark_inserted AFTER INSERT ON {table} REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION hallmark_{table}_changed();
CREATE TRIGGER hallmark_updated AFTER UPDATE ON {table} REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION hallmark_{table}_changed();
CREATE TRIGGER hallmark_deleted AFTER DELETE ON {table} REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION hallmark_{table}_changed();
CREATE TRIGGER hallmark_truncated AFTER TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION hallmark_everything_changed('{kind}');
"""
UNTOLD = """
DROP TRIGGER hallmark_inserted ON {table};
DROP TRIGGER hallmark_updated ON {table};
DROP TRIGGER hallmark_deleted ON {table};
DROP TRIGGER hallmark_truncated ON {table};
DROP FUNCTION hallmark_{table}_changed();
CREATE TRIGGER {earlier} AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION hallmark_mark_change('{kind}');
"""
UNLOG = """
DROP FUNCTION hallmark_everything_changed();
DROP FUNCTION hallmark_mark(text);
DROP TABLE hallmark_changed_products;
"""


def _forward() -> str:
    told = [
        f"DROP TRIGGER {EARLIER[table]} ON {table};"
        + TOLD.format(table=table, kind=kind, products=products)
        for table, (kind, products) in TABLES.items()
    ]
    return LOG + "".join(told)


def _backward() -> str:
    untold = [
        UNTOLD.format(table=table, kind=kind, earlier=EARLIER[table])
        for table, (kind, _) in TABLES.items()
    ]
    return "".join(untold) + UNLOG


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0010_facts_story_and_logo"),
        ("certification", "0011_marked_changes"),
    ]
    operations = [migrations.RunSQL(_forward(), _backward())]
