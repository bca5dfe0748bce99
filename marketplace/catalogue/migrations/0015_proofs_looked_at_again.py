"""Proven domains are looked at again: those proven so far, too."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

#: Of each vendor whose newest proof was seen outside, not confirmed by staff, and still claimed.
PROVEN_SO_FAR = """
    INSERT INTO catalogue_domainproof
        (vendor_id, domain, token, way, seen_at, due_at, misses, last_miss, unanswered)
    SELECT vendor.id, claim.domain, claim.token, proven.facts ->> 'way', vendor.domain_proven_at,
        vendor.domain_proven_at + interval '30 days', 0, '', 0
    FROM catalogue_vendor AS vendor
    JOIN catalogue_domainclaim AS claim
        ON claim.vendor_id = vendor.id AND claim.domain = vendor.domain
    JOIN LATERAL (
        SELECT verb, facts FROM catalogue_auditevent
        WHERE object_type = 'vendor' AND object_id = vendor.id::text
          AND verb IN ('vendor.domain-proven', 'vendor.domain-confirmed')
        ORDER BY id DESC LIMIT 1
    ) AS proven ON proven.verb = 'vendor.domain-proven'
    WHERE vendor.domain_proven_at IS NOT NULL
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0014_trail_in_every_order'),
    ]

    operations = [
        migrations.CreateModel(
            name='DomainProof',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('domain', models.CharField(max_length=253)),
                ('token', models.CharField(max_length=32)),
                ('way', models.CharField(choices=[('dns', 'DNS record'), ('file', 'file')], max_length=4)),
                ('seen_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('due_at', models.DateTimeField(db_index=True)),
                ('misses', models.PositiveSmallIntegerField(default=0)),
                ('missed_since', models.DateTimeField(null=True)),
                ('last_miss', models.CharField(blank=True, max_length=40)),
                ('unanswered', models.PositiveSmallIntegerField(default=0)),
                ('vendor', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='domain_proof', to='catalogue.vendor')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('way__in', ['dns', 'file'])), name='domain_proof_way_known'), models.CheckConstraint(condition=models.Q(models.Q(('last_miss', ''), ('missed_since', None), ('misses', 0)), models.Q(('missed_since__isnull', False), ('misses__gt', 0), models.Q(('last_miss', ''), _negated=True)), _connector='OR'), name='domain_proof_misses_paired')],
            },
        ),
        migrations.RunSQL(PROVEN_SO_FAR, migrations.RunSQL.noop),
    ]
