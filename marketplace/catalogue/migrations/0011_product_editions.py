"""What vendors said of their products, state after state. Each product that is listed gets its first
edition: what its row says, published by who is known to have said so last."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Now

FORWARD = """
CREATE FUNCTION hallmark_keep_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'draft' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status = 'published' AND NEW.status = 'superseded'
        AND to_jsonb(NEW) - 'status' = to_jsonb(OLD) - 'status' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'published editions are never changed (%)', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER edition_is_immutable BEFORE UPDATE OR DELETE ON catalogue_productedition
    FOR EACH ROW EXECUTE FUNCTION hallmark_keep_edition();
"""
BACKWARD = """
DROP TRIGGER edition_is_immutable ON catalogue_productedition;
DROP FUNCTION hallmark_keep_edition();
"""

#: The actor is taken only where the trail names a person who is still known.
FIRST_EDITIONS = """
INSERT INTO catalogue_productedition
    (product_id, number, status, content, edited_by_id, edited_at, published_by_id, published_at)
SELECT product.id, 1, 'published',
    jsonb_build_object(
        'name', product.name, 'category', product.category, 'sentence', product.sentence,
        'website', product.website, 'open_source', product.open_source,
        'regions', to_jsonb(product.regions), 'deployment', to_jsonb(product.deployment),
        'facts', product.facts, 'story', product.story, 'logo', product.logo),
    person.id, COALESCE(said.at, product.created_at),
    person.id, COALESCE(said.at, product.created_at)
FROM catalogue_product product
LEFT JOIN LATERAL (
    SELECT event.at, event.actor FROM catalogue_auditevent event
    WHERE event.object_type = 'product' AND event.object_id = product.id::text
        AND event.verb IN ('product.created', 'product.edited', 'product.listed-by-laboratory')
    ORDER BY event.id DESC LIMIT 1
) said ON true
LEFT JOIN catalogue_user person ON 'user:' || person.id::text = said.actor;
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0010_facts_story_and_logo")]
    operations = [
        migrations.CreateModel(
            name="ProductEdition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("published", "Published"),
                            ("superseded", "Superseded"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("content", models.JSONField()),
                ("edited_at", models.DateTimeField(db_default=Now())),
                ("published_at", models.DateTimeField(null=True)),
                (
                    "edited_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="editions",
                        to="catalogue.product",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("product", "number"), name="edition_number_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "draft")),
                        fields=("product",),
                        name="edition_one_draft",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "published")),
                        fields=("product",),
                        name="edition_one_published",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["draft", "published", "superseded"])),
                        name="edition_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("published_at__isnull", True),
                            ("published_by__isnull", True),
                            ("status", "draft"),
                        )
                        | models.Q(
                            models.Q(("status", "draft"), _negated=True),
                            ("published_at__isnull", False),
                        ),
                        name="edition_published_when_no_draft",
                    ),
                ]
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunSQL(FIRST_EDITIONS, migrations.RunSQL.noop),
    ]
