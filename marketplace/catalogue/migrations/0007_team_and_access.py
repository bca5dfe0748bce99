"""Invitations, domain claims, second factors, devices, counts; and a vendor keeps an owner."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

# Deferred to the commit: ownership is handed over in two steps, and a vendor that is deleted
# takes its members along.
FORWARD = """
CREATE FUNCTION hallmark_vendor_keeps_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM catalogue_vendor WHERE id = OLD.vendor_id) AND NOT EXISTS (
        SELECT FROM catalogue_membership WHERE vendor_id = OLD.vendor_id AND role = 'owner'
    ) THEN
        RAISE EXCEPTION 'vendor % would have no owner', OLD.vendor_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'vendor_keeps_owner';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER vendor_keeps_owner AFTER UPDATE OR DELETE ON catalogue_membership
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.role = 'owner')
    EXECUTE FUNCTION hallmark_vendor_keeps_owner();
"""
BACKWARD = """
DROP TRIGGER vendor_keeps_owner ON catalogue_membership;
DROP FUNCTION hallmark_vendor_keeps_owner();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0006_what_people_tell_us'),
        ('sessions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='DomainClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('domain', models.CharField(max_length=253)),
                ('token', models.CharField(max_length=32)),
                ('claimed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('vendor', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='domain_claim', to='catalogue.vendor')),
            ],
        ),
        migrations.CreateModel(
            name='HourlyCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('deed', models.CharField(max_length=40)),
                ('who', models.CharField(max_length=80)),
                ('hour', models.DateTimeField()),
                ('times', models.PositiveIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('deed', 'who', 'hour'), name='hourly_count_once')],
            },
        ),
        migrations.CreateModel(
            name='SecondFactor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed_secret', models.CharField(max_length=400)),
                ('begun_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('last_step', models.BigIntegerField(default=0)),
                ('failed_times', models.PositiveSmallIntegerField(default=0)),
                ('failed_since', models.DateTimeField(null=True)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='second_factor', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='RecoveryCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('used_at', models.DateTimeField(null=True)),
                ('factor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recovery_codes', to='catalogue.secondfactor')),
            ],
        ),
        migrations.CreateModel(
            name='SignedInDevice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(max_length=60)),
                ('signed_in_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('last_seen_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('session', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='device', to='sessions.session')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='devices', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254)),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('editor', 'Editor'), ('uploader', 'Uploader'), ('viewer', 'Viewer')], max_length=10)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('invited_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('accepted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('vendor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='catalogue.vendor')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['owner', 'editor', 'uploader', 'viewer'])), name='invitation_role_known'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('invited_at'))), name='invitation_expires_later'), models.CheckConstraint(condition=models.Q(models.Q(('accepted_at', None), ('accepted_by', None)), models.Q(('accepted_at__isnull', False), ('accepted_by__isnull', False), ('withdrawn_at', None)), _connector='OR'), name='invitation_acceptance_paired'), models.UniqueConstraint(condition=models.Q(('accepted_at', None), ('withdrawn_at', None)), fields=('vendor', 'email'), name='invitation_open_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='secondfactor',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('failed_since', None), ('failed_times', 0)), models.Q(('failed_since__isnull', False), ('failed_times__gt', 0)), _connector='OR'), name='second_factor_failures_paired'),
        ),
        migrations.AddConstraint(
            model_name='recoverycode',
            constraint=models.UniqueConstraint(fields=('factor', 'digest'), name='recovery_code_once'),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
