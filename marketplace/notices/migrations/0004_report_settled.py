"""Who reported a false claim is told what was found."""

import django.contrib.postgres.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0003_sent_once_and_more_topics'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='notice',
            name='notice_topic_known',
        ),
        migrations.AlterField(
            model_name='choice',
            name='topic',
            field=models.CharField(choices=[('run.verified', 'Your run passes'), ('run.tests-missing', 'Your run is short of tests'), ('run.unreadable', 'Your run cannot be read'), ('submission.decided', 'Your submission is decided'), ('submission.changes-asked', 'Changes are asked for'), ('submission.question', 'Somebody writes about your submission'), ('certificate.expiring', 'A certificate expires in 60, 30 or 7 days'), ('certificate.changed', 'A certificate expired or was suspended, revoked, reinstated or contested'), ('guideline.draft', 'A guideline is announced, and how ready you are'), ('guideline.approved', 'A guideline is in force, and how ready you are'), ('guideline.amended', 'A guideline of your certificates was amended'), ('waiver.ending', 'A waiver ends in 14 days'), ('certification.requested', 'Somebody asks you to certify a product'), ('watched.changed', 'Something that you watch changed'), ('report.settled', 'Your report of a false claim is settled'), ('webhook.paused', 'A webhook was paused'), ('team.changed', 'Who works for your organization changed, or its domain'), ('account.security', 'Your account: a sign-in, key, token or second factor'), ('staff.waiting', "Something waits for the foundation's staff")], max_length=40),
        ),
        migrations.AlterField(
            model_name='notice',
            name='topic',
            field=models.CharField(choices=[('run.verified', 'Your run passes'), ('run.tests-missing', 'Your run is short of tests'), ('run.unreadable', 'Your run cannot be read'), ('submission.decided', 'Your submission is decided'), ('submission.changes-asked', 'Changes are asked for'), ('submission.question', 'Somebody writes about your submission'), ('certificate.expiring', 'A certificate expires in 60, 30 or 7 days'), ('certificate.changed', 'A certificate expired or was suspended, revoked, reinstated or contested'), ('guideline.draft', 'A guideline is announced, and how ready you are'), ('guideline.approved', 'A guideline is in force, and how ready you are'), ('guideline.amended', 'A guideline of your certificates was amended'), ('waiver.ending', 'A waiver ends in 14 days'), ('certification.requested', 'Somebody asks you to certify a product'), ('watched.changed', 'Something that you watch changed'), ('report.settled', 'Your report of a false claim is settled'), ('webhook.paused', 'A webhook was paused'), ('team.changed', 'Who works for your organization changed, or its domain'), ('account.security', 'Your account: a sign-in, key, token or second factor'), ('staff.waiting', "Something waits for the foundation's staff")], max_length=40),
        ),
        migrations.AlterField(
            model_name='webhook',
            name='topics',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('run.verified', 'Your run passes'), ('run.tests-missing', 'Your run is short of tests'), ('run.unreadable', 'Your run cannot be read'), ('submission.decided', 'Your submission is decided'), ('submission.changes-asked', 'Changes are asked for'), ('submission.question', 'Somebody writes about your submission'), ('certificate.expiring', 'A certificate expires in 60, 30 or 7 days'), ('certificate.changed', 'A certificate expired or was suspended, revoked, reinstated or contested'), ('guideline.draft', 'A guideline is announced, and how ready you are'), ('guideline.approved', 'A guideline is in force, and how ready you are'), ('guideline.amended', 'A guideline of your certificates was amended'), ('waiver.ending', 'A waiver ends in 14 days'), ('certification.requested', 'Somebody asks you to certify a product'), ('watched.changed', 'Something that you watch changed'), ('report.settled', 'Your report of a false claim is settled'), ('webhook.paused', 'A webhook was paused'), ('team.changed', 'Who works for your organization changed, or its domain'), ('account.security', 'Your account: a sign-in, key, token or second factor'), ('staff.waiting', "Something waits for the foundation's staff")], max_length=40), size=None),
        ),
        migrations.AlterField(
            model_name='webhookdelivery',
            name='topic',
            field=models.CharField(choices=[('run.verified', 'Your run passes'), ('run.tests-missing', 'Your run is short of tests'), ('run.unreadable', 'Your run cannot be read'), ('submission.decided', 'Your submission is decided'), ('submission.changes-asked', 'Changes are asked for'), ('submission.question', 'Somebody writes about your submission'), ('certificate.expiring', 'A certificate expires in 60, 30 or 7 days'), ('certificate.changed', 'A certificate expired or was suspended, revoked, reinstated or contested'), ('guideline.draft', 'A guideline is announced, and how ready you are'), ('guideline.approved', 'A guideline is in force, and how ready you are'), ('guideline.amended', 'A guideline of your certificates was amended'), ('waiver.ending', 'A waiver ends in 14 days'), ('certification.requested', 'Somebody asks you to certify a product'), ('watched.changed', 'Something that you watch changed'), ('report.settled', 'Your report of a false claim is settled'), ('webhook.paused', 'A webhook was paused'), ('team.changed', 'Who works for your organization changed, or its domain'), ('account.security', 'Your account: a sign-in, key, token or second factor'), ('staff.waiting', "Something waits for the foundation's staff")], max_length=40),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('topic__in', ['run.verified', 'run.tests-missing', 'run.unreadable', 'submission.decided', 'submission.changes-asked', 'submission.question', 'certificate.expiring', 'certificate.changed', 'guideline.draft', 'guideline.approved', 'guideline.amended', 'waiver.ending', 'certification.requested', 'watched.changed', 'report.settled', 'webhook.paused', 'team.changed', 'account.security', 'staff.waiting'])), name='notice_topic_known'),
        ),
    ]
