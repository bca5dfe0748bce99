"""A vendor appeals once; who decided first neither hears the appeal nor decides again."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


FORWARD = """
CREATE FUNCTION hallmark_refuse_same_decider() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM certification_appeal
               WHERE submission_id = NEW.id AND state = 'granted'
                 AND NEW.decided_by = 'user:' || decided_by_id) THEN
        RAISE EXCEPTION 'whose decision was set aside on appeal does not decide again'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER submission_decided_by_another
    BEFORE UPDATE OF decided_by ON certification_submission
    FOR EACH ROW WHEN (NEW.decided_by LIKE 'user:%')
    EXECUTE FUNCTION hallmark_refuse_same_decider();
CREATE TRIGGER settled_appeal_is_immutable BEFORE UPDATE ON certification_appeal
    FOR EACH ROW WHEN (OLD.state <> 'open') EXECUTE FUNCTION hallmark_refuse_change();
CREATE TRIGGER appeal_is_never_deleted BEFORE DELETE ON certification_appeal
    FOR EACH ROW EXECUTE FUNCTION hallmark_refuse_change();
"""
BACKWARD = """
DROP TRIGGER appeal_is_never_deleted ON certification_appeal;
DROP TRIGGER settled_appeal_is_immutable ON certification_appeal;
DROP TRIGGER submission_decided_by_another ON certification_submission;
DROP FUNCTION hallmark_refuse_same_decider();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('certification', '0012_changed_products'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='queueentry',
            name='kind',
            field=models.CharField(choices=[('verify_run', 'Verify Run'), ('judge_guideline', 'Judge Guideline'), ('delete_expired_runs', 'Delete Expired Runs'), ('expire_certificates', 'Expire Certificates'), ('decide_submission', 'Decide Submission'), ('forget_finished', 'Forget Finished'), ('tell_events', 'Tell Events'), ('remind', 'Remind'), ('send_mail', 'Send Mail'), ('send_webhook', 'Send Webhook'), ('send_reset', 'Send Reset'), ('distribute', 'Distribute')], max_length=24),
        ),
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('against', models.CharField(choices=[('rejection', 'the rejection'), ('suspension', 'the suspension of the certificate')], max_length=10)),
                ('decided_at', models.DateTimeField()),
                ('decision_reason', models.CharField(max_length=2000)),
                ('raised_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('reason', models.CharField(max_length=2000)),
                ('state', models.CharField(choices=[('open', 'waits to be heard'), ('granted', 'granted'), ('upheld', 'the decision stands')], default='open', max_length=7)),
                ('heard_at', models.DateTimeField(null=True)),
                ('finding', models.CharField(blank=True, max_length=2000)),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('heard_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('hearer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='to_hear', to=settings.AUTH_USER_MODEL)),
                ('raised_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appeals', to='certification.submission')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('submission', 'decided_at'), name='appeal_once'), models.UniqueConstraint(condition=models.Q(('against', 'rejection')), fields=('submission',), name='appeal_once_against_rejection'), models.CheckConstraint(condition=models.Q(('against__in', ['rejection', 'suspension'])), name='appeal_against_known'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='appeal_has_reason'), models.CheckConstraint(condition=models.Q(('heard_by', None), models.Q(models.Q(('heard_by', models.F('decided_by')), _negated=True), models.Q(('heard_by', models.F('raised_by')), _negated=True)), _connector='OR'), name='appeal_heard_by_another'), models.CheckConstraint(condition=models.Q(('hearer', None), models.Q(('hearer', models.F('decided_by')), _negated=True), _connector='OR'), name='appeal_given_to_another'), models.CheckConstraint(condition=models.Q(models.Q(('finding', ''), ('heard_at', None), ('heard_by', None), ('state', 'open')), models.Q(('state__in', ['granted', 'upheld']), ('heard_at__isnull', False), ('heard_by__isnull', False), models.Q(('finding', ''), _negated=True)), _connector='OR'), name='appeal_finding_paired')],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
